//! The store of tests and first steps: everything is gone with the process.

mod outbox;
mod people;
mod queues;
mod slot;
mod turns;

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use self::queues::Queues;
use super::{
    Accepted, Backlog, Claim, Committed, Conversation, DeadLetter, DeadLetters, Dossier, Enqueue, Enqueued,
    Lease, NewEvent, Replayed, Row, Settled, Settlement, Store, StoreError, Turn,
};
use crate::{BoxFuture, event::Object};

/// Keeps everything in memory.
///
/// Duplicates are known for the last `duplicate_window` events (100,000 unless told otherwise, about 7 MB
/// when full), and at most `queue_bound` events wait (10,000 unless told otherwise). Where twice as many messages
/// wait to be sent, neither events nor messages from outside a turn are taken. Of dead letters the last
/// 10,000 are kept; the oldest makes room for the next. A conversation takes no memory while there is nothing
/// to remember of it: its state, a timer, something that waits. With it goes when the person last opened
/// its 24 hours; the platform knows.
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

    /// How many events may wait before [`StoreError::Full`], and half of how many messages to send.
    #[must_use]
    pub fn queue_bound(mut self, events: usize) -> Self {
        self.queue_bound = events;
        self
    }

    /// From how many rows on nothing is taken that may bring more.
    fn row_bound(&self) -> usize {
        self.queue_bound.saturating_mul(2).max(1)
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        // No code that can panic runs under the lock half way through a change.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for `ready`, or for the time that `next` names.
async fn wait(ready: &Notify, next: Option<Instant>) {
    match next {
        Some(due) => {
            tokio::select! {
                () = sleep_until(due) => {}
                () = ready.notified() => {}
            }
        }
        None => ready.notified().await,
    }
}

impl Store for MemoryStore {
    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        Box::pin(async move { self.append_now(events, claim) })
    }

    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        Box::pin(async move {
            loop {
                let (claims, next) = {
                    let mut inner = self.lock();
                    let claims = inner.claim(limit, suspects);
                    if !claims.is_empty() && !inner.claimable.is_empty() {
                        // For somebody else who waits.
                        self.inbox_ready.notify_one();
                    }
                    (claims, inner.timers.first_key_value().map(|(due, _)| due.0))
                };
                if !claims.is_empty() {
                    return Ok(claims);
                }
                wait(&self.inbox_ready, next).await;
            }
        })
    }

    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(async move { self.commit_now(turn) })
    }

    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.release_now(&lease, tried) })
    }

    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        Box::pin(async move { self.enqueue_now(enqueue) })
    }

    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        Box::pin(async move {
            loop {
                let (rows, next) = {
                    let mut inner = self.lock();
                    let rows = inner.claim_outbox(limit, Instant::now());
                    if !rows.is_empty() && !inner.sendable.is_empty() {
                        self.outbox_ready.notify_one();
                    }
                    (rows, inner.delayed.first_key_value().map(|(due, _)| due.0))
                };
                if !rows.is_empty() {
                    return Ok(rows);
                }
                wait(&self.outbox_ready, next).await;
            }
        })
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        Box::pin(async move { Ok(self.settle_now(&row, settlement)) })
    }

    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        let due = self
            .lock()
            .hasten(|conversation| conversation.object == object && *conversation.page == *page);
        if due {
            self.outbox_ready.notify_one();
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        let letters = self.dead_letters_now(&which);
        Box::pin(std::future::ready(Ok(letters)))
    }

    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        Box::pin(async move { Ok(self.lock().dead.get(&id).cloned()) })
    }

    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        Box::pin(async move { Ok(self.replay_now(id)) })
    }

    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(async move { Ok(self.lock().dead.remove(&id).is_some()) })
    }

    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        let dossier = self.dossier_now(conversation);
        Box::pin(std::future::ready(Ok(dossier)))
    }

    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        let erased = self.erase_now(conversation);
        Box::pin(std::future::ready(Ok(erased)))
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        Box::pin(async move { Ok(self.backlog_now()) })
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let inner = self.lock();
            if inner.events < self.queue_bound.max(1) && inner.rows < self.row_bound() {
                Ok(())
            } else {
                Err(StoreError::Full)
            }
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Ok(())))
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

#[cfg(test)]
mod tests;
