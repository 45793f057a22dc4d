//! What is done to the nodes: one blow a cycle, then whoever has ended is started again.

use std::{io, sync::Arc, time::Duration};

use fastrand::Rng;
use rustix::process::Signal;
use tokio::time::{Instant, sleep};

use crate::{
    database::Database,
    fail_points::{Armed, FailPoints, Moment},
    ledger::{Ask, Counts, Ledger, Violation},
    node::{End, Node},
    people::say,
    post::Post,
};

/// How long a message that is in doubt waits for its echo.
pub(crate) const ECHO_WAIT: Duration = Duration::from_secs(10);
/// How long nothing may come while something is owed.
pub(crate) const STALLED: Duration = Duration::from_secs(3 * ECHO_WAIT.as_secs());
/// For how long leases hold.
pub(crate) const LEASE: Duration = Duration::from_millis(1_500);
/// How long a node is stopped.
pub(crate) const PAUSED: Duration = Duration::from_secs(3);
/// How often it is looked whether a node has ended.
const LOOK: Duration = Duration::from_millis(5);
/// How long a node that is armed may run before it is killed instead; longer where its point was missed before.
const ARMED: Duration = Duration::from_millis(1_200);
const MISSES: u32 = 4;
/// How long a node that was asked to end twice may take, before it is killed in the middle of that.
const DRAIN: Duration = Duration::from_secs(2);
/// How often an event is claimed before it is parked.
const CLAIMS: u32 = 5;
/// How often every node is killed after an operator was at work; more often, and an event that fails would be parked.
const HARASSED: u32 = CLAIMS - 2;
/// How long a poisoned conversation may stand.
const POISON: Duration = Duration::from_secs(90);

/// What is done in a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    /// `kill -9`.
    Kill,
    /// SIGTERM twice, the second while it drains, and `kill -9` where that takes too long.
    Terminate,
    /// SIGSTOP, and SIGCONT when its leases have run out.
    Pause,
    /// `kill -9` of the database's first process.
    Database,
}

/// How many cycles ended in which way.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Blows {
    pub(crate) killed: u32,
    pub(crate) at_fail_points: u32,
    pub(crate) terminated: u32,
    pub(crate) paused: u32,
    pub(crate) database: u32,
}

/// The nodes, and who strikes them.
#[derive(Debug)]
pub(crate) struct Cycles {
    pub(crate) nodes: Vec<Node>,
    pub(crate) points: FailPoints,
    pub(crate) database: Option<Database>,
    pub(crate) blows: Blows,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) post: Post,
    pub(crate) random: Rng,
    /// Whether nodes are started with a fail point.
    pub(crate) arm: bool,
}

impl Cycles {
    /// One cycle.
    pub(crate) async fn run(&mut self, number: u32) -> io::Result<String> {
        let victim = self.next_victim();
        let armed = self.nodes[victim].armed.as_ref();
        let (moment, missed) = (armed.map(Armed::moment), armed.map_or(0, |armed| armed.missed));
        let blow = match moment {
            Some(Moment::End) => Blow::Terminate,
            _ => self.next_blow(number),
        };
        let wait = match (blow, moment) {
            (Blow::Kill, Some(Moment::Work)) => ARMED * (1 + missed.min(MISSES)),
            _ => Duration::from_millis(self.random.u64(50..800)),
        };
        if self.someone_ends_within(wait).await? {
            self.blows.at_fail_points += 1;
        } else {
            self.strike(blow, victim).await?;
        }
        let told = format!("{blow:?} of node {victim}, armed: {:?}", self.nodes[victim].armed);
        self.restart().await?;
        Ok(told)
    }

    /// Mostly one that is armed.
    fn next_victim(&mut self) -> usize {
        let any = self.random.usize(0..self.nodes.len());
        let armed = self.nodes.iter().position(|node| node.armed.is_some());
        armed.filter(|_| self.random.u8(0..4) > 0).unwrap_or(any)
    }

    fn next_blow(&self, number: u32) -> Blow {
        if self.database.is_some() && number % 12 == 11 {
            Blow::Database
        } else if self.nodes.len() > 1 && number % 6 == 3 {
            Blow::Pause
        } else if number % 20 == 10 {
            Blow::Terminate
        } else {
            Blow::Kill
        }
    }

