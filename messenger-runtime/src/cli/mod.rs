//! The command line that every bot has.
//!
//! ```text
//! shop                 the same as `shop serve`
//! shop serve           the production server
//! shop chat            a conversation in the terminal, without an account
//! shop routes          what the bot answers, with file and line
//! shop match TEXT      which handler takes a text, and why the others do not
//! ```
//!
//! `main` of a bot is one line, [`BotBuilder::cli`]. The state's closure runs for `serve` and `chat` alone,
//! so the other commands need neither settings nor what the state opens. Data goes to stdout, talk and the
//! log to stderr.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | it failed while running |
//! | 2 | a mistake in the command, or settings that are missing or malformed |
//!
//! Where to look: `args` is what can be written, `serve`, `routes` and `chat` are the commands. `chat` has a
//! page of its own.

mod args;
mod chat;
mod log;
mod routes;
mod serve;

use std::{
    ffi::OsString,
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
use crate::{Bot, BotBuilder, StartError, webhook::WebhookError};

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
        let failed = match command {
            Command::Routes(args) => print(&if args.json {
                routes::json(B::ROUTES)
            } else {
                routes::table(B::ROUTES)
            }),
            Command::Match(args) => print(&routes::explain::<B>(&args.text)),
            Command::Serve(args) => block_on(serve::run(self, &name, args.addr)),
            Command::Chat(args) => block_on(chat::on_this_terminal(self, &name, args.plain)),
        };
        let Err(failure) = failed else {
            return ExitCode::SUCCESS;
        };
        eprintln!("{name}: {failure}");
        if failure.is_of_the_settings() {
            eprintln!("Without an account, `{name} chat` runs the bot here.");
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
}

impl Failure {
    fn is_of_the_settings(&self) -> bool {
        matches!(self, Self::Start(StartError::Config(_)))
    }

    fn exit_code(&self) -> ExitCode {
        let (Self::Start(error) | Self::Chat(ChatError::Start(error))) = self else {
            return ExitCode::FAILURE;
        };
        match error {
            StartError::Webhook(WebhookError::Bind { .. })
            | StartError::State(_)
            | StartError::Signals(_)
            | StartError::Cut(_) => ExitCode::FAILURE,
            StartError::Config(_) | StartError::Webhook(_) | StartError::Graph(_) => ExitCode::from(2),
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

fn block_on<E: Into<Failure>>(command: impl Future<Output = Result<(), E>>) -> Result<(), Failure> {
    let runtime = Runtime::new()?;
    let ended = runtime.block_on(command);
    // A handler that hangs, or a terminal that is being read, must not keep the program from ending.
    runtime.shutdown_timeout(LINGER);
    ended.map_err(Into::into)
}

#[cfg(test)]
mod tests;
