//! The store of tests and first steps: everything is gone with the process.

mod queues;
mod slot;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use self::{
    queues::{Queues, letter},
    slot::Outbox,
};
use super::{
    Accepted, Appended, Backlog, Claim, Committed, Conversation, DeadKind, DeadLetter, DeadLetters, Dossier,
    Enqueue, Enqueued, Lease, NewEvent, NewRow, Replayed, Row, Settled, Settlement, StateChange, Store,
    StoreError, StoredEvent, Turn, replay_key,
};
use crate::{BoxFuture, event::Object};

/// How many dead letters are kept; the oldest makes room for the next.
const DEAD_LETTERS: usize = 10_000;

/// Keeps everything in memory.
///
/// Duplicates are known for the last `duplicate_window` events (100,000 unless told otherwise, about 7 MB
/// when full), and at most `queue_bound` events wait (10,000 unless told otherwise). Of dead letters the last
/// 10,000 are kept. A conversation takes no memory while there is nothing to remember of it: its state, a timer,
/// something that waits. With it goes when the person last opened its 24 hours; the platform knows.
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
        let mut accepted = Accepted::default();
        for event in events {
            if let Some(key) = &event.echoes {
                let page = Conversation {
                    person: None,
                    ..event.conversation.clone()
                };
                if inner.settle_echo(&event.conversation, key) || inner.settle_echo(&page, key) {
                    accepted.settled.push(Arc::clone(key));
                }
            }
            let is_new = inner.remember(event.key, self.duplicate_window);
            accepted.events.push(if is_new {
                Appended::Fresh
            } else {
                Appended::Duplicate
            });
            if is_new {
                inner.append(event);
            } else if let Some(slot) = inner.conversations.get_mut(&event.conversation) {
                slot.opened = slot.opened.max(event.opens);
            }
        }
        // Those that waited before have their turn first.
        accepted.claims = inner.claim(claim, false);
        let more = !inner.claimable.is_empty();
        drop(inner);
        if more {
            self.inbox_ready.notify_one();
        }
        if !accepted.settled.is_empty() {
            self.outbox_ready.notify_one();
        }
        Ok(accepted)
    }

    fn commit_now(&self, turn: Turn) -> Result<Committed, StoreError> {
        let Turn {
            lease,
            state,
            rows,
            timers,
            unreadable,
            failed,
            send,
        } = turn;
        let mut guard = self.lock();
        let inner = &mut *guard;
        let row_epoch = inner.number();
        let mut slot = held(inner, &lease)?;
        let conversation = Arc::clone(slot.key());
        let this = slot.get_mut();
        match state {
            None => {}
            Some(StateChange::Clear) => this.state = None,
            Some(StateChange::Set(state)) => this.state = Some(state),
        }
        let ended = this.inbox.pop_front();
        this.end_turn();
        let next = this.claim(&lease);
        this.leased = next.is_some();
        let (_, added) = this.push_rows(rows, false);
        let (mut row, mut wake) = (None, false);
        if added > 0 && this.outbox_is == Outbox::Idle {
            if send {
                row = this.first_row(&conversation, row_epoch);
            } else {
                this.outbox_is = Outbox::Queued;
                wake = true;
            }
        }
        inner.events -= 1;
        inner.rows += added;
        if wake {
            inner.sendable.push_back(Arc::clone(&conversation));
        }
        if let (Some(cause), Some(event)) = (failed, ended) {
            let (key, body) = (hex::encode(event.key), json(&*event.event));
            inner.bury(
                DEAD_LETTERS,
                letter(&conversation, DeadKind::Event, key, body, cause, event.claims),
            );
        }
        for (body, cause) in unreadable {
            inner.bury(
                DEAD_LETTERS,
                letter(&conversation, DeadKind::State, String::new(), body, cause, 0),
            );
        }
        let timed = !timers.is_empty();
        inner.change_timers(&conversation, timers);
        inner.forget_if_empty(&conversation);
        drop(guard);
        if wake {
            self.outbox_ready.notify_one();
        }
        if timed {
            self.inbox_ready.notify_one();
        }
        Ok(Committed { next, row })
    }

    fn release_now(&self, lease: &Lease, tried: bool) -> Result<(), StoreError> {
        let mut inner = self.lock();
        let mut slot = held(&mut inner, lease)?;
        let slot = slot.get_mut();
        slot.leased = false;
        if let (false, Some(first)) = (tried, slot.inbox.front_mut()) {
            first.claims -= 1;
        }
        if slot.is_suspect() {
            inner.suspects.push_back(Arc::clone(&lease.conversation));
        } else {
            inner.claimable.push_back(Arc::clone(&lease.conversation));
        }
        drop(inner);
        self.inbox_ready.notify_one();
        Ok(())
    }

    fn enqueue_now(&self, enqueue: Enqueue) -> Result<Vec<Enqueued>, StoreError> {
        let Enqueue {
            conversation,
            rows,
            turn,
            once,
        } = enqueue;
        let mut inner = self.lock();
        if let Some(lease) = &turn {
            held(&mut inner, lease)?;
        }
        if let Some(key) = once
            && !inner.remember(key, self.duplicate_window)
        {
            return Ok(vec![Enqueued::Known; rows.len()]);
        }
        let (became, wake) = inner.push_rows(&conversation, rows, turn.is_some());
        inner.forget_if_empty(&conversation);
        drop(inner);
        if wake {
            self.outbox_ready.notify_one();
        }
        Ok(became)
    }

    fn settle_now(&self, row: &Row, settlement: Settlement) -> Settled {
        let mut guard = self.lock();
        let inner = &mut *guard;
        let number = inner.number();
        let Some(mut slot) = inner.slot(&row.conversation) else {
            return Settled::default();
        };
        let this = slot.get_mut();
        let Outbox::InFlight { epoch, echoed } = this.outbox_is else {
            return Settled::default();
        };
        if epoch != row.epoch {
            return Settled::default();
        }
        let (after, tried) = match settlement {
            Settlement::Retry(after) if !echoed => (after, Some(false)),
            Settlement::Doubtful(after) if !echoed => (after, Some(true)),
            Settlement::Postponed(after) if !echoed => (after, None),
            ended => {
                let dead = match ended {
                    Settlement::Dead(cause) if !echoed => Some(cause),
                    _ => None,
                };
                let became = if dead.is_some() {
                    Enqueued::GivenUp
                } else {
                    Enqueued::Sent
                };
                let ended = this.pop_row(became);
                let next = this.first_row(&row.conversation, number);
                inner.rows -= 1;
                if let (Some(cause), Some(ended)) = (dead, ended) {
                    let (key, body) = (ended.row.key.as_ref().to_owned(), json(&*ended.row));
                    let conversation = &row.conversation;
                    inner.bury(
                        DEAD_LETTERS,
                        letter(
                            conversation,
                            DeadKind::Message,
                            key,
                            body,
                            cause,
                            ended.attempts + 1,
                        ),
                    );
                }
                inner.forget_if_empty(&row.conversation);
                return Settled { next, echoed };
            }
        };
        if let (Some(doubtful), Some(first)) = (tried, this.outbox.front_mut()) {
            first.note(doubtful);
        }
        let due = (Instant::now() + after, number);
        this.outbox_is = Outbox::Waiting { due };
        inner.delayed.insert(due, Arc::clone(&row.conversation));
        drop(guard);
        // Whoever waits must learn of the new earliest time.
        self.outbox_ready.notify_one();
        Settled::default()
    }

    fn replay_now(&self, id: u64) -> Replayed {
        let mut inner = self.lock();
        let Some(letter) = inner.dead.get(&id) else {
            return Replayed::Unknown;
        };
        let conversation = Arc::clone(&letter.conversation);
        match letter.kind {
            DeadKind::Event => {
                let mut key = [0; 16];
                let event = serde_json::from_str::<StoredEvent>(&letter.body);
                let (Ok(event), Ok(())) = (event, hex::decode_to_slice(&letter.key, &mut key)) else {
                    return Replayed::Impossible;
                };
                inner.push_event(conversation, replay_key(key, id), event);
            }
            DeadKind::Message => {
                let Ok(row) = serde_json::from_str::<NewRow>(&letter.body) else {
                    return Replayed::Impossible;
                };
                if let Some(slot) = inner.conversations.get_mut(&conversation) {
                    slot.settled.retain(|(known, _)| *known != row.key);
                }
                inner.push_rows(&conversation, vec![row], false);
            }
            DeadKind::State => return Replayed::Impossible,
        }
        inner.dead.remove(&id);
        drop(inner);
        self.inbox_ready.notify_one();
        self.outbox_ready.notify_one();
        Replayed::Queued
    }

    fn dossier_now(&self, conversation: &Conversation) -> Option<Dossier> {
        let inner = self.lock();
        let slot = inner.conversations.get(conversation);
        let dead_letters: Vec<DeadLetter> = inner
            .dead
            .values()
            .filter(|letter| *letter.conversation == *conversation)
            .cloned()
            .collect();
        if slot.is_none() && dead_letters.is_empty() {
            return None;
        }
        let mut dossier = Dossier {
            conversation: conversation.clone(),
            opened: None,
            state: None,
            events: Vec::new(),
            rows: Vec::new(),
            timers: Vec::new(),
            dead_letters,
        };
        if let Some(slot) = slot {
            dossier.opened = slot.opened;
            dossier.state = slot
                .state
                .as_deref()
                .map(|state| String::from_utf8_lossy(state).into());
            dossier.events = slot
                .inbox
                .iter()
                .map(|event| json(&*event.event).into())
                .collect();
            dossier.rows = slot
                .outbox
                .iter()
                .map(|waiting| json(&*waiting.row).into())
                .collect();
            let timers = slot.timers.iter();
            dossier.timers = timers
                .map(|timer| (timer.name.clone(), json(&timer.event).into()))
                .collect();
        }
        Some(dossier)
    }

    fn erase_now(&self, conversation: &Conversation) -> bool {
        let mut inner = self.lock();
        let before = inner.dead.len();
        inner
            .dead
            .retain(|_, letter| *letter.conversation != *conversation);
        let mut found = inner.dead.len() < before;
        if let Some(slot) = inner.conversations.remove(conversation) {
            found = true;
            inner.events -= slot.inbox.len();
            inner.rows -= slot.outbox.len();
            for timer in &slot.timers {
                inner.timers.remove(&timer.due);
            }
            if let Outbox::Waiting { due } = slot.outbox_is {
                inner.delayed.remove(&due);
            }
            let others = |name: &Arc<Conversation>| **name != *conversation;
            inner.claimable.retain(others);
            inner.suspects.retain(others);
            inner.sendable.retain(others);
        }
        found
    }
}

