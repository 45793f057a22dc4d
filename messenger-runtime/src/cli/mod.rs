//! The command line that every bot has.
//!
//! ```text
//! shop                 the same as `shop serve`
//! shop serve           the production server
//! shop chat            a conversation in the terminal, without an account; with --store the next one goes on there
//! shop routes          what the bot answers, with file and line
//! shop graph           the bot as a picture: its flows, and which handlers begin them
//! shop match TEXT      which handler takes a text, and why the others do not
//! shop profile diff    what the page shows, against what the code declares; also push and pull
//! shop subscribe       has the platform send the page's events to the bot
//! shop dead-letters    what could not be handled, sent or read: list, show, replay, discard
//! shop person          everything that is kept about a person: export, erase
//! ```
//!
//! `main` of a bot is one line, [`BotBuilder::cli`]. The state's closure runs for `serve` and `chat` alone,
//! so the other commands do not need what the state opens. `routes`, `graph`, `match` and `chat` need no settings. Data goes to stdout, talk and the
//! log to stderr.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | it failed while starting or running though the settings are right (a port or a store that cannot be had), or what was asked for is not there; `profile diff`: the page differs; `profile push`, `subscribe`, `person erase`: not wanted |
//! | 2 | a mistake in the command, settings that are missing, malformed or not for this build, or a call that the platform refused |
//!
//! Where to look: `args` is what can be written, `serve`, `routes`, `graph`, `chat`, `profile` and `subscribe` are the
//! commands, the last two with `page` (which page is meant) and `ask` (what is shown and asked). `chat` and
//! `profile` have pages of their own, and so has `operate`, which is `dead-letters` and `person`.

mod args;
mod ask;
mod chat;
mod graph;
mod log;
mod operate;
mod page;
mod profile;
mod routes;
mod serve;
mod subscribe;

