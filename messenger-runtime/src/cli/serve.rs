//! `serve`: the production server.

use std::{
    io::{self, IsTerminal as _},
    net::SocketAddr,
};

use super::{log, tell};
use crate::{Bot, BotBuilder, StartError, config::Config, store::StoreLocation, webhook::Server};

/// Serves until the process is told to end.
pub(super) async fn run<B: Bot>(
    mut builder: BotBuilder<B>,
    name: &str,
    address: Option<SocketAddr>,
) -> Result<(), StartError> {
    log_to_stderr(name);
    let mut config = match builder.take_config() {
        Some(config) => config,
        None => Config::from_env()?,
    };
    config.address = address.unwrap_or(config.address);
    // What a store of the program's own is, only the program knows.
    let kept = (!builder.has_store()).then(|| match &config.store {
        StoreLocation::Memory => format!("{name} keeps nothing: its store is memory"),
        location => format!("{name} keeps its data in {}", location.shown()),
    });
    let ready = |server: &Server, path: &str, operator: Option<SocketAddr>| {
        // Before the line that others wait for.
        if let Some(kept) = kept {
            tell(kept);
        }
        if let Some(operator) = operator {
            tell(format_args!("{name} answers its operator on http://{operator}"));
        }
        tell(format_args!("{name} serves http://{}{path}", server.local_addr()));
        tell("In the App Dashboard, enter the public https address that leads here, and the verify token.");
    };
    builder.config(config).run_telling(ready).await?;
    tell(format_args!("{name} has stopped"));
    Ok(())
}

/// Logs from `info` on, unless told otherwise. Does nothing where the program has a log of its own already.
fn log_to_stderr(name: &str) {
    let _ = tracing_subscriber::fmt()
        .with_env_filter(log::filter(name, "info"))
        .with_ansi(io::stderr().is_terminal() && !log::no_colour())
        .with_writer(io::stderr)
        .try_init();
}
