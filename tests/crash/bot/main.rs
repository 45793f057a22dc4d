//! The bot that the crash rig kills.
//!
//! It keeps a tally of the numbers that each person says, and repeats it in every reply. It is configured by the
//! environment as every bot is; `CRASH_LEASE_MS` shortens the leases of turns, `CRASH_MAX_CLAIMS` says after how many
//! claims an event is parked, `CRASH_OUTSIDE_ADDR` where it listens beside its webhook, `FAILPOINTS` where it ends, and
//! `CRASH_FLOWS_BESIDE` takes a guarantee away from its flows.
//!
//! ```text
//! crash-bot serve    serve the webhook
//! crash-bot audit    print what is left in the store, as JSON
//! crash-bot replay   replay an event whose handler failed
//! crash-bot erase ID delete everything about a person
//! ```

mod audit;
mod flows;
mod operate;
mod outside;
mod store;

use std::{error::Error, process::ExitCode, time::Duration};

use messenger_crash::{CHAT_PATIENCE, CUT, Tally};
use messenger_runtime::{
    SendError, StartError, config::Config, event::Kind, graph::Pacing, prelude::*, store::StoreError,
};
use serde::{Deserialize, Serialize};
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};

type Problem = Box<dyn Error + Send + Sync>;

/// How long the slow handler takes.
const SLOW: Duration = Duration::from_millis(40);
/// How long a timer waits.
const TIMER: Duration = Duration::from_millis(80);

bot! {
    /// Takes numbers in.
    pub CrashBot;
    add, two, slow, chat, timer, ring, fail, poison, state, clock, comment, failed,
    flows::begin, flows::wait, flows::stray,
    flow flows::Collect,
    flow flows::Item,
    flow flows::Wait,
}

/// What is kept for each person.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    tally: Tally,
    timers: u64,
}

impl SessionState for Kept {
    const NAME: &'static str = "kept";
}

impl Kept {
    fn reply(&mut self, number: u64) -> String {
        self.tally.add(number);
        format!("reply {number} {}", self.tally)
    }
}

#[on_text(r"^add (?<number>\d+)$", interrupts)]
async fn add(number: u64, mut kept: Session<Kept>) -> String {
    kept.reply(number)
}

#[on_text(r"^two (?<number>\d+)$", interrupts)]
async fn two(number: u64, mut kept: Session<Kept>) -> Reply {
    Reply::text(format!("first {number}")).then(kept.reply(number))
}

/// Long enough for a lease to run out in the middle, where the process is stopped.
#[on_text(r"^slow (?<number>\d+)$", interrupts)]
async fn slow(number: u64, mut kept: Session<Kept>) -> String {
    let reply = kept.reply(number);
    sleep(SLOW).await;
    reply
}

/// Does not wait for a send in doubt: a handler that stands at every crash would be taken for what causes them.
#[on_text(r"^chat (?<number>\d+)$", interrupts)]
async fn chat(number: u64, chat: Chat, mut kept: Session<Kept>) -> Result<String, Problem> {
    let sent = match timeout(CHAT_PATIENCE, chat.send(format!("chat {number}"))).await {
        // While the database is away nobody knows whether the message is kept; where it is, it comes first.
        Ok(Err(problem)) if is_away(&problem) => "waiting",
        Ok(sent) => sent.map(|()| "sent")?,
        Err(_elapsed) => "waiting",
    };
    Ok(format!("{} {sent}", kept.reply(number)))
}

fn is_away(problem: &Problem) -> bool {
    matches!(
        problem.downcast_ref(),
        Some(SendError::Store(StoreError::Unavailable(_)))
    )
}

#[on_text(r"^timer (?<number>\d+)$", interrupts)]
async fn timer(number: u64, timers: Timers, mut kept: Session<Kept>) -> String {
    timers.set_with(&format!("timer {number}"), TIMER, &number);
    kept.reply(number)
}

/// Tells what the session holds by then, so that the turns of timers show among the others.
#[on_timer]
async fn ring(timer: Timer, mut kept: Session<Kept>) -> Result<String, Problem> {
    let number: u64 = timer.data()?;
    kept.timers += 1;
    Ok(format!("timer {number} {} {}", kept.timers, kept.tally))
}

/// What a handler that fails has changed must not be kept. In a flow its step fails instead.
#[on_text(r"^fail (?<number>\d+)$")]
async fn fail(number: u64, mut kept: Session<Kept>) -> Result<(), Problem> {
    kept.tally.add(number);
    Err("on purpose".into())
}

#[on_error]
async fn failed(text: Option<Text>) -> Option<String> {
    let text = text?;
    let number = text.as_str().strip_prefix("fail ")?;
    Some(format!("failed {number}"))
}

/// Ends the process, as running out of memory would.
#[on_text(r"^poison \d+$")]
async fn poison() {
    std::process::abort();
}

#[on_text(r"^state (?<number>\d+)$", interrupts)]
async fn state(number: u64, kept: Session<Kept>) -> String {
    format!("state {number} {}", kept.tally)
}

#[on_text(r"^clock (?<number>\d+)$", interrupts)]
async fn clock(number: u64, kept: Session<Kept>) -> String {
    format!("clock {number} {}", kept.timers)
}

/// Answers a comment by a private reply. All comments are one conversation, that of the page, with a session of its own.
#[on_change("feed")]
async fn comment(event: Event<'_>, mut kept: Session<Kept>) -> Result<String, Problem> {
    let Kind::Change(change) = event.kind() else {
        return Err("a change was expected".into());
    };
    let text = change.message.as_deref().unwrap_or_default();
    let (word, number) = text.split_once(' ').ok_or("a word and a number were expected")?;
    let number: u64 = number.parse()?;
    if word == "slow" {
        sleep(SLOW).await;
    }
    match word {
        "add" | "slow" => Ok(kept.reply(number)),
        "state" => Ok(format!("state {number} {}", kept.tally)),
        "clock" => Ok(format!("clock {number} {}", kept.timers)),
        _ => Err(format!("{word} is nothing that a comment says").into()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let scenario = ::fail::FailScenario::setup();
    tracing_subscriber::fmt()
        .with_env_filter("warn,messenger_runtime=info")
        .with_ansi(false)
        .with_writer(std::io::stderr)
        .init();
    let verb = std::env::args().nth(1).unwrap_or_default();
    let done = match &*verb {
        "serve" => serve().await,
        "audit" => audit::print().await,
        "replay" => operate::replay().await,
        "erase" => operate::erase(&std::env::args().nth(2).unwrap_or_default()).await,
        _ => Err("usage: crash-bot serve | audit | replay | erase PERSON".into()),
    };
    scenario.teardown();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("crash-bot: {problem}");
            match problem.downcast_ref() {
                Some(StartError::Cut(_)) => ExitCode::from(CUT as u8),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

async fn serve() -> Result<(), Problem> {
    let mut config = Config::from_env()?;
    config.max_claims = std::env::var("CRASH_MAX_CLAIMS")?.parse()?;
    let listener = TcpListener::bind(std::env::var("CRASH_OUTSIDE_ADDR")?).await?;
    let bot = CrashBot::stateless()
        .config(config)
        .pacing(Pacing::off())
        .on_start(move |handle| outside::serve(listener, handle));
    Ok(bot.store(store::open().await?).run().await?)
}