    async fn strike(&mut self, blow: Blow, victim: usize) -> io::Result<()> {
        let node = &mut self.nodes[victim];
        match blow {
            Blow::Kill => {
                node.kill().await?;
                self.blows.killed += 1;
            }
            Blow::Terminate => {
                node.signal(Signal::TERM)?;
                sleep(Duration::from_millis(self.random.u64(0..200))).await;
                node.signal(Signal::TERM)?;
                let end = node.end_by(Instant::now() + DRAIN).await?;
                self.note(victim, end);
                self.blows.terminated += 1;
            }
            Blow::Pause => {
                node.pause()?;
                sleep(PAUSED).await;
                node.resume()?;
                self.blows.paused += 1;
            }
            Blow::Database => {
                if let Some(database) = &self.database {
                    self.ledger.database_goes();
                    database.kill().await?;
                    sleep(Duration::from_millis(self.random.u64(0..500))).await;
                    database.start().await?;
                    self.ledger.database_is_back();
                }
                self.blows.database += 1;
            }
        }
        Ok(())
    }

    /// Notes that a node ended at its fail point.
    fn note(&mut self, index: usize, end: Option<End>) {
        let node = &mut self.nodes[index];
        if let (Some(End::Aborted), Some(armed)) = (end, &node.armed) {
            self.points.hit(&armed.point);
        }
    }

    /// Whether a node ends by itself within this time; one that may must be armed.
    async fn someone_ends_within(&mut self, wait: Duration) -> io::Result<bool> {
        let deadline = Instant::now() + wait;
        while Instant::now() < deadline && self.ledger.violation().is_none() {
            for index in 0..self.nodes.len() {
                if let Some(end) = self.nodes[index].ended()? {
                    if self.nodes[index].armed.is_none() {
                        self.ledger
                            .violated(Violation::new(format!("node {index} ended by itself: {end:?}")));
                    }
                    self.note(index, Some(end));
                    return Ok(true);
                }
            }
            sleep(LOOK).await;
        }
        Ok(false)
    }

    /// Starts every node for the first time, and ends one at each point that it passes but once.
    pub(crate) async fn first_start(&mut self) -> io::Result<()> {
        for armed in self.points.of_moment(Moment::FirstStart) {
            if !self.arm {
                break;
            }
            self.nodes[0].armed = Some(armed);
            let end = match self.nodes[0].start().await? {
                Some(end) => Some(end),
                None => self.nodes[0].kill().await?,
            };
            self.note(0, end);
        }
        self.restart().await
    }

    /// Starts those that have ended, most of them with a fail point until each was reached.
    pub(crate) async fn restart(&mut self) -> io::Result<()> {
        for index in 0..self.nodes.len() {
            if self.nodes[index].is_running() {
                continue;
            }
            let share = if self.points.missed_so_far().is_empty() {
                50
            } else {
                80
            };
            let is_armed = self.arm && self.random.u8(0..100) < share;
            let armed = is_armed.then(|| self.points.arm(&mut self.random));
            self.nodes[index].armed = armed;
            self.start(index).await?;
        }
        Ok(())
    }

    /// Starts one, and again without its fail point where that was on its way.
    async fn start(&mut self, index: usize) -> io::Result<()> {
        while let Some(end) = self.nodes[index].start().await? {
            if self.nodes[index].armed.is_none() {
                return Err(io::Error::other(format!(
                    "node {index} ended while it started: {end:?}"
                )));
            }
            self.note(index, Some(end));
            self.blows.at_fail_points += 1;
            self.nodes[index].armed = None;
        }
        Ok(())
    }

    /// Starts all nodes anew, none with a fail point; and once more, to park events as bots do, when everything that was
    /// said is answered: an event that does no harm may have been claimed five times by now.
    pub(crate) async fn disarm(&mut self) -> io::Result<()> {
        self.arm = false;
        self.start_anew().await?;
        self.ledger.silence(true);
        let said = self.ledger.said();
        let (mut unanswered, mut since) = (usize::MAX, Instant::now());
        while unanswered > 0 {
            let now = self.ledger.unanswered(&said);
            if now < unanswered {
                (unanswered, since) = (now, Instant::now());
            }
            if self.someone_ends_within(LOOK).await? || self.ledger.violation().is_some() {
                return Ok(());
            }
            if since.elapsed() > STALLED {
                let missing = self.ledger.missing();
                self.ledger
                    .violated(missing.unwrap_or_else(|| Violation::new("nothing is answered any more")));
                return Ok(());
            }
        }
        for node in &mut self.nodes {
            node.max_claims = CLAIMS;
        }
        self.start_anew().await?;
        self.ledger.silence(false);
        Ok(())
    }

