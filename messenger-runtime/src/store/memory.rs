//! The store of tests and first steps: everything is gone with the process.

mod queues;
mod slot;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{sync::Notify, time::Instant};

use self::{queues::Queues, slot::Outbox};
use super::{
    Accepted, Appended, Backlog, Claim, Committed, Conversation, Lease, NewEvent, NewRow, Row, Settled,
    Settlement, StateChange, Store, StoreError, Turn,
};
use crate::BoxFuture;

/// Keeps everything in memory.
///
/// Duplicates are known for the last `duplicate_window` events (100,000 unless told otherwise, about 7 MB
/// when full), and at most `queue_bound` events wait (10,000 unless told otherwise). A conversation takes no
/// memory while there is nothing to remember of it: quick replies that its last message offered, or that
/// somebody else talks with the person.
///
/// ```
/// use messenger_runtime::store::MemoryStore;
///
/// let store = MemoryStore::new().duplicate_window(1_000).queue_bound(500);
/// ```
pub struct MemoryStore {
    inner: Mutex<Queues>,
    duplicate_window: usize,
    queue_bound: usize,
    inbox_ready: Notify,
    outbox_ready: Notify,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self {
            inner: Mutex::default(),
            duplicate_window: 100_000,
            queue_bound: 10_000,
            inbox_ready: Notify::new(),
            outbox_ready: Notify::new(),
        }
    }

    /// How many of the last events are known as duplicates when they come again.
    #[must_use]
    pub fn duplicate_window(mut self, events: usize) -> Self {
        self.duplicate_window = events;
        self
    }

    /// How many events may wait before [`StoreError::Full`].
    #[must_use]
    pub fn queue_bound(mut self, events: usize) -> Self {
        self.queue_bound = events;
        self
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        // No code that can panic runs under the lock half way through a change.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(&self, events: Vec<NewEvent>, claim: usize) -> Result<Accepted, StoreError> {
        let mut inner = self.lock();
        if inner.events + events.len() > self.queue_bound && inner.events > 0 {
            return Err(StoreError::Full);
        }
        let mut appended = Vec::with_capacity(events.len());
        for NewEvent {
            conversation,
            key,
            event,
        } in events
        {
            let is_new = inner.remember(key, self.duplicate_window);
            appended.push(if is_new {
                Appended::Fresh
            } else {
                Appended::Duplicate
            });
            if is_new {
                inner.push_event(conversation, key, event);
            }
        }
        // Those that waited before have their turn first.
        let claims = inner.claim(claim);
        let more = !inner.claimable.is_empty();
        drop(inner);
        if more {
            self.inbox_ready.notify_one();
        }
        Ok(Accepted {
            events: appended,
            claims,
        })
    }

    fn commit_now(&self, turn: Turn) -> Result<Committed, StoreError> {
        let Turn {
            lease,
            state,
            rows,
            send,
        } = turn;
        let mut guard = self.lock();
        let inner = &mut *guard;
        let mut slot = inner.slot(&lease.conversation).ok_or(StoreError::LeaseLost)?;
        if !slot.get().leased || slot.get().epoch != lease.epoch {
            return Err(StoreError::LeaseLost);
        }
        let conversation = Arc::clone(slot.key());
        let this = slot.get_mut();
        match state {
            None => {}
            Some(StateChange::Clear) => this.state = None,
            Some(StateChange::Set(state)) => this.state = Some(state),
        }
        this.inbox.pop_front();
        let next = this.claim(&lease);
        this.leased = next.is_some();
        let added = this.push_rows(rows);
        let (mut row, mut wake) = (None, false);
        if added > 0 && this.outbox_is == Outbox::Idle {
            if send {
                row = this.first_row(&conversation);
            } else {
                this.outbox_is = Outbox::Queued;
                wake = true;
            }
        }
        if this.is_empty() {
            slot.remove();
        }
        inner.events -= 1;
        inner.rows += added;
        if wake {
            inner.sendable.push_back(conversation);
        }
        drop(guard);
        if wake {
            self.outbox_ready.notify_one();
        }
        Ok(Committed { next, row })
    }

    fn settle_now(&self, row: &Row, settlement: Settlement) -> Settled {
        let mut guard = self.lock();
        let inner = &mut *guard;
        inner.delays += 1;
        let delays = inner.delays;
        let Some(mut slot) = inner.slot(&row.conversation) else {
            return Settled::default();
        };
        let this = slot.get_mut();
        let Outbox::InFlight { echoed } = this.outbox_is else {
            return Settled::default();
        };
        let (after, tried) = match settlement {
            Settlement::Retry(after) if !echoed => (after, Some(false)),
            Settlement::Doubtful(after) if !echoed => (after, Some(true)),
            Settlement::Postponed(after) if !echoed => (after, None),
            Settlement::Done | Settlement::Retry(_) | Settlement::Doubtful(_) | Settlement::Postponed(_) => {
                this.outbox.pop_front();
                let next = this.first_row(&row.conversation);
                if this.is_empty() {
                    slot.remove();
                }
                inner.rows -= 1;
                return Settled { next, echoed };
            }
        };
        if let (Some(doubtful), Some(first)) = (tried, this.outbox.front_mut()) {
            first.note(doubtful);
        }
        let due = (Instant::now() + after, delays);
        this.outbox_is = Outbox::Waiting { due };
        inner.delayed.insert(due, Arc::clone(&row.conversation));
        drop(guard);
        // Whoever waits must learn of the new earliest time.
        self.outbox_ready.notify_one();
        Settled::default()
    }

    fn settle_echo_now(&self, conversation: &Conversation, key: &str) -> bool {
        let mut guard = self.lock();
        let inner = &mut *guard;
        let Some(slot) = inner.conversations.get_mut(conversation) else {
            return false;
        };
        let Some(first) = slot.outbox.front().filter(|first| first.is(key)) else {
            return false;
        };
        match slot.outbox_is {
            Outbox::InFlight { .. } => {
                slot.outbox_is = Outbox::InFlight { echoed: true };
                return false;
            }
            Outbox::Idle | Outbox::Queued | Outbox::Waiting { .. } if !first.may_have_arrived() => {
                return false;
            }
            Outbox::Idle | Outbox::Queued => {}
            Outbox::Waiting { due } => {
                // Those behind it need not wait any longer.
                inner.sendable.extend(inner.delayed.remove(&due));
                slot.outbox_is = Outbox::Queued;
            }
        }
        slot.outbox.pop_front();
        inner.rows -= 1;
        drop(guard);
        self.outbox_ready.notify_one();
        true
    }
}

