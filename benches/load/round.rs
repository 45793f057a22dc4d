//! One round: one bot, started afresh, posted all requests of a scenario, its replies checked.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::{
    Mode, Problem,
    check::faults,
    child::{Bot, Launch, own_processor_time},
    client::Connection,
    mock_graph::MockGraph,
    traffic::{Phase, Traffic, psid, signed_post},
};

/// How long the requests of one phase may take.
const PHASE_WITHIN: Duration = Duration::from_secs(120);
/// How long the bot is watched for replies that it must not send.
const QUIET: Duration = Duration::from_millis(300);
/// How many faults are named; the others are only counted.
const NAMED_FAULTS: usize = 10;
/// How many calls that the mock Graph API refused are named.
const NAMED_REFUSALS: usize = 3;

/// What one round measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// From the start of the process to its first handshake.
    pub(crate) cold_start: Duration,
    /// From the first request to the last acknowledgement.
    pub(crate) acknowledged: Duration,
    /// From the first request until the last event was handled: until its reply came, and where none is sent until
    /// the bot was idle (to 10 ms).
    pub(crate) handled: Duration,
    pub(crate) ack_p50: Duration,
    pub(crate) ack_p99: Duration,
    /// What the bot used for the timed requests, until it was idle again.
    pub(crate) processor_time: Duration,
    /// What the generator and the mock Graph API used meanwhile.
    pub(crate) own_processor_time: Duration,
    /// In bytes.
    pub(crate) peak_memory: u64,
}

/// Runs one round.
///
/// # Errors
///
/// When the bot cannot be started or answers anything but 200, and when a reply is missing, double, wrong or out of
/// order.
pub(crate) async fn run(launch: &Launch, mode: Mode, traffic: &Traffic) -> Result<Figures, Problem> {
    let graph = MockGraph::start(traffic.replies.len()).await?;
    let bot = launch.start(&graph.origin(), mode == Mode::In).await?;
    check_door(&bot).await?;

    drive(bot.port, &traffic.warm_up).await?;
    settle(&bot, &graph, mode, traffic.warm_up.replies).await?;

    let used_before = bot.processor_time()?;
    let own_before = own_processor_time()?;
    let acks = drive(bot.port, &traffic.timed).await?;
    let handled = settle(
        &bot,
        &graph,
        mode,
        traffic.warm_up.replies + traffic.timed.replies,
    )
    .await?;
    let processor_time = bot.processor_time()? - used_before;
    let own_processor_time = own_processor_time()? - own_before;

    drive(bot.port, &traffic.redelivered).await?;
    sleep(QUIET).await;
    bot.until_idle().await?;
    let peak_memory = bot.peak_memory()?;
    let cold_start = bot.cold_start;
    bot.kill().await?;
    match mode {
        Mode::EndToEnd => check_replies(&graph, &traffic.replies)?,
        Mode::In => check_replies(&graph, &vec![Vec::new(); traffic.replies.len()])?,
    }

    Ok(Figures {
        cold_start,
        acknowledged: acks.last - acks.first,
        handled: handled.max(acks.last) - acks.first,
        ack_p50: acks.percentile(50),
        ack_p99: acks.percentile(99),
        processor_time,
        own_processor_time,
        peak_memory,
    })
}

/// Whether strangers are kept out, for both bots owe that work.
pub(crate) async fn check_door(bot: &Bot) -> Result<(), Problem> {
    if bot.shakes_hands("not-the-verify-token").await? {
        return Err("the bot shakes hands with a wrong verify token".into());
    }
    let body = format!(
        r#"{{"object":"page","entry":[{{"id":"1","time":1,"messaging":[{{"sender":{{"id":"{}"}},"recipient":{{"id":"1"}},"timestamp":1,"message":{{"mid":"m_forged","text":"forged"}}}}]}}]}}"#,
        psid(0)
    );
    let forged = signed_post("not-the-app-secret", &body);
    let answer = Connection::open(bot.port).await?.exchange(&forged).await?;
    if !(400..500).contains(&answer.status) {
        return Err(format!(
            "the bot answers {} to a body with a forged signature",
            answer.status
        )
        .into());
    }
    Ok(())
}

/// When and how fast the requests of a phase were acknowledged.
struct Acks {
    /// When the first request went out.
    first: Instant,
    last: Instant,
    /// Ascending.
    latencies: Vec<Duration>,
}

impl Acks {
    fn percentile(&self, percent: usize) -> Duration {
        let index = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(index).copied().unwrap_or_default()
    }
}

/// Posts the requests of a phase, each connection on its own.
async fn drive(port: u16, phase: &Phase) -> Result<Acks, Problem> {
    let mut posting = JoinSet::new();
    let mut connections = Vec::new();
    for requests in &phase.requests {
        connections.push((
            Connection::open(port).await?,
            Arc::<[Bytes]>::from(requests.as_slice()),
        ));
    }
    let first = Instant::now();
    for (connection, requests) in connections {
        posting.spawn(post_all(connection, requests));
    }
    let mut latencies = Vec::with_capacity(phase.requests.iter().map(Vec::len).sum());
    let all = async {
        while let Some(posted) = posting.join_next().await {
            latencies.extend(posted??);
        }
        Ok::<_, Problem>(())
    };
    timeout(PHASE_WITHIN, all)
        .await
        .map_err(|_| "the bot did not acknowledge all requests in time")??;
    let last = Instant::now();
    latencies.sort_unstable();
    Ok(Acks {
        first,
        last,
        latencies,
    })
}

async fn post_all(mut connection: Connection, requests: Arc<[Bytes]>) -> Result<Vec<Duration>, Problem> {
    let mut latencies = Vec::with_capacity(requests.len());
    for request in requests.iter() {
        let posted = Instant::now();
        let answer = connection.exchange(request).await?;
        if answer.status != 200 {
            return Err(format!("the bot answers {} to a signed body", answer.status).into());
        }
        latencies.push(posted.elapsed());
    }
    Ok(latencies)
}

/// Waits until the bot has done all its work, and says when it had.
async fn settle(bot: &Bot, graph: &MockGraph, mode: Mode, replies: usize) -> Result<Instant, Problem> {
    let replied = if mode == Mode::EndToEnd {
        graph.wait_for(replies).await
    } else {
        None
    };
    let idle = bot.until_idle().await?;
    Ok(replied.unwrap_or(idle))
}

/// Compares what the mock Graph API was sent with what people are owed.
pub(crate) fn check_replies(graph: &MockGraph, owed: &[Vec<String>]) -> Result<(), Problem> {
    let ledger = graph.ledger();
    let found = faults(owed, &ledger.texts);
    if found.is_empty() && ledger.refused.is_empty() {
        return Ok(());
    }
    let refused = ledger.refused.iter().map(|why| format!("refused {why}"));
    let count = found.len() + ledger.refused.len();
    let named = refused
        .take(NAMED_REFUSALS)
        .chain(found.iter().map(ToString::to_string).take(NAMED_FAULTS));
    let named = named.map(|fault| format!("\n  {fault}")).collect::<String>();
    Err(format!("{count} faults in what the bot sent:{named}").into())
}
