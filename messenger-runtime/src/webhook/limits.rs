//! What the webhook allows a peer to take.

use std::time::Duration;

use tokio::time::Instant;

/// How long a peer may take, how much it may send, and how many may be connected.
///
/// ```
/// use std::time::Duration;
/// use messenger_runtime::webhook::Limits;
///
/// let limits = Limits { idle: Duration::from_secs(20), ..Limits::default() };
/// assert_eq!(limits.header, Duration::from_secs(5));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// From the first byte of a request (for the first of a connection: from its start) to the end of its
    /// header. Bytes that trickle in do not extend it. Then the connection is closed. Default: 5 s.
    pub header: Duration,
    /// From the end of the header to the end of the body, whatever trickles in. Then 408. Default: 10 s.
    pub body: Duration,
    /// Between two requests of one connection, and for a peer that does not read its answer. Then the
    /// connection is closed. Default: 60 s.
    pub idle: Duration,
    /// After the server was told to stop: for the requests under way to be answered. What is not
    /// finished then is cut. Default: 5 s.
    pub grace: Duration,
    /// Connections open at a time. At this many the server stops accepting: further ones wait in the
    /// system's queue, none is dropped, and each answer closes its connection so that all get their
    /// turn. Never more than half of the files the process may open. Default: 4096.
    pub connections: usize,
    /// Bytes of one body; more is answered 413. Default: 1 MiB.
    pub body_bytes: usize,
    /// Bytes of all bodies that are being read or handed to the sink; more is answered 503. Default:
    /// 64 MiB.
    pub bodies_bytes: usize,
    /// Bytes of one request's header; more is answered 431. Default: 32 KiB.
    pub header_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(5),
            body: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            grace: Duration::from_secs(5),
            connections: 4096,
            body_bytes: 1 << 20,
            bodies_bytes: 64 << 20,
            header_bytes: 32 << 10,
        }
    }
}

impl Limits {
    /// The connection cap in force: half of what the process may open is left to the bot's own
    /// files and its calls to the Graph API.
    pub(super) fn connection_cap(&self) -> usize {
        let cap = open_files().map_or(self.connections, |files| self.connections.min(files / 2));
        cap.clamp(1, 1 << 20)
    }
}

/// `by` after `now`; a limit too long to be counted is a year.
pub(super) fn later(now: Instant, by: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    now + by.min(YEAR)
}

/// The soft limit of open files, where the system tells it as text.
fn open_files() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cap_is_at_least_one_and_leaves_files_to_the_bot() {
        assert_eq!(
            Limits {
                connections: 0,
                ..Limits::default()
            }
            .connection_cap(),
            1
        );
        assert_eq!(
            Limits {
                connections: 7,
                ..Limits::default()
            }
            .connection_cap(),
            7
        );
        if let Some(files) = open_files() {
            assert!(
                Limits {
                    connections: usize::MAX,
                    ..Limits::default()
                }
                .connection_cap()
                    <= files
            );
        }
    }
}
