//! The queues of all conversations.

use std::{
    collections::{
        BTreeMap, HashMap, HashSet, VecDeque,
        hash_map::{Entry, OccupiedEntry},
    },
    sync::Arc,
};

use tokio::time::Instant;

use super::slot::{Outbox, Slot};
use crate::store::{Claim, Conversation, EventKey, Lease, NewRow, Row, StoredEvent};

/// Everything that is kept, under one lock.
#[derive(Default)]
pub(super) struct Queues {
    pub(super) conversations: HashMap<Arc<Conversation>, Slot>,
    /// Conversations that have an event and no lease, in the order they became so.
    pub(super) claimable: VecDeque<Arc<Conversation>>,
    /// Conversations that have a due row and none in flight.
    pub(super) sendable: VecDeque<Arc<Conversation>>,
    /// Conversations whose next row is not due yet.
    pub(super) delayed: BTreeMap<(Instant, u64), Arc<Conversation>>,
    pub(super) known: HashSet<EventKey>,
    pub(super) known_in_order: VecDeque<EventKey>,
    pub(super) events: usize,
    pub(super) rows: usize,
    pub(super) delays: u64,
    pub(super) epochs: u64,
}

impl Queues {
    /// Whether `key` is new; the oldest known key makes room for it.
    pub(super) fn remember(&mut self, key: EventKey, window: usize) -> bool {
        if !self.known.insert(key) {
            return false;
        }
        self.known_in_order.push_back(key);
        if self.known_in_order.len() > window
            && let Some(oldest) = self.known_in_order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }

    pub(super) fn slot(
        &mut self,
        conversation: &Arc<Conversation>,
    ) -> Option<OccupiedEntry<'_, Arc<Conversation>, Slot>> {
        match self.conversations.entry(Arc::clone(conversation)) {
            Entry::Occupied(slot) => Some(slot),
            Entry::Vacant(_) => None,
        }
    }

    pub(super) fn push_event(&mut self, conversation: Conversation, key: EventKey, event: StoredEvent) {
        self.events += 1;
        let (name, slot) = match self.conversations.entry(Arc::new(conversation)) {
            Entry::Occupied(entry) => (Arc::clone(entry.key()), entry.into_mut()),
            Entry::Vacant(entry) => (Arc::clone(entry.key()), entry.insert(Slot::default())),
        };
        slot.inbox.push_back((key, Arc::new(event), 0));
        if !slot.leased && slot.inbox.len() == 1 {
            self.claimable.push_back(name);
        }
    }

    pub(super) fn claim(&mut self, limit: usize) -> Vec<Claim> {
        let mut claims = Vec::new();
        while claims.len() < limit {
            let Some(conversation) = self.claimable.pop_front() else {
                break;
            };
            let Some(slot) = self.conversations.get_mut(&conversation) else {
                continue;
            };
            self.epochs += 1;
            slot.epoch = self.epochs;
            let claim = slot.claim(&Lease {
                conversation,
                epoch: slot.epoch,
            });
            slot.leased = claim.is_some();
            claims.extend(claim);
        }
        claims
    }

    /// Whether the conversation's outbox became sendable by it.
    pub(super) fn push_rows(&mut self, conversation: &Arc<Conversation>, rows: Vec<NewRow>) -> bool {
        if rows.is_empty() {
            return false;
        }
        let slot = self.conversations.entry(Arc::clone(conversation)).or_default();
        self.rows += slot.push_rows(rows);
        let wake = slot.outbox_is == Outbox::Idle;
        if wake {
            slot.outbox_is = Outbox::Queued;
            self.sendable.push_back(Arc::clone(conversation));
        }
        wake
    }

    pub(super) fn claim_outbox(&mut self, limit: usize, now: Instant) -> Vec<Row> {
        while let Some(first) = self.delayed.first_entry().filter(|first| first.key().0 <= now) {
            let conversation = first.remove();
            if let Some(slot) = self.conversations.get_mut(&conversation) {
                slot.outbox_is = Outbox::Queued;
                self.sendable.push_back(conversation);
            }
        }
        let mut rows = Vec::new();
        while rows.len() < limit {
            let Some(conversation) = self.sendable.pop_front() else {
                break;
            };
            let Some(slot) = self.conversations.get_mut(&conversation) else {
                continue;
            };
            match slot.first_row(&conversation) {
                Some(row) => rows.push(row),
                // Its echo was faster.
                None => self.forget_if_empty(&conversation),
            }
        }
        rows
    }

    fn forget_if_empty(&mut self, conversation: &Arc<Conversation>) {
        if self.conversations.get(conversation).is_some_and(Slot::is_empty) {
            self.conversations.remove(conversation);
        }
    }
}
