//! What the bot logs, shown in the conversation where it happened.

use std::io::{self, Write};

use tokio::sync::mpsc;

use super::platform::Arrival;
use crate::cli::log::filter;

/// Shows warnings and errors, or what `RUST_LOG` asks for, on the screen. Does nothing where the program
/// has a log of its own already.
pub(super) fn show_on(name: &str, screen: mpsc::UnboundedSender<Arrival>) {
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter(name, "warn"))
        .with_writer(move || Lines(screen.clone()))
        .with_ansi(false)
        .with_level(false)
        .with_target(false)
        .without_time()
        .try_init();
}

/// Each write is one whole event.
struct Lines(mpsc::UnboundedSender<Arrival>);

impl Write for Lines {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        // The screen ends only with the program.
        let _ = self
            .0
            .send(Arrival::Problem(String::from_utf8_lossy(event).into_owned()));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
