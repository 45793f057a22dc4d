//! A load generator with a mock Graph API. It starts a bot, posts signed webhook bodies over many connections, checks
//! the text, the number and the order of every reply, and compares two bots that do the same job.
//!
//! ```text
//! load --bot load-bot=target/release/load-bot --bot by-hand=target/release/by-hand
//! ```
//!
//! With `--rate` it puts a steady load on one bot instead, and sees that its acknowledgements stay fast and that it
//! does not grow:
//!
//! ```text
//! load --bot load-bot=target/release/load-bot@sqlite --rate 2000 --seconds 60
//! ```
//!
//! A bot is a program that serves `GET` and `POST /webhook` and is configured by `PORT`, `GRAPH_ORIGIN`,
//! `APP_SECRET`, `VERIFY_TOKEN`, `PAGE_TOKEN`, `NO_SEND` and `MESSENGER_STORE`. Its replies: to a text that matches pattern `i` of
//! `load-routes.json` `[i] You said: X`, to any other text `You said: X`, to the postback `BUY:rest` `Bought rest`,
//! to a quick reply of the list `Picked payload: text`, and none to reads, deliveries and images.
//!
//! Everything stays on the loopback interface and ends by itself. The generator runs on one thread.

mod check;
mod child;
mod client;
mod mock_graph;
mod report;
mod round;
mod soak;
mod store;
mod traffic;

use std::{error::Error, path::PathBuf, process::ExitCode, str::FromStr, time::Duration};

use clap::{Parser, ValueEnum};

use crate::{
    child::Launch,
    report::{Size, Table},
    soak::Load,
    store::Store,
    traffic::Traffic,
};

const APP_SECRET: &str = "load-app-secret";
const VERIFY_TOKEN: &str = "load-verify-token";
const PAGE_TOKEN: &str = "load-page-token";

/// Anything that ends the measurement.
type Problem = Box<dyn Error + Send + Sync>;

/// Measures one bot, or two side by side, and checks every reply.
#[derive(Debug, Parser)]
struct Arguments {
    /// A bot to measure, perhaps with its store: memory, sqlite or postgres://..; the second one is the yardstick of
    /// the first.
    #[arg(long = "bot", value_name = "NAME=PATH[@STORE]", required = true)]
    bots: Vec<Named>,
    /// What is measured; both when absent.
    #[arg(long, value_enum)]
    mode: Option<Mode>,
    /// Connections x events per body; may be given several times.
    #[arg(long = "scenario", value_name = "CxE", default_values = ["64x1", "16x20"])]
    scenarios: Vec<Scenario>,
    /// How often each bot is started and measured per scenario.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=101))]
    rounds: u16,
    /// Timed events per round, about.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    events: u32,
    /// One short round, only to see that the replies are right.
    #[arg(long)]
    quick: bool,
    /// The processors that the bot may use, as `taskset -c` takes them.
    #[arg(long, value_name = "LIST")]
    bot_cpus: Option<String>,
    /// Posts so many events per second to the first bot, whether or not it keeps up, over the connections of the
    /// first scenario.
    #[arg(long, value_name = "EVENTS", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: Option<u32>,
    /// For how long with --rate.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=86_400), requires = "rate")]
    seconds: u32,
    /// Stops the bot half way for so many milliseconds, to see that it is noticed.
    #[arg(long, value_name = "MS", requires = "rate")]
    stall: Option<u64>,
    /// Makes the load bot keep so many bytes for each text that no route takes, to see that it is noticed.
    #[arg(long, value_name = "BYTES", default_value_t = 0)]
    leak: usize,
}

impl Arguments {
    fn launch(&self, bot: &Named) -> Launch {
        Launch {
            binary: bot.path.clone(),
            cpus: self.bot_cpus.clone(),
            store: bot.store.clone(),
            leak: self.leak,
        }
    }
}

#[derive(Clone, Debug)]
struct Named {
    name: String,
    path: PathBuf,
    store: Store,
}

impl FromStr for Named {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        let (name, path) = given.split_once('=').ok_or("expected NAME=PATH")?;
        let (path, store) = match path.split_once('@') {
            Some((path, store)) => (path, store.parse()?),
            None => (path, Store::Memory),
        };
        Ok(Self {
            name: name.to_owned(),
            path: path.into(),
            store,
        })
    }
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// The bot does everything but call the Graph API.
    In,
    /// The bot sends its replies, and each is checked.
    EndToEnd,
}

/// How the requests come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scenario {
    connections: usize,
    /// Events per body.
    events: usize,
}

impl FromStr for Scenario {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        let expected = || "expected CONNECTIONSxEVENTS, at most 256x100".to_owned();
        let (connections, events) = given.split_once('x').ok_or_else(expected)?;
        let connections = connections.parse::<usize>().map_err(|_| expected())?;
        let events = events.parse::<usize>().map_err(|_| expected())?;
        let possible = (1..=256).contains(&connections) && (1..=100).contains(&events);
        if possible {
            Ok(Self { connections, events })
        } else {
            Err(expected())
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match measure(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(arguments: &Arguments) -> Result<(), Problem> {
    if arguments.bots.len() > 2 {
        return Err("at most two bots can stand side by side".into());
    }
    if let (Some(rate), [bot, ..], [scenario, ..]) = (
        arguments.rate,
        arguments.bots.as_slice(),
        arguments.scenarios.as_slice(),
    ) {
        let load = Load {
            scenario: *scenario,
            rate,
            seconds: arguments.seconds,
            stall: arguments.stall.map(Duration::from_millis),
        };
        let report = soak::run(&arguments.launch(bot), load).await?;
        println!("{report}");
        let faults = report.faults();
        return if faults.is_empty() {
            Ok(())
        } else {
            Err(faults.join("\n").into())
        };
    }
    let modes = arguments
        .mode
        .map_or_else(|| vec![Mode::In, Mode::EndToEnd], |mode| vec![mode]);
    for mode in modes {
        for &scenario in &arguments.scenarios {
            println!("{}", side_by_side(arguments, mode, scenario).await?);
        }
    }
    Ok(())
}

/// Measures the bots in turn, round after round, so that what else the machine does meets both.
async fn side_by_side(arguments: &Arguments, mode: Mode, scenario: Scenario) -> Result<Table<'_>, Problem> {
    let (rounds, events) = if arguments.quick {
        (1, scenario.connections * scenario.events * 5)
    } else {
        (arguments.rounds, arguments.events as usize)
    };
    let traffic = Traffic::new(scenario, events);
    let mut bots = arguments
        .bots
        .iter()
        .map(|bot| (bot.name.as_str(), Vec::new()))
        .collect::<Vec<_>>();
    let title = format!(
        "{}, {}x{} (connections x events per body)",
        match mode {
            Mode::In => "webhook in",
            Mode::EndToEnd => "end to end",
        },
        scenario.connections,
        scenario.events
    );
    for round in 1..=rounds {
        for (bot, (_, figures)) in arguments.bots.iter().zip(&mut bots) {
            eprintln!("{title}, round {round} of {rounds}: {}", bot.name);
            let measured = round::run(&arguments.launch(bot), mode, &traffic).await;
            figures.push(measured.map_err(|problem| format!("{}, {title}: {problem}", bot.name))?);
        }
    }
    let size = Size {
        requests: traffic.timed.requests.iter().map(Vec::len).sum(),
        events: traffic.timed.events,
    };
    Ok(Table { title, size, bots })
}
