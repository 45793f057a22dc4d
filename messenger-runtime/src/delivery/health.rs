//! How the store has been answering: what its errors lead to.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::Counters;
use crate::store::StoreError;

/// The wait after a first failure; it doubles with each one more in a row, up to the cap, and each wait is
/// drawn between zero and it.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSE_CAP: Duration = Duration::from_secs(10);
/// Refusing has ended when nothing was refused for so long: at its bound a queue takes one event and not the next.
const CALM: Duration = Duration::from_secs(10);

/// What is known of the store's health. The first fatal error stays.
#[derive(Debug)]
pub(super) struct StoreHealth {
    counters: Arc<Counters>,
    broken: watch::Sender<Option<StoreError>>,
    /// Failures in a row.
    failures: AtomicU32,
    random: Mutex<fastrand::Rng>,
    is_refusing: AtomicBool,
    last_refused: Mutex<Instant>,
}

impl StoreHealth {
    pub(super) fn new(counters: Arc<Counters>, seed: u64) -> Self {
        Self {
            counters,
            broken: watch::Sender::new(None),
            failures: AtomicU32::new(0),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            is_refusing: AtomicBool::new(false),
            last_refused: Mutex::new(Instant::now()),
        }
    }

    /// Counts the error and says it in the log; a fatal one ends the bot, and is said once. Of failures in a
    /// row fewer and fewer are said.
    pub(super) fn failed(&self, what: &str, error: &StoreError) {
        self.counters.store_errors.one();
        if error.is_fatal() {
            let is_first = self.broken.send_if_modified(|broken| {
                let is_first = broken.is_none();
                broken.get_or_insert_with(|| error.clone());
                is_first
            });
            if is_first {
                tracing::error!(%error, "{what}; nothing is acknowledged from now on");
            }
            return;
        }
        if (self.failures.fetch_add(1, Ordering::Relaxed) + 1).is_power_of_two() {
            tracing::error!(%error, "{what}");
        }
    }

    /// The store did what it was asked.
    pub(super) fn worked(&self) {
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
    }

    /// There is no room for events. Said when it begins, not for each request.
    pub(super) fn refused(&self, error: &StoreError) {
        *self.last_refused.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        if !self.is_refusing.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, "events are refused; the platform delivers them again");
        }
    }

    /// There was room for events.
    pub(super) fn took(&self) {
        if !self.is_refusing.load(Ordering::Relaxed) {
            return;
        }
        let last = *self.last_refused.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= CALM && self.is_refusing.swap(false, Ordering::Relaxed) {
            tracing::info!("events are taken again");
        }
    }

    /// Waits before the store is asked again.
    pub(super) async fn pause(&self) {
        let failures = self.failures.load(Ordering::Relaxed).clamp(1, 16);
        let cap = PAUSE.saturating_mul(1 << (failures - 1)).min(PAUSE_CAP);
        let share = self.random.lock().unwrap_or_else(PoisonError::into_inner).f64();
        sleep(cap.mul_f64(share)).await;
    }

    pub(super) fn is_broken(&self) -> bool {
        self.broken.borrow().is_some()
    }

    /// Waits for a fatal error.
    pub(super) async fn until_broken(&self) -> StoreError {
        let mut broken = self.broken.subscribe();
        loop {
            if let Some(error) = &*broken.borrow_and_update() {
                return error.clone();
            }
            if broken.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn refusing_is_said_once_when_it_begins_and_once_when_it_ends() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .finish();
        let _default = tracing::subscriber::set_default(subscriber);
        let said = |text: &str| {
            let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
            log.matches(text).count()
        };
        let health = StoreHealth::new(Arc::default(), 1);
        health.took();
        assert_eq!(said("events"), 0);
        for _ in 0..100 {
            health.refused(&StoreError::NoSpace("1 MiB free".to_owned()));
            health.took();
        }
        assert_eq!((said("WARN"), said("MSG604"), said("INFO")), (1, 1, 0));
        tokio::time::advance(CALM).await;
        health.took();
        health.took();
        assert_eq!((said("WARN"), said("INFO")), (1, 1));
        health.refused(&StoreError::Full);
        assert_eq!((said("WARN"), said("MSG601")), (2, 1));
    }
}
