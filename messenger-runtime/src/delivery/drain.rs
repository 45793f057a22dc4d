//! How the engine comes to its end.
//!
//! | phase | webhook | events | handlers | sends |
//! |---|---|---|---|---|
//! | working | takes | claimed | run | go on |
//! | leaving: not ready any more | takes | claimed | run | go on |
//! | draining, 20 s at most | 503 | as below | run | go on |
//! | resting, 15 s at most | 503 | released | cut off | go on; what is not due soon stays |
//! | stopped | 503 | released | - | none begins |
//!
//! Once the webhook takes nothing more, no echo can settle a send in doubt: such rows stay in the store, and are
//! sent again, if they have to be, by whoever starts next.
//!
//! A draining engine whose store is its own handles all that was acknowledged. One that shares the store
//! claims nothing more, and leaves what waits to the others.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::Engine;
use crate::{Bot, store::Backlog};

/// How long handlers may finish, and then how long sends go on.
const TURNS: Duration = Duration::from_secs(20);
const SENDS: Duration = Duration::from_secs(15);
/// How long nothing may be sent before what is left counts as not due: it waits for a page or a later try.
const QUIET: Duration = Duration::from_secs(1);
/// How long conversations' outboxes are followed where others could go on with them.
const YIELD: Duration = Duration::from_secs(2);
/// How long the store may take to have back what was not done.
const RELEASES: Duration = Duration::from_secs(2);

/// How far the engine has come towards its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Phase {
    Working,
    Leaving,
    Draining,
    Resting,
    Stopped,
}

impl<B: Bot> Engine<B> {
    /// Whether the bot is about to stop, or has: it is not ready for more.
    pub(crate) fn is_draining(&self) -> bool {
        self.phase() >= Phase::Leaving
    }

    /// Whether nothing new is sent any more: what is queued now stays in the store.
    pub(crate) fn is_resting(&self) -> bool {
        self.phase() >= Phase::Resting
    }

    pub(super) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// From when on no event is claimed any more.
    pub(super) fn last_claims(&self) -> Phase {
        if self.leases.are_shared() {
            Phase::Draining
        } else {
            Phase::Resting
        }
    }

    /// From when on no row is claimed any more.
    pub(super) fn last_row_claims(&self) -> Phase {
        if self.leases.are_shared() {
            Phase::Resting
        } else {
            Phase::Stopped
        }
    }

    pub(super) async fn until(&self, phase: Phase) {
        // The sender lives in the engine, so the wait cannot fail.
        drop(self.phase.subscribe().wait_for(|now| *now >= phase).await);
    }

    fn enter(&self, phase: Phase) {
        self.phase.send_if_modified(|now| {
            let is_later = *now < phase;
            if is_later {
                *now = phase;
            }
            is_later
        });
    }

    /// Says that the bot is about to stop, while requests on their way are still taken.
    pub(crate) fn leave(&self) {
        self.enter(Phase::Leaving);
    }

    /// Takes no more events, finishes what is to be finished, within bounds, gives the rest back to the store
    /// and closes it. What was left.
    pub(crate) async fn drain(&self) -> Backlog {
        self.enter(Phase::Draining);
        self.outgoing.hears_no_echoes();
        if self.health.is_broken() {
            return self.stop().await;
        }
        let shared = self.leases.are_shared();
        let turns = async {
            if shared {
                self.turns.all_back().await;
            } else {
                self.until_waiting(|left| left.events == 0).await;
            }
        };
        if self.within(TURNS, turns).await.is_none() {
            tracing::warn!("events were still waiting or at work after {TURNS:?}");
        }
        self.enter(Phase::Resting);
        if timeout(RELEASES, self.turns.all_back()).await.is_err() {
            tracing::warn!("conversations could not be given back within {RELEASES:?}");
        }
        let sends = async {
            if shared {
                // Where people write without a pause their outboxes never come to an end, so after a moment no
                // other row is begun: the others have them.
                if timeout(YIELD, self.outgoing.places.all_back()).await.is_err() {
                    self.leases.close();
                    self.outgoing.places.all_back().await;
                }
            } else {
                self.until_nothing_is_due().await;
            }
        };
        if self.within(SENDS, sends).await.is_none() {
            tracing::warn!("messages were still waiting after {SENDS:?}");
        }
        self.stop().await
    }

    /// Stops at once: handlers are cut off, their events are given back, no send begins.
    pub(crate) async fn stop(&self) -> Backlog {
        self.enter(Phase::Stopped);
        self.leases.close();
        let given_back = async {
            self.turns.all_back().await;
            self.outgoing.places.all_back().await;
        };
        // What is on its way to the platform by then is in doubt afterwards.
        let _ = timeout(RELEASES, given_back).await;
        self.outgoing.ends_waits();
        let left = timeout(RELEASES, self.store.backlog()).await;
        match timeout(RELEASES, self.store.close()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the store could not be closed"),
            Err(_) => tracing::warn!("the store was not closed within {RELEASES:?}"),
        }
        left.ok().and_then(Result::ok).unwrap_or_default()
    }

    /// What `work` gives, unless it takes too long or the store breaks.
    async fn within<T>(&self, time: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            _ = self.health.until_broken() => None,
            done = timeout(time, work) => done.ok(),
        }
    }

    /// Waits until no row is left, or none that is sent soon.
    async fn until_nothing_is_due(&self) {
        let (mut begun, mut since) = (0, Instant::now());
        while !self.store.backlog().await.is_ok_and(|left| left.rows == 0) {
            let (now_begun, is_under_way) = self.outgoing.activity();
            if is_under_way || now_begun != begun {
                (begun, since) = (now_begun, Instant::now());
            } else if since.elapsed() >= QUIET {
                return;
            }
            sleep(Duration::from_millis(5)).await;
        }
    }

    async fn until_waiting(&self, is_so: impl Fn(Backlog) -> bool) {
        while !self.store.backlog().await.is_ok_and(&is_so) {
            sleep(Duration::from_millis(5)).await;
        }
    }
}
