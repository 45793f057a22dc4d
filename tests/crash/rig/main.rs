//! Kills a bot under load, over and over, and compares what it did with what it owed.
//!
//! `tests/crash/README.md` says what is done, what is compared and what the figures mean.

mod args;
mod audit;
mod cycles;
mod database;
mod fail_points;
mod ledger;
mod node;
mod operator;
mod people;
mod platform;
mod post;
mod report;

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use args::{Arguments, Control, Engine};
use clap::Parser as _;
use cycles::{Blows, Cycles, ECHO_WAIT, STALLED};
use database::Database;
use fail_points::FailPoints;
use fastrand::Rng;
use ledger::{Ask, Counts, Ledger, Violation};
use node::{Launch, Node};
use post::Post;
use report::Report;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

/// How long each person waits on average before they say the next thing.
const PAUSE: Duration = Duration::from_millis(80);
/// How many cycles more there may be for the fail points.
const EXTRA: u32 = 60;
/// How much later than it came the rig may see a message, on a machine that has a lot to do.
const SEEN_LATE: Duration = Duration::from_secs(1);
/// How long whoever has begun to say something may take for it when all nodes are up.
const LAST_WORDS: Duration = Duration::from_secs(4 * STALLED.as_secs());

type Problem = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut arguments = Arguments::parse();
    if arguments.store == Engine::Postgres && !Database::is_installed() {
        println!(
            "{} postgres: SKIPPED, 0 cycles: PostgreSQL is not installed: apt-get install postgresql",
            {
                if arguments.control.is_some() {
                    "control on"
                } else {
                    "crash"
                }
            }
        );
        return ExitCode::SUCCESS;
    }
    let seed = *arguments.seed.get_or_insert_with(|| fastrand::u64(..1_000_000));
    match run(&arguments, seed).await {
        Ok(report) => {
            println!("{report}");
            if report.is_as_expected() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(problem) => {
            eprintln!("crash-rig: seed {seed}: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments, seed: u64) -> Result<Report, Problem> {
    if arguments.nodes == 0 || arguments.people == 0 {
        return Err("there must be a node and a person".into());
    }
    if arguments.nodes > 1 && arguments.store == Engine::Sqlite {
        return Err("a SQLite file serves one node; --nodes needs --store postgres".into());
    }
    let folder = Folder::new(seed)?;
    let started = Instant::now();
    let database = match arguments.store {
        Engine::Postgres => Some(Database::make().await?),
        Engine::Sqlite => None,
    };
    // Beside the people who talk there are the comments and somebody who says little.
    let ledger = Arc::new(Ledger::new(
        arguments.people + 2,
        echo_wait(arguments.nodes),
        arguments.control.map(Control::kinds),
    ));
    let post = Post::new(Arc::clone(&ledger))?;
    let twice = arguments.control == Some(Control::Twice);
    let graph_origin = platform::start(Arc::clone(&ledger), post.clone(), seed, twice).await?;
    let launch = Launch {
        binary: arguments.bot.clone().map_or_else(beside_this, Ok)?,
        graph_origin,
        store: match (arguments.control, &database) {
            (Some(Control::AckBeforeStore), _) => "memory".to_owned(),
            (_, Some(database)) => database.url(),
            (_, None) => format!("sqlite:{}", folder.0.join("bot.db").display()),
        },
        logs: folder.0.clone(),
        sabotage: arguments
            .control
            .and_then(|control| control.switch(arguments.store)),
        flows_beside: (arguments.control == Some(Control::FlowBeside)).then(|| folder.0.clone()),
        lease: cycles::LEASE,
    };
    let mut nodes = Vec::new();
    for number in 0..arguments.nodes {
        nodes.push(Node::new(format!("node-{number}"), launch.clone(), post.clone()).await?);
    }
    let mut cycles = Cycles {
        nodes,
        points: FailPoints::of(arguments.store)?,
        database,
        blows: Blows::default(),
        ledger: Arc::clone(&ledger),
        post,
        random: Rng::with_seed(seed),
        // A control has a switch of its own to be noticed by; what ends nodes is then the kill alone.
        arm: arguments.control.is_none(),
    };
    let done = strike(arguments, seed, &mut cycles, &launch).await?;
    for node in &mut cycles.nodes {
        // Before their folder is removed; how they end says nothing any more.
        let _ = node.kill().await;
    }
    let report = Report {
        arguments: arguments.clone(),
        seed,
        took: started.elapsed(),
        cycles: done,
        blows: cycles.blows,
        points: cycles.points,
        ledger,
        logs: folder.0.clone(),
    };
    if !report.is_as_expected() {
        folder.keep();
    }
    Ok(report)
}

/// All cycles and what follows them; gives how many there were before a violation ended them.
async fn strike(
    arguments: &Arguments,
    seed: u64,
    cycles: &mut Cycles,
    launch: &Launch,
) -> Result<u32, Problem> {
    let ledger = Arc::clone(&cycles.ledger);
    cycles.first_start().await?;
    let (stop, stopped) = watch::channel(false);
    let mut talking = people::talk(&ledger, &cycles.post, seed, PAUSE, &stopped);
    let mut done = 0;
    // Where a fail point was not reached in these, some more follow for it.
    let most = arguments.cycles + if cycles.arm { EXTRA } else { 0 };
    while ledger.violation().is_none()
        && (done < arguments.cycles || done < most && !cycles.points.missed_so_far().is_empty())
    {
        let told = cycles.run(done).await?;
        done += 1;
        ledger.look_for_lost();
        if arguments.verbose {
            let events = Counts::of(&ledger.counts.events);
            eprintln!("cycle {done}: {told}; {events} events acknowledged");
        }
    }
    if arguments.control.is_some() {
        wait_for_violation(&ledger).await;
        return Ok(done);
    }
    if ledger.violation().is_none() {
        cycles.disarm().await?;
        cycles.calm_down().await?;
        cycles.poison().await?;
        cycles.calm_down().await?;
    }
    stop.send_replace(true);
    if ledger.violation().is_none() {
        let talked = async { while talking.join_next().await.is_some() {} };
        if timeout(LAST_WORDS, talked).await.is_err() {
            ledger.violated(Violation::new(format!(
                "somebody still waits {LAST_WORDS:?} after the last blow: for an acknowledgement, or for a message to be \
                 replayed"
            )));
        }
    }
    if ledger.violation().is_none() {
        settle(&ledger).await;
        conclude(cycles, launch).await?;
    }
    if ledger.violation().is_none() {
        cycles.operate(launch).await?;
        cycles.harass().await?;
        cycles.restart().await?;
        conclude(cycles, launch).await?;
    }
    if ledger.violation().is_none()
        && let Some(untried) = ledger.untried()
    {
        ledger.violated(untried);
    }
    if ledger.violation().is_none() {
        let missed = cycles.points.missed();
        if !missed.is_empty() {
            ledger.violated(Violation::new(format!(
                "fail points never reached: {}",
                missed.join(", ")
            )));
        }
    }
    Ok(done)
}

/// Asks everybody what is kept of them, ends the nodes and looks into their store.
async fn conclude(cycles: &mut Cycles, launch: &Launch) -> Result<(), Problem> {
    let ledger = Arc::clone(&cycles.ledger);
    cycles.post.quiet().await;
    for ask in [Ask::State, Ask::Clock] {
        for person in 0..ledger.people() {
            if ledger.violation().is_some() {
                return Ok(());
            }
            people::say(&ledger, &cycles.post, person, ask).await;
        }
        settle(&ledger).await;
    }
    if ledger.violation().is_none() {
        cycles.finish().await?;
        audit::compare(launch, &ledger).await?;
    }
    Ok(())
}

/// Lets those talk on whose guarantee was taken away, for what takes its time to show.
async fn wait_for_violation(ledger: &Ledger) {
    const PATIENCE: Duration = Duration::from_secs(20);
    let since = Instant::now();
    while ledger.violation().is_none() && since.elapsed() < PATIENCE {
        ledger.look_for_lost();
        sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until everything owed has come, as long as something comes.
async fn settle(ledger: &Ledger) {
    let (mut sends, mut since) = (0, Instant::now());
    while !ledger.is_settled() && ledger.violation().is_none() {
        let now = Counts::of(&ledger.counts.sends);
        if now != sends {
            (sends, since) = (now, Instant::now());
        }
        if since.elapsed() > STALLED {
            if let Some(violation) = ledger.missing() {
                ledger.violated(violation);
            }
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// How long a message that is in doubt waits at least from when it was taken, as the rig sees it.
fn echo_wait(nodes: usize) -> Duration {
    let wait = ECHO_WAIT - SEEN_LATE;
    // Where others share the store, a send that is stopped half-way is in doubt before it goes on.
    if nodes > 1 { wait - cycles::PAUSED } else { wait }
}

fn beside_this() -> Result<PathBuf, Problem> {
    let bot = std::env::current_exe()?.with_file_name("crash-bot");
    if bot.is_file() {
        Ok(bot)
    } else {
        Err(format!("{} is not built: cargo build -p messenger-crash", bot.display()).into())
    }
}

/// A folder of this run, removed at its end unless it is to be looked at.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn new(seed: u64) -> Result<Self, Problem> {
        let folder = std::env::temp_dir().join(format!("crash-rig-{}-{seed}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// Leaves the folder where it is.
    fn keep(mut self) {
        self.0 = PathBuf::new();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.0 != Path::new("") {
            // What cannot be removed stays in the system's folder for temporary files.
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}
