//! How the store has been answering: what its errors lead to.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::sleep};

use super::Counters;
use crate::store::StoreError;

/// The wait after a first failure; it doubles with each one more in a row, up to the cap, and each wait is
/// drawn between zero and it.
const PAUSE: Duration = Duration::from_millis(100);
const PAUSE_CAP: Duration = Duration::from_secs(10);

/// What is known of the store's health. The first fatal error stays.
#[derive(Debug)]
pub(super) struct StoreHealth {
    counters: Arc<Counters>,
    broken: watch::Sender<Option<StoreError>>,
    /// Failures in a row.
    failures: AtomicU32,
    random: Mutex<fastrand::Rng>,
}

impl StoreHealth {
    pub(super) fn new(counters: Arc<Counters>, seed: u64) -> Self {
        Self {
            counters,
            broken: watch::Sender::new(None),
            failures: AtomicU32::new(0),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
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
