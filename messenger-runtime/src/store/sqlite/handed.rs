//! Leases on their way to whoever asked for them.

use std::{
    mem,
    sync::{Arc, mpsc::Sender},
};

use super::writer::Message;
use crate::store::{Claim, Conversation, NewRow, Row};

/// A leased row whose body may not be read yet.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) conversation: Arc<Conversation>,
    pub(super) epoch: u64,
    pub(super) attempts: u32,
    pub(super) doubts: u32,
    pub(super) opened: Option<std::time::SystemTime>,
    pub(super) body: Body,
}

#[derive(Debug)]
pub(super) enum Body {
    Read(Arc<NewRow>),
    Json(String),
}

impl Outgoing {
    /// Reads the body, which is no work for the thread that writes.
    pub(super) fn read(self) -> Result<Row, Unreadable> {
        let new = match self.body {
            Body::Read(new) => new,
            Body::Json(json) => match serde_json::from_str(&json) {
                Ok(new) => Arc::new(new),
                Err(_) => {
                    return Err(Unreadable {
                        conversation: self.conversation,
                        epoch: self.epoch,
                    });
                }
            },
        };
        Ok(Row {
            conversation: self.conversation,
            new,
            attempts: self.attempts,
            doubts: self.doubts,
            opened: self.opened,
            epoch: self.epoch,
        })
    }
}

/// A leased row that nobody can send.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub(super) conversation: Arc<Conversation>,
    pub(super) epoch: u64,
}

/// Leased turns and rows.
pub(super) type Leases = (Vec<Claim>, Vec<Outgoing>);

/// Leases of a committed transaction, which go back to the store unless somebody takes them: the future that waits for them may be dropped.
#[derive(Debug)]
pub(super) struct Handed {
    claims: Vec<Claim>,
    rows: Vec<Outgoing>,
    back: Sender<Message>,
}

impl Handed {
    pub(super) fn new(claims: Vec<Claim>, rows: Vec<Outgoing>, back: Sender<Message>) -> Self {
        Self { claims, rows, back }
    }

    pub(super) fn take(mut self) -> Leases {
        (mem::take(&mut self.claims), mem::take(&mut self.rows))
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        if self.claims.is_empty() && self.rows.is_empty() {
            return;
        }
        let turns = self.claims.drain(..).map(|claim| claim.lease).collect();
        let rows = self
            .rows
            .drain(..)
            .map(|row| (row.conversation, row.epoch))
            .collect();
        // Where nobody listens the store is closed, and leases end with it.
        let _closed = self.back.send(Message::GiveBack { turns, rows });
    }
}
