//! What is claimable, sendable and leased, kept in memory so that no claim has to search the tables.
//!
//! It is a function of the tables: [`load`](super::engine) makes it again at any time. Conversations in which
//! nothing waits have no slot.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use crate::{
    event::Object,
    fail_points::sabotaged,
    store::{Conversation, NewRow},
};

/// From how many claims without an end on an event is a suspect.
const SUSPECT: u32 = 2;

/// How many bodies of rows are kept in memory; those of the others are read again when their turn comes.
const BODIES: usize = 10_000;

/// A conversation's number in its table.
pub(super) type Id = i64;

/// The slots of all conversations in which something waits, and the queues of these.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) slots: HashMap<Id, Slot>,
    names: HashMap<Arc<Conversation>, Id>,
    claimable: VecDeque<Id>,
    suspects: VecDeque<Id>,
    sendable: VecDeque<Id>,
    delayed: BTreeMap<(i64, u64), Id>,
    /// Tells delays of the same millisecond apart.
    delays: u64,
    pub(super) events: usize,
    pub(super) rows: usize,
    bodies: usize,
}

/// A conversation in which something waits.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) name: Arc<Conversation>,
    /// Milliseconds since 1970.
    pub(super) opened: Option<i64>,
    pub(super) state: State,
    pub(super) inbox: VecDeque<Event>,
    pub(super) inbox_is: Inbox,
    pub(super) outbox: VecDeque<Waiting>,
    pub(super) outbox_is: Outbox,
    /// Whether the table has something of the turn under way to forget when it ends.
    pub(super) turn_rows: bool,
}

/// Whether the conversation's state is in memory.
#[derive(Debug, Clone)]
pub(super) enum State {
    Unread,
    Known(Option<Arc<[u8]>>),
}

#[derive(Debug)]
pub(super) struct Event {
    pub(super) id: i64,
    pub(super) claims: u32,
}