/// The slot of a lease that holds.
fn held<'q>(
    inner: &'q mut Queues,
    lease: &Lease,
) -> Result<std::collections::hash_map::OccupiedEntry<'q, Arc<Conversation>, slot::Slot>, StoreError> {
    inner
        .slot(&lease.conversation)
        .filter(|slot| slot.get().leased && slot.get().epoch == lease.epoch)
        .ok_or(StoreError::LeaseLost)
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("strings, numbers and lists always serialise")
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
        Box::pin(async move {
            let inner = self.lock();
            let later = inner.dead.range(which.after.saturating_add(1)..);
            let wanted = later.map(|(_, letter)| letter).filter(|letter| {
                which.kind.is_none_or(|kind| letter.kind == kind)
                    && which
                        .conversation
                        .as_ref()
                        .is_none_or(|whose| *letter.conversation == *whose)
            });
            Ok(wanted.take(which.limit).cloned().collect())
        })
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
        Box::pin(async move {
            let (inner, now) = (self.lock(), Instant::now());
            let mut backlog = Backlog {
                events: inner.events,
                rows: inner.rows,
                dead_letters: inner.dead.len(),
                ..Backlog::default()
            };
            if !backlog.is_empty() {
                for slot in inner.conversations.values() {
                    let (event, row) = slot.ages(now);
                    backlog.oldest_event = backlog.oldest_event.max(event);
                    backlog.oldest_row = backlog.oldest_row.max(row);
                }
            }
            Ok(backlog)
        })
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if self.lock().events < self.queue_bound.max(1) {
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