impl Store for MemoryStore {
    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        Box::pin(async move { self.append_now(events, claim) })
    }

    fn claim(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        Box::pin(async move {
            loop {
                let claims = self.lock().claim(limit);
                if !claims.is_empty() {
                    return Ok(claims);
                }
                self.inbox_ready.notified().await;
            }
        })
    }

    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(async move { self.commit_now(turn) })
    }

    fn release(&self, lease: Lease) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut inner = self.lock();
            let slot = inner
                .conversations
                .get_mut(&lease.conversation)
                .ok_or(StoreError::LeaseLost)?;
            if !slot.leased || slot.epoch != lease.epoch {
                return Err(StoreError::LeaseLost);
            }
            slot.leased = false;
            inner.claimable.push_back(lease.conversation);
            drop(inner);
            self.inbox_ready.notify_one();
            Ok(())
        })
    }

    fn enqueue(
        &self,
        conversation: Arc<Conversation>,
        rows: Vec<NewRow>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if self.lock().push_rows(&conversation, rows) {
                self.outbox_ready.notify_one();
            }
            Ok(())
        })
    }

    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        Box::pin(async move {
            loop {
                let (rows, next) = {
                    let mut inner = self.lock();
                    let rows = inner.claim_outbox(limit, Instant::now());
                    (rows, inner.delayed.first_key_value().map(|(due, _)| due.0))
                };
                if !rows.is_empty() {
                    return Ok(rows);
                }
                match next {
                    Some(due) => {
                        tokio::select! {
                            () = tokio::time::sleep_until(due) => {}
                            () = self.outbox_ready.notified() => {}
                        }
                    }
                    None => self.outbox_ready.notified().await,
                }
            }
        })
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        Box::pin(async move { Ok(self.settle_now(&row, settlement)) })
    }

    fn settle_echo(&self, conversation: &Conversation, key: &str) -> BoxFuture<'_, Result<bool, StoreError>> {
        let settled = self.settle_echo_now(conversation, key);
        Box::pin(async move { Ok(settled) })
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        Box::pin(async move {
            let inner = self.lock();
            Ok(Backlog {
                events: inner.events,
                rows: inner.rows,
            })
        })
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.lock();
        f.debug_struct("MemoryStore")
            .field("events", &inner.events)
            .field("rows", &inner.rows)
            .finish_non_exhaustive()
    }
}
