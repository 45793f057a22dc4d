//! What is kept of one conversation.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use crate::store::{Claim, Conversation, Enqueued, EventKey, Lease, NewRow, Row, StoredEvent};

/// What is kept of one conversation.
#[derive(Default)]
pub(super) struct Slot {
    pub(super) inbox: VecDeque<Event>,
    pub(super) leased: bool,
    pub(super) epoch: u64,
    pub(super) state: Option<Arc<[u8]>>,
    pub(super) opened: Option<SystemTime>,
    pub(super) timers: Vec<Timer>,
    pub(super) outbox: VecDeque<Waiting>,
    pub(super) outbox_is: Outbox,
    /// The keys of the outbox, once it is long.
    keys: HashSet<Arc<str>>,
    /// How many turns have ended.
    turns: u64,
    /// What became of rows that the turn under way has queued.
    pub(super) settled: Vec<(Arc<str>, Enqueued)>,
}

/// An event that waits or is being handled.
pub(super) struct Event {
    pub(super) key: EventKey,
    pub(super) event: Arc<StoredEvent>,
    pub(super) claims: u32,
    pub(super) since: Instant,
}

/// A timer that runs.
pub(super) struct Timer {
    pub(super) name: Box<str>,
    /// Its key among the timers of all.
    pub(super) due: (Instant, u64),
    pub(super) key: EventKey,
    pub(super) event: StoredEvent,
}

/// Where a conversation's outbox stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Outbox {
    #[default]
    Idle,
    Queued,
    /// `echoed` where the platform has already shown that it took the row.
    InFlight {
        epoch: u64,
        echoed: bool,
    },
    /// Waits for its time, under this key of `delayed`.
    Waiting {
        due: (Instant, u64),
    },
}

/// A row and its history.
pub(super) struct Waiting {
    pub(super) row: Arc<NewRow>,
    pub(super) attempts: u32,
    pub(super) doubts: u32,
    pub(super) since: Instant,
    /// The turn that queued it while it ran, by the number of those before it.
    of_turn: Option<u64>,
}

impl Waiting {
    /// It was tried in vain; whether it may have arrived.
    pub(super) fn note(&mut self, doubtful: bool) {
        self.attempts += 1;
        self.doubts += u32::from(doubtful);
    }

    /// Whether it has this key.
    pub(super) fn is(&self, key: &str) -> bool {
        &*self.row.key == key
    }

    pub(super) fn may_have_arrived(&self) -> bool {
        self.doubts > 0
    }
}

/// From how many rows on an outbox keeps a set of its keys.
const LONG: usize = 32;

/// From how many claims without an end on an event is a suspect.
const SUSPECT: u32 = 2;

impl Slot {
    pub(super) fn is_empty(&self) -> bool {
        self.inbox.is_empty()
            && !self.leased
            && self.state.is_none()
            && self.outbox.is_empty()
            && self.timers.is_empty()
    }

    pub(super) fn is_suspect(&self) -> bool {
        self.inbox.front().is_some_and(|first| first.claims >= SUSPECT)
    }

    /// Whether the first row may have arrived.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.outbox.front().is_some_and(Waiting::may_have_arrived)
    }

    /// The oldest event, under `lease`.
    pub(super) fn claim(&mut self, lease: &Lease) -> Option<Claim> {
        let first = self.inbox.front_mut()?;
        first.claims += 1;
        Some(Claim {
            lease: lease.clone(),
            key: first.key,
            event: Arc::clone(&first.event),
            claims: first.claims,
            state: self.state.clone(),
            opened: self.opened,
        })
    }

    /// Whether a row of this key stands in the outbox.
    fn knows(&mut self, key: &str) -> bool {
        if self.outbox.len() < LONG {
            return self.outbox.iter().any(|known| known.is(key));
        }
        if self.keys.is_empty() {
            self.keys = self
                .outbox
                .iter()
                .map(|known| Arc::clone(&known.row.key))
                .collect();
        }
        self.keys.contains(key)
    }

    /// Queues the rows whose keys are not known, for the turn under way or for good; what became of each, and how
    /// many were added.
    pub(super) fn push_rows(&mut self, rows: Vec<NewRow>, of_turn: bool) -> (Vec<Enqueued>, usize) {
        let mut added = 0;
        let mut push = |row: NewRow| {
            if let Some((_, became)) = self.settled.iter().find(|(key, _)| *key == row.key) {
                return *became;
            }
            if !self.knows(&row.key) {
                added += 1;
                if !self.keys.is_empty() {
                    self.keys.insert(Arc::clone(&row.key));
                }
                self.outbox.push_back(Waiting {
                    row: Arc::new(row),
                    attempts: 0,
                    doubts: 0,
                    since: Instant::now(),
                    of_turn: of_turn.then_some(self.turns),
                });
            }
            Enqueued::Waiting
        };
        let became = rows.into_iter().map(&mut push).collect();
        (became, added)
    }

    /// Puts the first row in flight; without one the outbox is idle.
    pub(super) fn first_row(&mut self, conversation: &Arc<Conversation>, epoch: u64) -> Option<Row> {
        let first = self.outbox.front();
        self.outbox_is = if first.is_some() {
            Outbox::InFlight { epoch, echoed: false }
        } else {
            Outbox::Idle
        };
        let first = first?;
        Some(Row {
            conversation: Arc::clone(conversation),
            new: Arc::clone(&first.row),
            attempts: first.attempts,
            doubts: first.doubts,
            opened: self.opened,
            epoch,
        })
    }

    /// The first row has left the outbox.
    pub(super) fn pop_row(&mut self, became: Enqueued) -> Option<Waiting> {
        let first = self.outbox.pop_front()?;
        if self.outbox.is_empty() {
            self.keys = HashSet::new();
        } else {
            self.keys.remove(&first.row.key);
        }
        if first.of_turn == Some(self.turns) {
            self.settled.push((Arc::clone(&first.row.key), became));
        }
        Some(first)
    }

    /// The turn under way has ended: nobody asks any more what became of its rows.
    pub(super) fn end_turn(&mut self) {
        self.settled.clear();
        self.turns += 1;
    }

    /// How long the oldest event and the oldest row have been waiting.
    pub(super) fn ages(&self, now: Instant) -> (Option<Duration>, Option<Duration>) {
        let event = self.inbox.front().map(|first| now - first.since);
        let row = self.outbox.front().map(|first| now - first.since);
        (event, row)
    }
}
