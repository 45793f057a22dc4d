//! The queues of all conversations.

use std::{
    collections::{
        BTreeMap, HashMap, HashSet, VecDeque,
        hash_map::{Entry, OccupiedEntry},
    },
    sync::Arc,
    time::SystemTime,
};

use tokio::time::Instant;

use super::slot::{Event, Outbox, Slot, Timer};
use crate::fail_points::sabotaged;
use crate::store::{
    Cause, Claim, Conversation, DeadKind, DeadLetter, Enqueued, EventKey, Lease, NewEvent, NewRow, Row,
    StoreError, StoredEvent, TimerChange, Vanished,
};

/// How many dead letters are kept; the oldest makes room for the next.
const DEAD_LETTERS: usize = 10_000;

/// Everything that is kept, under one lock.
#[derive(Default)]
pub(super) struct Queues {
    pub(super) conversations: HashMap<Arc<Conversation>, Slot>,
    /// Conversations that have an event and no lease, in the order they became so.
    pub(super) claimable: VecDeque<Arc<Conversation>>,
    /// The same, where the event is a suspect.
    pub(super) suspects: VecDeque<Arc<Conversation>>,
    /// Conversations that have a due row and none in flight.
    pub(super) sendable: VecDeque<Arc<Conversation>>,
    /// Conversations whose next row is not due yet.
    pub(super) delayed: BTreeMap<(Instant, u64), Arc<Conversation>>,
    pub(super) timers: BTreeMap<(Instant, u64), Arc<Conversation>>,
    pub(super) known: HashSet<EventKey>,
    pub(super) known_in_order: VecDeque<EventKey>,
    pub(super) dead: BTreeMap<u64, DeadLetter>,
    vanished: Vanished,
    pub(super) events: usize,
    pub(super) rows: usize,
    /// Epochs, delays and dead letters are numbered alike.
    numbers: u64,
}

