//! The turns' side: taking events in, leasing conversations, ending turns.

use std::sync::Arc;

use super::{
    MemoryStore,
    people::json,
    queues::{held, letter},
    slot::Outbox,
};
use crate::store::{
    Accepted, Appended, Committed, Conversation, DeadKind, Lease, NewEvent, StateChange, StoreError, Turn,
};

impl MemoryStore {
    pub(super) fn append_now(&self, events: Vec<NewEvent>, claim: usize) -> Result<Accepted, StoreError> {
        let mut inner = self.lock();
        let no_room = inner.events + events.len() > self.queue_bound && inner.events > 0;
        let no_room = no_room || inner.rows >= self.row_bound();
        let mut accepted = Accepted::default();
        for event in &events {
            if let Some(key) = &event.echoes {
                let page = Conversation {
                    person: None,
                    ..event.conversation.clone()
                };
                if inner.settle_echo(&event.conversation, key) || inner.settle_echo(&page, key) {
                    accepted.settled.push(Arc::clone(key));
                }
            }
        }
        if no_room {
            drop(inner);
            if !accepted.settled.is_empty() {
                self.outbox_ready.notify_one();
            }
            return Err(StoreError::Full);
        }
        for event in events {
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

    pub(super) fn commit_now(&self, turn: Turn) -> Result<Committed, StoreError> {
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
            inner.bury(letter(
                &conversation,
                DeadKind::Event,
                key,
                body,
                cause,
                event.claims,
            ));
        }
        for (body, cause) in unreadable {
            inner.bury(letter(
                &conversation,
                DeadKind::State,
                String::new(),
                body,
                cause,
                0,
            ));
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

    pub(super) fn release_now(&self, lease: &Lease, tried: bool) -> Result<(), StoreError> {
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
}
