//! What is kept of one conversation.

use std::{collections::VecDeque, sync::Arc};

use tokio::time::Instant;

use crate::store::{Claim, Conversation, EventKey, Lease, NewRow, Row, StoredEvent};

/// What is kept of one conversation.
#[derive(Default)]
pub(super) struct Slot {
    pub(super) inbox: VecDeque<(EventKey, Arc<StoredEvent>, u32)>,
    pub(super) leased: bool,
    pub(super) epoch: u64,
    pub(super) state: Option<Arc<[u8]>>,
    pub(super) outbox: VecDeque<Waiting>,
    pub(super) outbox_is: Outbox,
}

/// Where a conversation's outbox stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Outbox {
    #[default]
    Idle,
    Queued,
    /// `echoed` where the platform has already shown that it took the row.
    InFlight {
        echoed: bool,
    },
    /// Waits for its time, under this key of `delayed`.
    Waiting {
        due: (Instant, u64),
    },
}

/// A row and its history.
pub(super) struct Waiting {
    row: Arc<NewRow>,
    attempts: u32,
    doubts: u32,
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

impl Slot {
    pub(super) fn is_empty(&self) -> bool {
        self.inbox.is_empty() && !self.leased && self.state.is_none() && self.outbox.is_empty()
    }

    /// The oldest event, under `lease`.
    pub(super) fn claim(&mut self, lease: &Lease) -> Option<Claim> {
        let (key, event, claims) = self.inbox.front_mut()?;
        *claims += 1;
        let (key, event, claims) = (*key, Arc::clone(event), *claims);
        Some(Claim {
            lease: lease.clone(),
            key,
            event,
            claims,
            state: self.state.clone(),
        })
    }

    /// How many of them were not known.
    pub(super) fn push_rows(&mut self, rows: Vec<NewRow>) -> usize {
        let before = self.outbox.len();
        for row in rows {
            if self.outbox.iter().all(|known| !known.is(&row.key)) {
                self.outbox.push_back(Waiting {
                    row: Arc::new(row),
                    attempts: 0,
                    doubts: 0,
                });
            }
        }
        self.outbox.len() - before
    }

    /// Puts the first row in flight; without one the outbox is idle.
    pub(super) fn first_row(&mut self, conversation: &Arc<Conversation>) -> Option<Row> {
        let first = self.outbox.front();
        self.outbox_is = if first.is_some() {
            Outbox::InFlight { echoed: false }
        } else {
            Outbox::Idle
        };
        let first = first?;
        Some(Row {
            conversation: Arc::clone(conversation),
            new: Arc::clone(&first.row),
            attempts: first.attempts,
            doubts: first.doubts,
        })
    }
}
