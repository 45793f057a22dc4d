//! A load that goes on at its own pace, whether or not the bot keeps up.
//!
//! Each request has a time at which it is due, and its latency counts from then: a bot that stops for a while is
//! charged for every request that became due meanwhile, not only for those that were under way. Requests are made
//! while the load goes on, by a thread of their own, so that its length does not matter.

mod verdict;
mod watch;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    process::Command,
    sync::mpsc::{Receiver, Sender, channel},
    task::{JoinSet, spawn_blocking},
    time::{Instant, sleep, sleep_until},
};

use self::{verdict::Report, watch::Sample};
use crate::{
    Problem, Scenario,
    child::{Bot, Launch},
    client::Connection,
    mock_graph::MockGraph,
    round::{check_door, check_replies},
    traffic::Stream,
};

/// How many requests of a connection are made at once, and how many such heaps may wait.
const HEAP: usize = 8;
const HEAPS: usize = 16;
/// From the start of the thread that makes the requests until the first is due.
const HEAD_START: Duration = Duration::from_millis(500);
/// How long the bot may take for what it acknowledged last.
const QUIET: Duration = Duration::from_millis(300);

/// What is asked of a bot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) scenario: Scenario,
    /// Events per second.
    pub(crate) rate: u32,
    pub(crate) seconds: u32,
    /// For how long the bot is stopped half way.
    pub(crate) stall: Option<Duration>,
}

impl Load {
    /// How many requests each connection posts.
    fn requests_each(self) -> usize {
        let events = self.rate as usize * self.seconds as usize;
        events.div_ceil(self.scenario.events * self.scenario.connections)
    }

    /// When the request `number` of `connection` is due, counted from the first.
    fn due(self, connection: usize, number: usize) -> Duration {
        let before = (number * self.scenario.connections + connection) * self.scenario.events;
        Duration::from_secs_f64(before as f64 / f64::from(self.rate))
    }
}

/// Latencies of acknowledgements in microseconds, as they come.
type Acks = Arc<Mutex<Vec<u32>>>;

/// Puts the load on a bot.
///
/// # Errors
///
/// When the bot cannot be started or answers anything but 200, when a reply is missing, double, wrong or out of
/// order, and when the bot is too slow or grows.
pub(crate) async fn run(launch: &Launch, load: Load) -> Result<Report, Problem> {
    let stream = Stream::new(load.scenario, load.rate as usize * load.seconds as usize);
    let graph = MockGraph::start(stream.people()).await?;
    let bot = launch.start(&graph.origin(), false).await?;
    check_door(&bot).await?;

    let acks = Acks::default();
    let mut posting = JoinSet::new();
    let mut heaps = Vec::new();
    let start = Instant::now() + HEAD_START;
    for number in 0..load.scenario.connections {
        let (sender, receiver) = channel(HEAPS);
        heaps.push(sender);
        let connection = Connection::open(bot.port).await?;
        let due = move |request| start + load.due(number, request);
        posting.spawn(post_all(connection, receiver, due, Arc::clone(&acks)));
    }
    let making = spawn_blocking(move || make(stream, load.requests_each(), &heaps));

    let mut samples = Vec::new();
    let mut stalls = load.stall;
    let mut last_requests = Vec::new();
    let mut tick = 0;
    while !posting.is_empty() {
        let second = start + Duration::from_secs(tick);
        tokio::select! {
            biased;
            () = sleep_until(second) => {
                if tick >= u64::from(load.seconds) / 2 && let Some(stall) = stalls.take() {
                    stop_for(&bot, stall).await?;
                }
                let sample = Sample::take(tick, samples.last(), &bot, &acks)?;
                eprintln!("{sample}");
                samples.push(sample);
                tick += 1;
            }
            Some(posted) = posting.join_next() => last_requests.extend(posted??),
        }
    }
    let (replies, owed) = making.await?;
    graph.wait_for(replies).await;
    for (mut connection, request) in last_requests {
        expect_200(connection.exchange(&request).await?.status)?;
    }
    sleep(QUIET).await;
    bot.until_idle().await?;
    bot.kill().await?;
    check_replies(&graph, &owed)?;

    let latencies = std::mem::take(&mut *acks.lock().expect("no holder of this lock panics"));
    Ok(Report {
        load,
        latencies: verdict::sorted(latencies),
        samples,
        replies,
    })
}

/// Makes all requests; gives how many replies they call for, and which each person is owed.
fn make(mut stream: Stream, requests_each: usize, heaps: &[Sender<Vec<Bytes>>]) -> (usize, Vec<Vec<String>>) {
    let (mut made, mut replies) = (0, 0);
    while made < requests_each {
        let phase = stream.next(HEAP.min(requests_each - made));
        made += HEAP;
        replies += phase.replies;
        for (heap, requests) in heaps.iter().zip(phase.requests) {
            if heap.blocking_send(requests).is_err() {
                // The connection has failed, which ends the whole run.
                return (replies, stream.owed());
            }
        }
    }
    (replies, stream.owed())
}

/// Posts each request when it is due, or as soon as the one before is answered. Gives the last one.
async fn post_all(
    mut connection: Connection,
    mut heaps: Receiver<Vec<Bytes>>,
    due: impl Fn(usize) -> Instant,
    acks: Acks,
) -> Result<Option<(Connection, Bytes)>, Problem> {
    let mut posted = 0;
    let mut last = None;
    while let Some(heap) = heaps.recv().await {
        for request in heap {
            let due = due(posted);
            sleep_until(due).await;
            expect_200(connection.exchange(&request).await?.status)?;
            let latency = u32::try_from(due.elapsed().as_micros()).unwrap_or(u32::MAX);
            acks.lock().expect("no holder of this lock panics").push(latency);
            posted += 1;
            last = Some(request);
        }
    }
    Ok(last.map(|last| (connection, last)))
}

fn expect_200(status: u16) -> Result<(), Problem> {
    if status == 200 {
        return Ok(());
    }
    Err(format!("the bot answers {status} to a signed body").into())
}

async fn stop_for(bot: &Bot, stall: Duration) -> Result<(), Problem> {
    for signal in ["-STOP", "-CONT"] {
        let sent = Command::new("kill")
            .arg(signal)
            .arg(bot.id().to_string())
            .status()
            .await?;
        if !sent.success() {
            return Err(format!("kill {signal}: {sent}").into());
        }
        if signal == "-STOP" {
            sleep(stall).await;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOAD: Load = Load {
        scenario: Scenario {
            connections: 64,
            events: 1,
        },
        rate: 2_000,
        seconds: 60,
        stall: None,
    };

    #[test]
    fn requests_are_due_at_the_rate() {
        assert_eq!(LOAD.requests_each(), 1_875);
        assert_eq!(LOAD.due(0, 0), Duration::ZERO);
        assert_eq!(LOAD.due(1, 0), Duration::from_micros(500));
        assert_eq!(LOAD.due(0, 1_875), Duration::from_secs(60));
    }

    #[test]
    fn larger_bodies_come_less_often() {
        let load = Load {
            scenario: Scenario {
                connections: 4,
                events: 20,
            },
            ..LOAD
        };
        assert_eq!(load.requests_each(), 1_500);
        assert_eq!(load.due(0, 1), Duration::from_millis(40));
    }
}