#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) id: i64,
    pub(super) key: Arc<str>,
    pub(super) attempts: u32,
    pub(super) doubts: u32,
    pub(super) of_turn: bool,
    pub(super) body: Option<Arc<NewRow>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inbox {
    Idle,
    Queued,
    Leased(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outbox {
    Idle,
    Queued,
    /// Until then, by its key among the delayed.
    Delayed((i64, u64)),
    /// `echoed` where the platform has already shown that it took the row.
    InFlight {
        epoch: u64,
        echoed: bool,
    },
}

impl Slot {
    fn is_idle(&self) -> bool {
        self.inbox.is_empty() && self.outbox.is_empty()
    }

    pub(super) fn is_suspect(&self) -> bool {
        self.inbox.front().is_some_and(|first| first.claims >= SUSPECT)
    }
}

impl Index {
    pub(super) fn id(&self, name: &Conversation) -> Option<Id> {
        self.names.get(name).copied()
    }

    pub(super) fn by_name(&mut self, name: &Conversation) -> Option<(Id, &mut Slot)> {
        let id = self.names.get(name).copied()?;
        Some((id, self.slots.get_mut(&id)?))
    }

    pub(super) fn insert(&mut self, id: Id, name: Arc<Conversation>, opened: Option<i64>, state: State) {
        self.names.insert(Arc::clone(&name), id);
        let slot = Slot {
            name,
            opened,
            state,
            inbox: VecDeque::new(),
            inbox_is: Inbox::Idle,
            outbox: VecDeque::new(),
            outbox_is: Outbox::Idle,
            turn_rows: false,
        };
        self.slots.insert(id, slot);
    }

    /// Forgets a conversation in which nothing waits any more; gives its slot.
    pub(super) fn forget_if_idle(&mut self, id: Id) -> Option<Slot> {
        if self.slots.get(&id).is_some_and(Slot::is_idle) {
            return self.remove(id);
        }
        None
    }

    pub(super) fn remove(&mut self, id: Id) -> Option<Slot> {
        let slot = self.slots.remove(&id)?;
        self.names.remove(&slot.name);
        if let Outbox::Delayed(due) = slot.outbox_is {
            self.delayed.remove(&due);
        }
        self.events -= slot.inbox.len();
        self.rows -= slot.outbox.len();
        self.bodies -= slot.outbox.iter().filter(|row| row.body.is_some()).count();
        Some(slot)
    }

    /// Puts an event behind those that wait.
    pub(super) fn push_event(&mut self, id: Id, event: Event) {
        let Some(slot) = self.slots.get_mut(&id) else {
            return;
        };
        self.events += 1;
        if sabotaged!("sqlite.order") && slot.inbox.len() > 1 {
            slot.inbox.insert(1, event);
            return;
        }
        slot.inbox.push_back(event);
        if slot.inbox_is == Inbox::Idle {
            self.queue(id);
        }
    }

    /// Puts the conversation among those that can be claimed.
    pub(super) fn queue(&mut self, id: Id) {
        let Some(slot) = self.slots.get_mut(&id) else {
            return;
        };
        slot.inbox_is = Inbox::Queued;
        if slot.is_suspect() {
            self.suspects.push_back(id);
        } else {
            self.claimable.push_back(id);
        }
    }

    /// Whether [`next_turn`](Self::next_turn) may give something.
    pub(super) fn has_turns(&self, suspects: bool) -> bool {
        !self.claimable.is_empty() || (suspects && !self.suspects.is_empty())
    }

    /// The next conversation to lease.
    pub(super) fn next_turn(&mut self, suspect: bool) -> Option<Id> {
        let queue = if suspect {
            &mut self.suspects
        } else {
            &mut self.claimable
        };
        while let Some(id) = queue.pop_front() {
            // One that was erased may still stand here.
            if self
                .slots
                .get(&id)
                .is_some_and(|slot| slot.inbox_is == Inbox::Queued)
            {
                return Some(id);
            }
        }
        None
    }

    /// The first event has left the queue.
    pub(super) fn pop_event(&mut self, id: Id) -> Option<Event> {
        let event = self.slots.get_mut(&id)?.inbox.pop_front()?;
        self.events -= 1;
        Some(event)
    }

    /// Puts a row behind those that wait.
    pub(super) fn push_row(&mut self, id: Id, mut row: Waiting) {
        let Some(slot) = self.slots.get_mut(&id) else {
            return;
        };
        if self.bodies >= BODIES {
            row.body = None;
        }
        self.bodies += usize::from(row.body.is_some());
        self.rows += 1;
        if sabotaged!("sqlite.order") && slot.outbox.len() > 1 {
            slot.outbox.insert(1, row);
        } else {
            slot.outbox.push_back(row);
        }
    }

    /// The first row has left the outbox.
    pub(super) fn pop_row(&mut self, id: Id) -> Option<Waiting> {
        let row = self.slots.get_mut(&id)?.outbox.pop_front()?;
        self.rows -= 1;
        self.bodies -= usize::from(row.body.is_some());
        Some(row)
    }

    /// Puts the conversation among those that can send, now or at `due`.
    pub(super) fn queue_rows(&mut self, id: Id, due: Option<i64>) {
        let Some(slot) = self.slots.get_mut(&id) else {
            return;
        };
        if let Outbox::Delayed(before) = slot.outbox_is {
            self.delayed.remove(&before);
        }
        match due {
            None => {
                slot.outbox_is = Outbox::Queued;
                self.sendable.push_back(id);
            }
            Some(due) => {
                self.delays += 1;
                slot.outbox_is = Outbox::Delayed((due, self.delays));
                self.delayed.insert((due, self.delays), id);
            }
        }
    }

    /// Moves what became due among the sendable.
    pub(super) fn wake_rows(&mut self, now: i64) {
        while let Some(first) = self.delayed.first_entry().filter(|first| first.key().0 <= now) {
            let id = first.remove();
            if let Some(slot) = self.slots.get_mut(&id) {
                slot.outbox_is = Outbox::Queued;
                self.sendable.push_back(id);
            }
        }
    }

    /// Makes every delayed row of a page sendable that is not in doubt.
    pub(super) fn hasten(&mut self, object: Object, page: &str) {
        let meant: Vec<(i64, u64)> = self
            .delayed
            .iter()
            .filter(|(_, id)| {
                self.slots.get(id).is_some_and(|slot| {
                    slot.name.object == object
                        && *slot.name.page == *page
                        && slot.outbox.front().is_some_and(|first| first.doubts == 0)
                })
            })
            .map(|(due, _)| *due)
            .collect();
        for due in meant {
            if let Some(id) = self.delayed.get(&due).copied() {
                self.queue_rows(id, None);
            }
        }
    }

    /// The next conversation that can send.
    pub(super) fn next_outbox(&mut self) -> Option<Id> {
        while let Some(id) = self.sendable.pop_front() {
            if self
                .slots
                .get(&id)
                .is_some_and(|slot| slot.outbox_is == Outbox::Queued)
            {
                return Some(id);
            }
        }
        None
    }

    pub(super) fn has_rows(&self) -> bool {
        !self.sendable.is_empty()
    }

    /// When the next delayed row becomes due.
    pub(super) fn next_due(&self) -> Option<i64> {
        self.delayed.first_key_value().map(|(due, _)| due.0)
    }
}