use std::{
    ffi::OsString,
    fmt,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use clap::{CommandFactory as _, FromArgMatches as _};
use tokio::runtime::Runtime;

use self::{
    args::{Cli, Command},
    chat::ChatError,
};
use crate::{
    Bot, BotBuilder, StartError, graph::GraphError, operator::OperatorError, store::OpenError,
    webhook::WebhookError,
};

/// How long tasks that outlive their command are waited for.
const LINGER: Duration = Duration::from_millis(100);

impl<B: Bot> BotBuilder<B> {
    /// Runs the command that the program was started with, on a runtime of its own; what `main` of a bot
    /// returns.
    ///
    /// ```no_run
    /// use messenger_runtime::prelude::*;
    ///
    /// # bot! { Echo; echo }
    /// # #[fallback]
    /// # async fn echo(text: Text) -> String { text.into_string() }
    /// fn main() -> std::process::ExitCode {
    ///     Echo::stateless().cli()
    /// }
    /// ```
    #[must_use = "`main` returns the exit code"]
    pub fn cli(self) -> ExitCode {
        self.cli_from(std::env::args_os())
    }

    /// As [`cli`](Self::cli), with the arguments given: the program's name, then the command.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    /// use std::process::ExitCode;
    ///
    /// # bot! { Echo; echo }
    /// # #[fallback]
    /// # async fn echo(text: Text) -> String { text.into_string() }
    /// assert_eq!(Echo::stateless().cli_from(["echo", "routes", "--json"]), ExitCode::SUCCESS);
    /// assert_eq!(Echo::stateless().cli_from(["echo", "fly"]), ExitCode::from(2));
    /// ```
    #[must_use = "`main` returns the exit code"]
    pub fn cli_from<I, T>(self, arguments: I) -> ExitCode
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        let name = name(&arguments);
        let command = match parse(&name, &arguments) {
            Ok(cli) => cli
                .command
                .unwrap_or_else(|| Command::Serve(args::Serve::default())),
            Err(error) => {
                // A closed terminal is no reason for another exit code.
                let _ = error.print();
                return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
            }
        };
        let ended = match command {
            Command::Routes(args) => print(&if args.json {
                routes::json(B::ROUTES)
            } else {
                routes::table(B::ROUTES)
            })
            .map(|()| ExitCode::SUCCESS),
            Command::Graph(args) => graph::draw(&B::graph(), &args)
                .and_then(|drawn| print(&drawn))
                .map(|()| ExitCode::SUCCESS),
            Command::Match(args) => print(&routes::explain::<B>(&args.text)).map(|()| ExitCode::SUCCESS),
            Command::Serve(args) => block_on(serve::run(self, &name, args.addr)).map(|()| ExitCode::SUCCESS),
            Command::Chat(args) => {
                block_on(chat::on_this_terminal(self, &name, args)).map(|()| ExitCode::SUCCESS)
            }
            Command::Profile(args) => block_on(profile::run(self, &name, args)),
            Command::Subscribe(args) => block_on(subscribe::run(self, &name, args)),
            Command::DeadLetters(command) => block_on(operate::dead_letters(self, &name, command)),
            Command::Person(command) => block_on(operate::person(self, &name, command)),
        };
        let failure = match ended {
            Ok(code) => return code,
            Err(failure) => failure,
        };
        tell(format_args!("{name}: {failure}"));
        if failure.is_of_the_settings() {
            tell(format_args!(
                "Without an account, `{name} chat` runs the bot here."
            ));
        }
        failure.exit_code()
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Chat(#[from] ChatError),
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A mistake in the command, with what to write instead.
    #[error("{0}")]
    Command(String),
    /// It could not be done now, and why.
    #[error("{0}")]
    Failed(String),
    /// The platform refused a call, or cannot be reached.
    #[error("{0}")]
    Graph(#[from] GraphError),
    /// As [`Graph`](Self::Graph), with where it left things.
    #[error("{error}\n{note}")]
    Midway { error: GraphError, note: String },
}

impl Failure {
    fn is_of_the_settings(&self) -> bool {
        matches!(self, Self::Start(StartError::Config(_)))
    }

    fn exit_code(&self) -> ExitCode {
        let error = match self {
            Self::Start(error) | Self::Chat(ChatError::Start(error)) => error,
            Self::Chat(ChatError::OwnStore) | Self::Command(_) | Self::Graph(_) | Self::Midway { .. } => {
                return ExitCode::from(2);
            }
            Self::Chat(_) | Self::Io(_) | Self::Failed(_) => return ExitCode::FAILURE,
        };
        match error {
            StartError::Webhook(WebhookError::Bind { .. })
            | StartError::Operator(OperatorError::Bind { .. })
            | StartError::State(_)
            | StartError::Signals(_)
            | StartError::Cut(_)
            | StartError::Broken(_) => ExitCode::FAILURE,
            // Only another build or another setting helps against these two; the others may pass.
            StartError::Store(OpenError::NotBuilt(_) | OpenError::OldSqlite(_)) => ExitCode::from(2),
            StartError::Store(_) => ExitCode::FAILURE,
            StartError::Config(_)
            | StartError::Webhook(_)
            | StartError::Operator(_)
            | StartError::Graph(_)
            | StartError::Catalog(_) => ExitCode::from(2),
        }
    }
}

/// The program's name, without its folder.
fn name(arguments: &[OsString]) -> String {
    let name = arguments.first().and_then(|path| Path::new(path).file_stem());
    name.map_or_else(|| "bot".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn parse(name: &str, arguments: &[OsString]) -> Result<Cli, clap::Error> {
    Cli::from_arg_matches(
        &named(Cli::command(), name)
            .bin_name(name)
            .try_get_matches_from(arguments)?,
    )
}

/// The command with the program's name in its examples.
fn named(command: clap::Command, name: &str) -> clap::Command {
    let examples = command
        .get_after_help()
        .map(|help| help.to_string().replace("{bin}", name));
    let command = match examples {
        Some(examples) => command.after_help(examples),
        None => command,
    };
    let name = name.to_owned();
    command.mut_subcommands(move |command| named(command, &name))
}

/// Prints data. A reader who has seen enough is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Says something to people, on standard error. Nothing that is under way stops because nobody listens.
fn tell(text: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn block_on<T, E: Into<Failure>>(command: impl Future<Output = Result<T, E>>) -> Result<T, Failure> {
    let runtime = Runtime::new()?;
    let ended = runtime.block_on(command);
    // A handler that hangs, or a terminal that is being read, must not keep the program from ending.
    runtime.shutdown_timeout(LINGER);
    ended.map_err(Into::into)
}

#[cfg(test)]
mod tests;
