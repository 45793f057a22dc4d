//! Whether a bot kept its pace and did not grow.

use std::{fmt, time::Duration};

use super::{
    Load,
    watch::{Sample, mebibytes},
};

/// Under this the slowest hundredth of the acknowledgements begins.
const ACK_P99: Duration = Duration::from_millis(100);
/// From how many times the p99 of the median second on the bot stood still, and is not merely slow.
const STANDSTILL: u32 = 3;
/// How much memory and open files may rise between the second and the last third of a run: in percent.
const RISE: u64 = 10;
/// What the write-ahead log may take.
const LOG: u64 = 64 << 20;
/// What the database may keep of each event: its key, by which it is known when it comes again. An entry of the
/// table `duplicates` takes 23 bytes, and 25 to 26 with its share of half-filled pages; the rest is room for the
/// pages of a queue that was longer for a moment.
const KEY: u64 = 40;
/// What the database may grow by beside the keys: pages that a moment with many events needed.
const PAGES: u64 = 1 << 20;
/// Fewer samples have no thirds.
const SAMPLES: usize = 9;

/// What a run showed.
#[derive(Debug)]
pub(crate) struct Report {
    pub(super) load: Load,
    /// In microseconds, ascending.
    pub(super) latencies: Vec<u32>,
    pub(super) samples: Vec<Sample>,
    pub(super) replies: usize,
}

pub(super) fn sorted(mut latencies: Vec<u32>) -> Vec<u32> {
    latencies.sort_unstable();
    latencies
}

/// The latency that `percent` of the acknowledgements did not pass.
pub(super) fn percentile(ascending: &[u32], percent: usize) -> Duration {
    let index = (ascending.len() * percent / 100).min(ascending.len().saturating_sub(1));
    Duration::from_micros(ascending.get(index).copied().unwrap_or_default().into())
}

/// A figure in the second and in the last third of a run. The first third warms up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Trend {
    middle: u64,
    last: u64,
}

impl Trend {
    fn rises(self) -> bool {
        self.last * 100 > self.middle * (100 + RISE)
    }
}

impl Report {
    /// What is wrong; nothing where the bot passes.
    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let p99 = percentile(&self.latencies, 99);
        if p99 >= ACK_P99 {
            let usual = self.usual_p99();
            let how = if p99 >= usual * STANDSTILL {
                "it stood still"
            } else {
                "it is slow throughout"
            };
            faults.push(format!(
                "the p99 of the acknowledgements is {:.1} ms, wanted are less than {} ms; {how}: in the median \
                 second it is {:.1} ms",
                p99.as_secs_f64() * 1e3,
                ACK_P99.as_millis(),
                usual.as_secs_f64() * 1e3
            ));
        }
        if self.samples.len() < SAMPLES {
            faults.push(format!(
                "only {} samples: too short to see whether it grows",
                self.samples.len()
            ));
            return faults;
        }
        let memory = self.trend(|sample| sample.memory);
        if memory.rises() {
            faults.push(format!(
                "memory grows: {:.1} MiB, then {:.1} MiB",
                mebibytes(memory.middle),
                mebibytes(memory.last)
            ));
        }
        let files = self.trend(|sample| sample.files);
        if files.rises() {
            faults.push(format!("open files grow: {}, then {}", files.middle, files.last));
        }
        if let Some(log) = self.largest_log().filter(|log| *log > LOG) {
            faults.push(format!("the write-ahead log took {:.1} MiB", mebibytes(log)));
        }
        if let Some((grown, keys)) = self.growth()
            && grown > keys + PAGES
        {
            faults.push(format!(
                "the database grew by {:.1} MiB in the last third, where keys account for {:.1} MiB",
                mebibytes(grown),
                mebibytes(keys)
            ));
        }
        faults
    }

    /// The p99 of the median second: a moment in which the bot stands still does not move it.
    fn usual_p99(&self) -> Duration {
        let mut seconds = self
            .samples
            .iter()
            .map(|sample| sample.ack_p99)
            .collect::<Vec<_>>();
        seconds.sort_unstable();
        seconds.get(seconds.len() / 2).copied().unwrap_or_default()
    }

    /// Medians of the second and of the last third.
    fn trend(&self, figure: impl Fn(&Sample) -> u64) -> Trend {
        let third = self.samples.len() / 3;
        let median = |samples: &[Sample]| {
            let mut figures = samples.iter().map(&figure).collect::<Vec<_>>();
            figures.sort_unstable();
            figures.get(figures.len() / 2).copied().unwrap_or_default()
        };
        Trend {
            middle: median(&self.samples[third..third * 2]),
            last: median(&self.samples[third * 2..]),
        }
    }

    fn largest_log(&self) -> Option<u64> {
        self.samples
            .iter()
            .filter_map(|sample| Some(sample.disk?.1))
            .max()
    }

    /// By how much the database grew in the last third, and how much of it the keys may have taken.
    fn growth(&self) -> Option<(u64, u64)> {
        let (first, last) = (
            self.samples.get(self.samples.len() / 3 * 2)?,
            self.samples.last()?,
        );
        let events = (last.acked - first.acked) * self.load.scenario.events;
        let grown = last.disk?.0.saturating_sub(first.disk?.0);
        Some((grown, events as u64 * KEY))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |latency: Duration| latency.as_secs_f64() * 1e3;
        let Load {
            scenario,
            rate,
            seconds,
            ..
        } = self.load;
        writeln!(
            f,
            "{rate} events/s for {seconds} s, {}x{} (connections x events per body)",
            scenario.connections, scenario.events
        )?;
        writeln!(
            f,
            "  ack from when it was due, ms       p50 {:.1}, p99 {:.1}, most {:.1}",
            ms(percentile(&self.latencies, 50)),
            ms(percentile(&self.latencies, 99)),
            ms(percentile(&self.latencies, 100)),
        )?;
        writeln!(f, "  replies, each once and in order    {}", self.replies)?;
        let memory = self.trend(|sample| sample.memory);
        writeln!(
            f,
            "  memory, MiB                        {:.1}, then {:.1}",
            mebibytes(memory.middle),
            mebibytes(memory.last)
        )?;
        let files = self.trend(|sample| sample.files);
        writeln!(
            f,
            "  open files and connections         {}, then {}",
            files.middle, files.last
        )?;
        if let Some(log) = self.largest_log() {
            writeln!(
                f,
                "  write-ahead log, MiB               at most {:.1}",
                mebibytes(log)
            )?;
        }
        if let (Some((grown, keys)), Some((database, _))) =
            (self.growth(), self.samples.last().and_then(|last| last.disk))
        {
            writeln!(
                f,
                "  database, MiB                      {:.1}, of which {:.1} in the last third (keys: up to {:.1})",
                mebibytes(database),
                mebibytes(grown),
                mebibytes(keys)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