    async fn start_anew(&mut self) -> io::Result<()> {
        for index in 0..self.nodes.len() {
            let end = self.nodes[index].kill().await?;
            self.note(index, end);
        }
        self.restart().await
    }

    /// Lets the nodes work until messages flow again: those that the last blow left in doubt wait for ten
    /// seconds, and everything behind them.
    pub(crate) async fn calm_down(&mut self) -> io::Result<()> {
        const FLOW: u64 = 200;
        const FLOWS_WITHIN: Duration = Duration::from_secs(60);
        let since = Instant::now();
        let before = Counts::of(&self.ledger.counts.sends);
        while Counts::of(&self.ledger.counts.sends) < before + FLOW {
            if self.someone_ends_within(LOOK).await? || self.ledger.violation().is_some() {
                return Ok(());
            }
            if since.elapsed() > FLOWS_WITHIN {
                self.ledger
                    .violated(Violation::new("the bot is left alone, and messages do not flow"));
            }
        }
        Ok(())
    }

    /// An event whose handler ends the process: parked after five claims, while the others go on.
    pub(crate) async fn poison(&mut self) -> io::Result<()> {
        // Somebody who has said nothing else: what one person says is said by one task.
        let poisoned = self.ledger.people() - 1;
        let sends_before = Counts::of(&self.ledger.counts.sends);
        let (ledger, post) = (Arc::clone(&self.ledger), self.post.clone());
        let said = tokio::spawn(async move {
            say(&ledger, &post, poisoned, Ask::Poison).await;
            say(&ledger, &post, poisoned, Ask::Add).await;
        });
        let started = Instant::now();
        let deadline = started + POISON;
        // A node that parks the event ends in that too, once, where there is a point for it.
        let parking = self.points.of_moment(Moment::Parking);
        let once = u32::from(!parking.is_empty());
        let (least, most) = (
            CLAIMS + once,
            CLAIMS + once * u32::try_from(self.nodes.len()).unwrap_or(1),
        );
        let mut ends = 0;
        while !said.is_finished() || self.ledger.person(poisoned).open() > 0 {
            if self.ledger.violation().is_some() {
                return Ok(());
            }
            if Instant::now() > deadline || ends > most {
                let what = format!(
                    "after {ends} ends of the process, the poison event still holds its conversation"
                );
                self.ledger.violated(Violation::new(what));
                return Ok(());
            }
            for index in 0..self.nodes.len() {
                let mut ended = self.nodes[index].ended()?;
                while let Some(end) = ended {
                    ends += 1;
                    if ends > CLAIMS {
                        self.note(index, Some(end));
                    }
                    if ends > most {
                        break;
                    }
                    // From the start after this on the event may be parked.
                    let armed = parking.first().filter(|_| ends <= CLAIMS);
                    self.nodes[index].armed = armed.cloned();
                    ended = self.nodes[index].start().await?;
                }
            }
            sleep(LOOK).await;
        }
        if ends < least {
            let what = format!("the poison event ended the process {ends} times, not {least}");
            self.ledger.violated(Violation::new(what));
        }
        // Each end leaves messages in doubt, and those behind them wait: in less time there may be none to send.
        let is_long = started.elapsed() > ECHO_WAIT;
        if is_long && Counts::of(&self.ledger.counts.sends) < sends_before + 10 {
            self.ledger.violated(Violation::new(
                "nobody was answered while the poison event was about",
            ));
        }
        Ok(())
    }

    /// Kills every node shortly after its start, several times: what an operator has queued outlives that.
    pub(crate) async fn harass(&mut self) -> io::Result<()> {
        for _ in 0..HARASSED {
            self.restart().await?;
            sleep(Duration::from_millis(self.random.u64(0..100))).await;
            for node in &mut self.nodes {
                node.kill().await?;
                self.blows.killed += 1;
            }
        }
        Ok(())
    }

    /// Asks every node to end, which each must do by itself with success.
    pub(crate) async fn finish(&mut self) -> io::Result<()> {
        const DRAINED_WITHIN: Duration = Duration::from_secs(45);
        for index in 0..self.nodes.len() {
            self.nodes[index].signal(Signal::TERM)?;
            let end = self.nodes[index].end_by(Instant::now() + DRAINED_WITHIN).await?;
            if end != Some(End::Success) {
                self.ledger.violated(Violation::new(format!(
                    "node {index} did not drain and end: {end:?}"
                )));
            }
        }
        Ok(())
    }
}
