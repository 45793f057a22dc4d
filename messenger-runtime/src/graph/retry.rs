//! When to try again, and how long to wait before.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};

/// How often a call is tried and how long the client waits in between.
///
/// The wait doubles from `base` up to `cap`, and each wait is drawn evenly from zero up to that (full
/// jitter), so that bots that failed together do not return together. A call never outlasts the
/// client's time-out: where the next wait would, the error is returned at once.
///
/// Only what can be tried again is: throttles, a service that is down, a connection that could not be
/// made; for reads also connections that broke. A send that may have arrived is never repeated.
///
/// ```
/// # use std::time::Duration;
/// use messenger_runtime::graph::Retry;
///
/// let patient = Retry::default().tries(6).waits(Duration::from_secs(1), Duration::from_secs(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    tries: u32,
    base: Duration,
    cap: Duration,
    seed: Option<u64>,
}

impl Default for Retry {
    /// Four tries, waiting up to 0.5, 1 and 2 seconds.
    fn default() -> Self {
        Self {
            tries: 4,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            seed: None,
        }
    }
}

impl Retry {
    /// One try and no more.
    #[must_use]
    pub fn none() -> Self {
        Self {
            tries: 1,
            ..Self::default()
        }
    }

    /// At most this many tries, the first included; zero counts as one.
    #[must_use]
    pub fn tries(self, tries: u32) -> Self {
        Self {
            tries: tries.max(1),
            ..self
        }
    }

    /// The longest first wait, and the longest wait of all.
    #[must_use]
    pub fn waits(self, base: Duration, cap: Duration) -> Self {
        Self {
            base,
            cap: cap.max(base),
            ..self
        }
    }

    /// Draws the waits from this seed, so that a test knows them.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self {
            seed: Some(seed),
            ..self
        }
    }

    /// The wait after so many failures before, for what is not one call's own.
    pub(super) fn jitter(self, failures: u32) -> Duration {
        let mut random = self
            .seed
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        let longest = self.base.saturating_mul(1 << failures.min(16)).min(self.cap);
        longest.mul_f64(random.f64())
    }

    /// The waits between the tries of one call.
    pub(super) fn schedule(self) -> impl Iterator<Item = Duration> + Send {
        let mut random = self
            .seed
            .map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        ExponentialBuilder::new()
            .with_min_delay(self.base)
            .with_max_delay(self.cap)
            .with_factor(2.0)
            .with_max_times(self.tries.saturating_sub(1) as usize)
            .build()
            .map(move |longest| longest.mul_f64(random.f64()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_drawn_from_zero_to_a_doubling_limit() {
        let longest = |n: u32| Duration::from_millis(100 << n).min(Duration::from_millis(400));
        let mut below_half = 0;
        for seed in 0..200 {
            let retry = Retry::default()
                .tries(6)
                .waits(Duration::from_millis(100), Duration::from_millis(400))
                .seed(seed);
            let waits: Vec<_> = retry.schedule().collect();
            assert_eq!(waits.len(), 5);
            for (n, wait) in (0..).zip(&waits) {
                assert!(*wait <= longest(n), "{wait:?} after try {n}");
                below_half += u32::from(*wait < longest(n) / 2);
            }
            assert_eq!(
                waits,
                retry.schedule().collect::<Vec<_>>(),
                "a seed gives the same waits"
            );
        }
        assert!(
            (400..=600).contains(&below_half),
            "{below_half} of 1000 in the lower half"
        );
    }

    #[test]
    fn one_try_waits_for_nothing() {
        assert_eq!(Retry::none().schedule().count(), 0);
        assert_eq!(Retry::default().tries(0).schedule().count(), 0);
    }
}
