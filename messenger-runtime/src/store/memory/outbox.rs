//! The outbox's side: rows that join it and leave it.

use std::sync::Arc;

use tokio::time::Instant;

use super::{
    MemoryStore,
    people::json,
    queues::{held, letter},
    slot::Outbox,
};
use crate::store::{DeadKind, Enqueue, Enqueued, Row, Settled, Settlement, StoreError};

impl MemoryStore {
    pub(super) fn enqueue_now(&self, enqueue: Enqueue) -> Result<Vec<Enqueued>, StoreError> {
        let Enqueue {
            conversation,
            rows,
            turn,
            once,
        } = enqueue;
        let mut inner = self.lock();
        if let Some(lease) = &turn {
            held(&mut inner, lease)?;
        } else if inner.rows >= self.row_bound() {
            return Err(StoreError::Full);
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

    pub(super) fn settle_now(&self, row: &Row, settlement: Settlement) -> Settled {
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
                    inner.bury(letter(
                        conversation,
                        DeadKind::Message,
                        key,
                        body,
                        cause,
                        ended.attempts + 1,
                    ));
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
}
