//! How long things take.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::counters::Counter;

/// The upper ends of the buckets, in microseconds: from a look-up in memory to a handler that overruns.
const BOUNDS: [u64; 17] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
    2_500_000, 5_000_000, 10_000_000, 30_000_000,
];
/// What the webhook answers; see its front page.
const STATUSES: [u16; 9] = [200, 400, 401, 403, 405, 408, 413, 500, 503];

/// Counts durations by their size, without a lock.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    /// One for each bound, and one for what is longer than all.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanos: AtomicU64,
}

impl Histogram {
    pub(crate) fn observe(&self, took: Duration) {
        let micros = u64::try_from(took.as_nanos().div_ceil(1_000)).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < micros);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// The sum in seconds, and how many are in each bucket with its bound in seconds.
    #[cfg(feature = "metrics")]
    pub(crate) fn read(&self) -> (f64, Vec<(f64, u64)>) {
        let bounds = BOUNDS.map(|micros| Duration::from_micros(micros).as_secs_f64());
        let bounds = bounds.into_iter().chain([f64::INFINITY]);
        let counts = self.buckets.iter().map(|count| count.load(Ordering::Relaxed));
        let sum = Duration::from_nanos(self.nanos.load(Ordering::Relaxed)).as_secs_f64();
        (sum, bounds.zip(counts).collect())
    }
}

/// How long a bot's work takes.
#[derive(Debug, Default)]
pub(crate) struct Times {
    /// From a request to the webhook to its answer.
    pub(crate) answer: Histogram,
    /// From an event's claim to the commit of its turn.
    pub(crate) turn: Histogram,
    /// A request to the Graph API for a message that waits, its answer included.
    pub(crate) send: Histogram,
    statuses: [Counter; STATUSES.len()],
    other_statuses: Counter,
    handlers: Box<[Handler]>,
}

/// A handler, or a route of it.
#[derive(Debug)]
pub(crate) struct Handler {
    #[cfg_attr(
        not(any(test, feature = "metrics")),
        expect(dead_code, reason = "only the metrics name handlers")
    )]
    pub(crate) name: &'static str,
    pub(crate) runs: Counter,
    pub(crate) nanos: Counter,
}

impl Times {
    /// With room for the handlers of these names, which [`handler`](Self::handler) knows by their place.
    pub(crate) fn of(handlers: impl Iterator<Item = &'static str>) -> Self {
        let handlers = handlers.map(|name| Handler {
            name,
            runs: Counter::default(),
            nanos: Counter::default(),
        });
        Self {
            handlers: handlers.collect(),
            ..Self::default()
        }
    }

    /// The handler at `index` ran for this time.
    pub(crate) fn handler(&self, index: usize, took: Duration) {
        if let Some(handler) = self.handlers.get(index) {
            handler.runs.one();
            handler
                .nanos
                .add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX));
        }
    }

    /// The webhook answered a request with `status`.
    pub(crate) fn answered(&self, status: u16, took: Duration) {
        self.answer.observe(took);
        match STATUSES.iter().position(|known| *known == status) {
            Some(at) => &self.statuses[at],
            None => &self.other_statuses,
        }
        .one();
    }

    /// How often each status was answered, 0 for those that the webhook does not know.
    #[cfg(feature = "metrics")]
    pub(crate) fn statuses(&self) -> impl Iterator<Item = (u16, u64)> {
        let known = STATUSES.into_iter().zip(self.statuses.iter().map(Counter::get));
        known.chain([(0, self.other_statuses.get())])
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn handlers(&self) -> &[Handler] {
        &self.handlers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "metrics")]
    fn a_duration_counts_in_the_first_bucket_that_holds_it() {
        let histogram = Histogram::default();
        for micros in [0, 100, 101, 30_000_000, 30_000_001] {
            histogram.observe(Duration::from_micros(micros));
        }
        histogram.observe(Duration::from_nanos(100_001));
        let (sum, buckets) = histogram.read();
        assert_eq!(buckets.len(), 18);
        assert_eq!(buckets[0], (0.0001, 2));
        assert_eq!(
            buckets[1],
            (0.000_25, 2),
            "a part of a microsecond is above the bound"
        );
        assert_eq!(buckets[16], (30.0, 1));
        assert_eq!(buckets[17], (f64::INFINITY, 1));
        assert!((sum - 60.000_302_001).abs() < 1e-9, "{sum}");
    }

    #[test]
    fn handlers_are_known_by_their_place() {
        let times = Times::of(["menu", "order"].into_iter());
        times.handler(1, Duration::from_nanos(7));
        times.handler(9, Duration::from_nanos(7));
        let runs: Vec<_> = times
            .handlers
            .iter()
            .map(|one| (one.name, one.runs.get(), one.nanos.get()))
            .collect();
        assert_eq!(runs, [("menu", 0, 0), ("order", 1, 7)]);
    }

    #[test]
    #[cfg(feature = "metrics")]
    fn a_status_that_the_webhook_does_not_know_is_counted_too() {
        let times = Times::default();
        for status in [200, 503, 503, 418] {
            times.answered(status, Duration::ZERO);
        }
        let answered: Vec<_> = times.statuses().filter(|(_, count)| *count > 0).collect();
        assert_eq!(answered, [(200, 1), (503, 2), (0, 1)]);
    }
}
