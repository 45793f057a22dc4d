//! How a turn ends: in one commit, or not at all.

use tokio::time::{Instant, sleep};

use super::{Engine, drain::Phase, leases::Held, turn::Ended, unfinished::Attempt};
use crate::{
    Bot,
    fail_points::crash_point,
    store::{Cause, Committed, Conversation, EventKey, Lease, StoreError, Turn},
};

/// The store will never take what came of a turn.
const REFUSED: &str = "MSG626";

impl<B: Bot> Engine<B> {
    /// Commits, and takes along what the conversation goes on with. `None` where the turn is dropped: another
    /// one handles its event.
    pub(super) async fn commit(&self, event: EventKey, attempt: Attempt, held: &Held) -> Option<Ended> {
        let Attempt { turn, failures } = attempt;
        let sending = if turn.rows.is_empty() || self.outgoing.is_paused(&turn.lease.conversation) {
            None
        } else {
            self.outgoing.places.soon().await
        };
        let turn = Turn {
            send: sending.is_some(),
            ..turn
        };
        if !held.is_good() {
            self.lost(&turn.lease.conversation);
            return None;
        }
        crash_point!("turn.handled");
        let asked = Instant::now();
        let committed = match self.store.commit(turn.clone()).await {
            Ok(committed) => {
                self.health.worked();
                committed
            }
            Err(error) => {
                let failures = failures + 1;
                self.not_committed(event, Attempt { turn, failures }, error)
                    .await?
            }
        };
        crash_point!("turn.committed");
        Some(Ended {
            next: committed.next,
            send: committed.row.zip(sending).map(|(row, place)| {
                let held = self.leases.row(&row, asked);
                (row, held, place)
            }),
        })
    }

    async fn not_committed(&self, event: EventKey, attempt: Attempt, error: StoreError) -> Option<Committed> {
        let lease = attempt.turn.lease.clone();
        match error {
            StoreError::LeaseLost => {
                self.lost(&lease.conversation);
                None
            }
            StoreError::Refused(_) => {
                self.counters.refused.one();
                let conversation = &lease.conversation;
                tracing::error!(?conversation, cause = REFUSED, %error, "a turn was refused; its event is kept as a dead letter");
                self.commit_refused(lease, &error).await
            }
            error => {
                self.health.failed("a turn could not be committed", &error);
                if !error.is_fatal() {
                    // At once, the same turn would fail at once again.
                    tokio::select! {
                        () = sleep(self.settings.waits.store) => {}
                        () = self.until(Phase::Resting) => {}
                    }
                    // Kept before the event can be claimed again.
                    let is_kept = self.unfinished.keep(event, attempt);
                    let tried = !is_kept && self.phase() < Phase::Resting;
                    if !self.give_back(lease, tried).await {
                        self.unfinished.take(&event);
                    }
                }
                None
            }
        }
    }

    /// Ends the turn without what the store refuses.
    async fn commit_refused(&self, lease: Lease, refused: &StoreError) -> Option<Committed> {
        let cause = Cause::new(
            REFUSED,
            format!("the store refused what came of the turn: {refused}"),
        );
        match self.store.commit(failed_turn(lease.clone(), cause)).await {
            Ok(committed) => Some(committed),
            Err(StoreError::LeaseLost) => {
                self.lost(&lease.conversation);
                None
            }
            // Given back, it would come again and again; so it stays leased, and its conversation with it.
            Err(error @ StoreError::Refused(_)) => {
                tracing::error!(
                    conversation = ?lease.conversation,
                    cause = REFUSED,
                    %error,
                    "MSG626: the store refuses to keep an event as a dead letter; its conversation stands still"
                );
                None
            }
            Err(error) => {
                self.health.failed("a refused turn could not be ended", &error);
                if !error.is_fatal() {
                    self.give_back(lease, true).await;
                }
                None
            }
        }
    }

    /// Gives the conversation back, again and again until the store has it or another one has, which counts as
    /// lost; whether the store has it.
    pub(super) async fn give_back(&self, lease: Lease, tried: bool) -> bool {
        loop {
            match self.store.release(lease.clone(), tried).await {
                Ok(()) => return true,
                Err(StoreError::LeaseLost) => {
                    self.lost(&lease.conversation);
                    return false;
                }
                Err(error) => self
                    .health
                    .failed("a conversation could not be given back", &error),
            }
            if self.phase() >= Phase::Stopped || self.health.is_broken() {
                return false;
            }
            self.health.pause().await;
        }
    }

    /// Somebody else has the conversation, or may have it. To be called once for each claim.
    pub(super) fn lost(&self, conversation: &Conversation) {
        self.counters.leases_lost.one();
        tracing::warn!(?conversation, cause = "MSG602", "{}", StoreError::LeaseLost);
    }
}

/// The end of a turn that came to nothing but its cause.
pub(super) fn failed_turn(lease: Lease, cause: Cause) -> Turn {
    Turn {
        lease,
        state: None,
        rows: Vec::new(),
        timers: Vec::new(),
        unreadable: Vec::new(),
        failed: Some(cause),
        send: false,
    }
}
