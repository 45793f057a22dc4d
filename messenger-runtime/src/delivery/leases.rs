//! What this engine has the right to work on, and until when.
//!
//! A lease is good until the time for which the store gave it has passed on this machine's own clock,
//! counted from before the store was asked. That clock goes on while the process is stopped, so a process
//! that was paused past its leases and woken starts nothing on them. It need not agree with any other
//! clock: what decides is the epoch that the store compares.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until, timeout},
};

use super::StoreHealth;
use crate::{
    fail_points::crash_point,
    store::{Claim, Lease, Lost, Row, Store},
};

/// The leases that are held now.
pub(super) struct Leases {
    /// How long the store's leases hold; `None` where they hold as long as the process.
    term: Option<Duration>,
    held: Mutex<HashMap<u64, Arc<Entry>>>,
    numbers: AtomicU64,
    closed: AtomicBool,
}

struct Entry {
    what: What,
    /// Until when it holds; `None` once it is known to be lost.
    until: watch::Sender<Option<Instant>>,
}

enum What {
    Turn(Lease),
    Row(Row),
}

/// A lease that is renewed while this value lives.
pub(super) struct Held {
    leases: Arc<Leases>,
    entry: Option<(u64, Arc<Entry>)>,
}

impl Leases {
    pub(super) fn new(term: Option<Duration>) -> Arc<Self> {
        Arc::new(Self {
            term,
            held: Mutex::default(),
            numbers: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        })
    }

    /// Whether other processes may have leases of the same store.
    pub(super) fn are_shared(&self) -> bool {
        self.term.is_some()
    }

    /// How often they are to be renewed.
    pub(super) fn beat(&self) -> Option<Duration> {
        self.term.map(|term| term / 3)
    }

    /// Renews all that is held, for ever: after a failure again soon, while the leases still hold.
    pub(super) async fn keep_renewing(&self, store: &dyn Store, health: &StoreHealth) {
        let Some(beat) = self.beat() else { return };
        let mut wait = beat;
        loop {
            sleep(wait).await;
            wait = if self.renew(store, health).await {
                beat
            } else {
                beat / 10
            };
        }
    }

    /// A turn that the store leased when it was asked at `asked`.
    pub(super) fn turn(self: &Arc<Self>, lease: &Lease, asked: Instant) -> Held {
        self.hold(asked, || What::Turn(lease.clone()))
    }

    /// A row that the store leased when it was asked at `asked`.
    pub(super) fn row(self: &Arc<Self>, row: &Row, asked: Instant) -> Held {
        self.hold(asked, || What::Row(row.clone()))
    }

    fn hold(self: &Arc<Self>, asked: Instant, what: impl FnOnce() -> What) -> Held {
        let entry = self.term.map(|term| {
            let number = self.numbers.fetch_add(1, Ordering::Relaxed);
            let entry = Arc::new(Entry {
                what: what(),
                until: watch::Sender::new(Some(asked + term)),
            });
            self.lock().insert(number, Arc::clone(&entry));
            (number, entry)
        });
        Held {
            leases: Arc::clone(self),
            entry,
        }
    }

    /// When `claims` were surely leased: at `asked`, or, where the store let the caller wait long for them, when
    /// it says so again. Those that are lost by then are left out.
    pub(super) async fn confirm_turns(
        &self,
        store: &dyn Store,
        health: &StoreHealth,
        claims: &mut Vec<Claim>,
        asked: Instant,
    ) -> Instant {
        if claims.is_empty() || !self.waited_long(asked) {
            return asked;
        }
        let turns = claims.iter().map(|claim| claim.lease.clone()).collect();
        let (lost, surely) = self.confirm(store, health, (turns, Vec::new()), asked).await;
        claims.retain(|claim| !lost.turns.contains(&claim.lease));
        surely
    }

    /// The same for rows.
    pub(super) async fn confirm_rows(
        &self,
        store: &dyn Store,
        health: &StoreHealth,
        rows: &mut Vec<Row>,
        asked: Instant,
    ) -> Instant {
        if rows.is_empty() || !self.waited_long(asked) {
            return asked;
        }
        let (lost, surely) = self
            .confirm(store, health, (Vec::new(), rows.clone()), asked)
            .await;
        rows.retain(|row| !lost.rows.contains(&row.new.key));
        surely
    }

    fn waited_long(&self, asked: Instant) -> bool {
        self.beat().is_some_and(|beat| asked.elapsed() >= beat)
    }

    async fn confirm(
        &self,
        store: &dyn Store,
        health: &StoreHealth,
        (turns, rows): (Vec<Lease>, Vec<Row>),
        asked: Instant,
    ) -> (Lost, Instant) {
        let again = Instant::now();
        match store.renew(turns, rows).await {
            Ok(lost) => (lost, again),
            Err(error) => {
                health.failed("leases could not be confirmed", &error);
                (Lost::default(), asked)
            }
        }
    }

    /// Renews all that is held; whether that was done.
    async fn renew(&self, store: &dyn Store, health: &StoreHealth) -> bool {
        let Some(term) = self.term else { return true };
        let mut entries: Vec<_> = self.lock().values().cloned().collect();
        // What is lost stays so, whatever the store says of it later.
        entries.retain(|entry| entry.until.borrow().is_some());
        let (mut turns, mut rows) = (Vec::new(), Vec::new());
        for entry in &entries {
            match &entry.what {
                What::Turn(lease) => turns.push(lease.clone()),
                What::Row(row) => rows.push(row.clone()),
            }
        }
        if entries.is_empty() {
            return true;
        }
        let asked = Instant::now();
        // So short that another try is over before the leases are.
        let Ok(renewed) = timeout(term / 4, store.renew(turns, rows)).await else {
            tracing::warn!("the store did not renew leases in time");
            return false;
        };
        crash_point!("leases.renewed");
        match renewed {
            Ok(lost) => {
                health.worked();
                for entry in entries {
                    let is_lost = match &entry.what {
                        What::Turn(lease) => lost.turns.contains(lease),
                        What::Row(row) => lost.rows.contains(&row.new.key),
                    };
                    entry.until.send_replace((!is_lost).then(|| asked + term));
                }
                true
            }
            Err(error) => {
                health.failed("leases could not be renewed", &error);
                false
            }
        }
    }

    /// From now on no send begins.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Entry>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Whether the lease still holds, as far as this process can know.
    pub(super) fn is_good(&self) -> bool {
        self.entry
            .as_ref()
            .is_none_or(|(_, entry)| entry.until.borrow().is_some_and(|until| Instant::now() < until))
    }

    /// Whether a send may begin on it: it is good, and the bot is not stopping.
    pub(super) fn may_send(&self) -> bool {
        !self.leases.closed.load(Ordering::Relaxed) && self.is_good()
    }

    /// Waits until somebody else has it, or may have it: the store says so, or it ran out unrenewed.
    pub(super) async fn lost(&self) {
        let Some((_, entry)) = &self.entry else {
            return std::future::pending().await;
        };
        let mut until = entry.until.subscribe();
        loop {
            let Some(end) = *until.borrow_and_update() else {
                return;
            };
            tokio::select! {
                biased;
                // The sender lives in the entry, so the wait cannot fail.
                _ = until.changed() => {}
                () = sleep_until(end) => return,
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some((number, _)) = &self.entry {
            self.leases.lock().remove(number);
        }
    }
}

impl fmt::Debug for Leases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leases")
            .field("term", &self.term)
            .field("held", &self.lock().len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
