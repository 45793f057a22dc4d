//! What can be seen of a bot from outside, second by second.

use std::{fmt, time::Duration};

use super::{Acks, verdict::percentile};
use crate::{Problem, child::Bot};

/// The bot in one second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sample {
    pub(super) second: u64,
    /// Events acknowledged since the start.
    pub(super) acked: usize,
    /// Of the acknowledgements since the last sample.
    pub(super) ack_p99: Duration,
    /// Resident bytes.
    pub(super) memory: u64,
    /// Open files and connections.
    pub(super) files: u64,
    /// Bytes of the database and of its write-ahead log.
    pub(super) disk: Option<(u64, u64)>,
}

impl Sample {
    pub(super) fn take(second: u64, before: Option<&Self>, bot: &Bot, acks: &Acks) -> Result<Self, Problem> {
        let acks = acks.lock().expect("no holder of this lock panics");
        let mut recent = acks[before.map_or(0, |before| before.acked)..].to_vec();
        recent.sort_unstable();
        Ok(Self {
            second,
            acked: acks.len(),
            ack_p99: percentile(&recent, 99),
            memory: bot.memory()?,
            files: bot.open_files()?,
            disk: bot.disk()?,
        })
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:4} s: {:8} requests acknowledged, p99 {:6.1} ms, memory {:6.1} MiB, {:4} files",
            self.second,
            self.acked,
            self.ack_p99.as_secs_f64() * 1e3,
            mebibytes(self.memory),
            self.files,
        )?;
        if let Some((database, log)) = self.disk {
            write!(
                f,
                ", database {:6.1} MiB, log {:4.1} MiB",
                mebibytes(database),
                mebibytes(log)
            )?;
        }
        Ok(())
    }
}

pub(super) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