impl Queues {
    pub(super) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Whether `key` is new; the oldest known key makes room for it.
    pub(super) fn remember(&mut self, key: EventKey, window: usize) -> bool {
        if !self.known.insert(key) {
            return sabotaged!("memory.dedup");
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

    /// Keeps the event of a conversation, and moves its 24 hours on.
    pub(super) fn append(&mut self, new: NewEvent) {
        let NewEvent {
            conversation,
            key,
            event,
            opens,
            ..
        } = new;
        let (name, slot) = match self.conversations.entry(Arc::new(conversation)) {
            Entry::Occupied(entry) => (Arc::clone(entry.key()), entry.into_mut()),
            Entry::Vacant(entry) => (Arc::clone(entry.key()), entry.insert(Slot::default())),
        };
        slot.opened = slot.opened.max(opens);
        self.push_event(name, key, event);
    }

    pub(super) fn push_event(&mut self, conversation: Arc<Conversation>, key: EventKey, event: StoredEvent) {
        self.events += 1;
        let slot = self.conversations.entry(Arc::clone(&conversation)).or_default();
        slot.inbox.push_back(Event {
            key,
            event: Arc::new(event),
            claims: 0,
            since: Instant::now(),
        });
        if !slot.leased && slot.inbox.len() == 1 {
            self.claimable.push_back(conversation);
        }
    }

    /// Takes the row of this key out of the outbox, where its send is in doubt; notes the echo where it is in
    /// flight. Whether it left.
    pub(super) fn settle_echo(&mut self, conversation: &Conversation, key: &str) -> bool {
        let Some(slot) = self.conversations.get_mut(conversation) else {
            return false;
        };
        let Some(first) = slot.outbox.front().filter(|first| first.is(key)) else {
            return false;
        };
        match slot.outbox_is {
            Outbox::InFlight { epoch, .. } => {
                slot.outbox_is = Outbox::InFlight { epoch, echoed: true };
                return false;
            }
            Outbox::Idle | Outbox::Queued | Outbox::Waiting { .. } if !first.may_have_arrived() => {
                return false;
            }
            Outbox::Idle | Outbox::Queued => {}
            Outbox::Waiting { due } => {
                // Those behind it need not wait any longer.
                self.sendable.extend(self.delayed.remove(&due));
                slot.outbox_is = Outbox::Queued;
            }
        }
        slot.pop_row(Enqueued::Sent);
        self.rows -= 1;
        true
    }

    pub(super) fn claim(&mut self, limit: usize, suspects: bool) -> Vec<Claim> {
        self.fire(Instant::now());
        let mut claims = Vec::new();
        let mut suspect = (suspects && limit > 0)
            .then(|| self.suspects.pop_front())
            .flatten();
        while claims.len() < limit {
            let Some(conversation) = suspect.take().or_else(|| self.claimable.pop_front()) else {
                break;
            };
            let epoch = self.number();
            let Some(slot) = self.conversations.get_mut(&conversation) else {
                continue;
            };
            slot.epoch = epoch;
            let claim = slot.claim(&Lease { conversation, epoch });
            slot.leased = claim.is_some();
            claims.extend(claim);
        }
        claims
    }

    /// Moves the events of timers that ran out into the queues of their conversations.
    fn fire(&mut self, now: Instant) {
        while let Some(first) = self.timers.first_entry().filter(|first| first.key().0 <= now) {
            let (due, conversation) = first.remove_entry();
            let Some(slot) = self.conversations.get_mut(&conversation) else {
                continue;
            };
            let Some(at) = slot.timers.iter().position(|timer| timer.due == due) else {
                continue;
            };
            let Timer { key, event, .. } = slot.timers.swap_remove(at);
            self.push_event(conversation, key, event);
        }
    }

    pub(super) fn change_timers(&mut self, conversation: &Arc<Conversation>, changes: Vec<TimerChange>) {
        for change in changes {
            let name = match &change {
                TimerChange::Set { name, .. } | TimerChange::Cancel { name } => name,
            };
            let slot = self.conversations.entry(Arc::clone(conversation)).or_default();
            if let Some(at) = slot.timers.iter().position(|timer| timer.name == *name) {
                let due = slot.timers.swap_remove(at).due;
                self.timers.remove(&due);
            }
            if let TimerChange::Set {
                name,
                after,
                key,
                event,
            } = change
            {
                let due = (Instant::now() + after, self.number());
                self.timers.insert(due, Arc::clone(conversation));
                let slot = self.conversations.entry(Arc::clone(conversation)).or_default();
                slot.timers.push(Timer {
                    name,
                    due,
                    key,
                    event,
                });
            }
        }
    }

    /// What became of the rows, and whether the conversation's outbox became sendable by them.
    pub(super) fn push_rows(
        &mut self,
        conversation: &Arc<Conversation>,
        rows: Vec<NewRow>,
        of_turn: bool,
    ) -> (Vec<Enqueued>, bool) {
        let slot = self.conversations.entry(Arc::clone(conversation)).or_default();
        let (became, added) = slot.push_rows(rows, of_turn);
        self.rows += added;
        let wake = added > 0 && slot.outbox_is == Outbox::Idle;
        if wake {
            slot.outbox_is = Outbox::Queued;
            self.sendable.push_back(Arc::clone(conversation));
        }
        (became, wake)
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
            let epoch = self.number();
            let Some(slot) = self.conversations.get_mut(&conversation) else {
                continue;
            };
            match slot.first_row(&conversation, epoch) {
                Some(row) => rows.push(row),
                // Its echo was faster.
                None => self.forget_if_empty(&conversation),
            }
        }
        rows
    }

    /// Makes the rows that wait, and not for an echo, due where `is_meant` says so of their conversation; whether
    /// there were any.
    pub(super) fn hasten(&mut self, is_meant: impl Fn(&Conversation) -> bool) -> bool {
        let meant: Vec<_> = self
            .delayed
            .iter()
            .filter(|(_, conversation)| {
                let slot = self.conversations.get(&**conversation);
                is_meant(conversation) && !slot.is_some_and(Slot::is_in_doubt)
            })
            .map(|(due, _)| *due)
            .collect();
        for due in &meant {
            let Some(conversation) = self.delayed.remove(due) else {
                continue;
            };
            if let Some(slot) = self.conversations.get_mut(&conversation) {
                slot.outbox_is = Outbox::Queued;
                self.sendable.push_back(conversation);
            }
        }
        !meant.is_empty()
    }

    pub(super) fn bury(&mut self, letter: impl FnOnce(u64) -> DeadLetter) {
        let id = self.number();
        self.dead.insert(id, letter(id));
        if self.dead.len() > DEAD_LETTERS {
            self.dead.pop_first();
            self.vanished.add(1);
            self.vanished.tell();
        }
    }

    pub(super) fn forget_if_empty(&mut self, conversation: &Arc<Conversation>) {
        if self.conversations.get(conversation).is_some_and(Slot::is_empty) {
            self.conversations.remove(conversation);
        }
    }
}

/// The slot of a lease that holds.
pub(super) fn held<'q>(
    inner: &'q mut Queues,
    lease: &Lease,
) -> Result<OccupiedEntry<'q, Arc<Conversation>, Slot>, StoreError> {
    inner
        .slot(&lease.conversation)
        .filter(|slot| slot.get().leased && slot.get().epoch == lease.epoch)
        .ok_or(StoreError::LeaseLost)
}

/// A dead letter of this moment.
pub(super) fn letter(
    conversation: &Arc<Conversation>,
    kind: DeadKind,
    key: String,
    body: String,
    cause: Cause,
    attempts: u32,
) -> impl FnOnce(u64) -> DeadLetter {
    let conversation = Arc::clone(conversation);
    move |id| DeadLetter {
        id,
        kind,
        conversation,
        key,
        body: body.into(),
        cause,
        attempts,
        since: SystemTime::now(),
    }
}
