//! The time, which never goes back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::Clock;

/// The time of day as the clock has it, which may be set while the store is open. Set back, it goes on from where
/// it was until the store is opened again, or waits would get longer by as much; set forward it is followed, since
/// a machine that slept looks the same.
#[derive(Debug)]
pub(super) struct Steady {
    clock: Arc<dyn Clock>,
    last: i64,
    ahead: Ahead,
}

/// By how many milliseconds the clock was set back in all, for those who read the times that were written.
pub(in crate::store::sqlite) type Ahead = Arc<AtomicI64>;

impl Steady {
    pub(super) fn new(clock: Arc<dyn Clock>, ahead: Ahead) -> Self {
        let last = millis(clock.now());
        Self { clock, last, ahead }
    }

    /// Milliseconds since 1970.
    pub(super) fn now(&mut self) -> i64 {
        let shown = millis(self.clock.now());
        if shown < self.last {
            self.ahead
                .fetch_add(self.last.saturating_sub(shown), Ordering::Relaxed);
        }
        self.last = shown;
        shown.saturating_add(self.ahead.load(Ordering::Relaxed))
    }
}

/// Milliseconds since 1970.
pub(in crate::store::sqlite) fn millis(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
    }
}

/// The time `millis` after 1970.
pub(in crate::store::sqlite) fn time(millis: i64) -> SystemTime {
    let span = Duration::from_millis(millis.unsigned_abs());
    let time = if millis < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(span)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(span)
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::tests::rig::SetClock;

    #[test]
    fn time_goes_on_where_the_clock_is_set_back() {
        let clock = SetClock::new();
        let mut steady = Steady::new(Arc::clone(&clock) as Arc<dyn Clock>, Ahead::default());
        let began = steady.now();
        clock.advance(Duration::from_secs(5));
        clock.set_back(Duration::from_secs(3_600));
        assert_eq!(steady.now() - began, 0);
        clock.advance(Duration::from_secs(2));
        assert_eq!(steady.now() - began, 2_000);
        clock.set_back(Duration::from_secs(60));
        clock.advance(Duration::from_secs(60));
        assert_eq!(steady.now() - began, 2_000);
        clock.advance(Duration::from_secs(7_200));
        assert_eq!(steady.now() - began, 7_202_000);
    }
}
