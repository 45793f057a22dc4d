//! What the model keeps of one conversation.

use std::time::SystemTime;

use crate::store::{
    Claim, Conversation, Enqueued, EventKey, Row, StoredEvent,
    conformance::rig::{Verdict, broken, same},
};

/// An event of a conversation.
#[derive(Debug, Clone)]
pub(in super::super) struct Event {
    pub(in super::super) key: EventKey,
    pub(in super::super) event: StoredEvent,
    pub(in super::super) claims: u32,
    /// When it came, among all.
    pub(in super::super) came: u64,
}

/// A row of an outbox.
#[derive(Debug, Clone)]
pub(in super::super) struct Out {
    pub(in super::super) key: String,
    pub(super) attempts: u32,
    pub(super) doubts: u32,
    of_turn: bool,
}

/// A conversation.
#[derive(Debug, Clone)]
pub(in super::super) struct Person {
    pub(in super::super) conversation: Conversation,
    pub(in super::super) inbox: Vec<Event>,
    /// Timers that ran out: the engine may take until its next claim to queue them.
    pub(in super::super) due: Vec<Event>,
    /// The epoch of the lease that holds.
    pub(in super::super) held: Option<u64>,
    pub(in super::super) state: Option<String>,
    pub(in super::super) opened: Option<SystemTime>,
    /// The same, where the engine forgot it whenever nothing else was kept.
    pub(super) opened_at_least: Option<SystemTime>,
    pub(in super::super) timers: Vec<(String, StoredEvent)>,
    pub(in super::super) outbox: Vec<Out>,
    /// The epoch of the row in flight, and whether its echo came.
    pub(in super::super) flight: Option<(u64, bool)>,
    /// Whether the first row waits for a time that never comes in a history.
    pub(in super::super) waits: bool,
    /// What became of the rows of the turn under way.
    pub(in super::super) remembered: Vec<(String, Enqueued)>,
    /// Since when it waits to be claimed, where the contract says so.
    pub(super) since: Option<u64>,
    pub(super) epoch: u64,
    pub(super) row_epoch: u64,
}

const SUSPECT: u32 = 2;

impl Person {
    pub(super) fn new(conversation: Conversation) -> Self {
        Self {
            conversation,
            inbox: Vec::new(),
            due: Vec::new(),
            held: None,
            state: None,
            opened: None,
            opened_at_least: None,
            timers: Vec::new(),
            outbox: Vec::new(),
            flight: None,
            waits: false,
            remembered: Vec::new(),
            since: None,
            epoch: 0,
            row_epoch: 0,
        }
    }

    pub(in super::super) fn is_idle(&self) -> bool {
        self.inbox.is_empty()
            && self.due.is_empty()
            && self.state.is_none()
            && self.timers.is_empty()
            && self.outbox.is_empty()
    }

    pub(super) fn is_suspect(&self) -> bool {
        self.inbox.first().is_some_and(|first| first.claims >= SUSPECT)
    }

    pub(super) fn is_claimable(&self) -> bool {
        self.held.is_none() && !(self.inbox.is_empty() && self.due.is_empty())
    }

    pub(in super::super) fn is_sendable(&self) -> bool {
        !self.outbox.is_empty() && self.flight.is_none() && !self.waits
    }

    /// Ends the wait of the first row, unless it waits for its echo.
    pub(in super::super) fn hasten(&mut self) {
        self.waits &= self.outbox.first().is_some_and(|first| first.doubts > 0);
    }

    /// Nothing is left of it but that epochs rise.
    pub(super) fn erase(&mut self) {
        *self = Self {
            epoch: self.epoch,
            row_epoch: self.row_epoch,
            ..Self::new(self.conversation.clone())
        };
    }

    /// Checks and notes that the engine began a turn.
    pub(super) fn begin(&mut self, claim: &Claim) -> Verdict {
        let clause = "claim, commit: the oldest event, with its count, the state and the day";
        let ran_out = self
            .due
            .iter()
            .position(|due| due.key == claim.key && self.inbox.iter().all(|event| event.came > due.came));
        if let Some(at) = ran_out {
            let due = self.due.remove(at);
            self.inbox.insert(0, due);
        }
        let Some(first) = self.inbox.first_mut() else {
            return broken(clause, format!("{:?} has no event", self.conversation));
        };
        first.claims += 1;
        same(clause, (claim.key, claim.claims), (first.key, first.claims))?;
        same(clause, &*claim.event, &first.event)?;
        let state = claim
            .state
            .as_deref()
            .map(|state| String::from_utf8_lossy(state).into_owned());
        same(clause, state, self.state.clone())?;
        self.check_day(claim.opened)
    }

    pub(super) fn check_day(&self, found: Option<SystemTime>) -> Verdict {
        if self.opened_at_least <= found && found <= self.opened {
            return Ok(());
        }
        same("append: when the 24 hours were last opened", found, self.opened)
    }

    /// Checks and notes that the engine put the first row in flight.
    pub(super) fn send(&mut self, row: &Row) -> Verdict {
        let clause = "claim_outbox, settle, commit: the first row that is due, where none is in flight";
        let Some(first) = self.outbox.first().filter(|_| self.is_sendable()) else {
            return broken(clause, format!("{row:?}, but {self:?}"));
        };
        let found = (row.new.key.as_ref(), row.attempts, row.doubts);
        same(clause, found, (first.key.as_str(), first.attempts, first.doubts))?;
        self.check_day(row.opened)?;
        if row.epoch <= self.row_epoch {
            return broken(
                "claim_outbox: the epoch rises with every claim",
                format!("{row:?}"),
            );
        }
        self.row_epoch = row.epoch;
        self.flight = Some((row.epoch, false));
        Ok(())
    }

    pub(in super::super) fn push(&mut self, key: &str, of_turn: bool) -> Enqueued {
        if let Some((_, became)) = self.remembered.iter().find(|(known, _)| known == key) {
            return *became;
        }
        if self.outbox.iter().all(|known| known.key != key) {
            self.outbox.push(Out {
                key: key.to_owned(),
                attempts: 0,
                doubts: 0,
                of_turn,
            });
        }
        Enqueued::Waiting
    }

    /// The turn under way has ended: its rows are like any others.
    pub(in super::super) fn end_turn(&mut self) {
        self.remembered.clear();
        for row in &mut self.outbox {
            row.of_turn = false;
        }
    }

    pub(super) fn pop(&mut self, became: Enqueued) -> Out {
        let first = self.outbox.remove(0);
        if first.of_turn {
            self.remembered.push((first.key.clone(), became));
        }
        self.flight = None;
        self.waits = false;
        first
    }
}
