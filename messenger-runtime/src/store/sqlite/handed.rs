//! Leases on their way to whoever asked for them.

use std::{
    mem,
    sync::{Arc, mpsc::Sender},
};

use super::jobs::Message;
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
    /// Reads the body, which is no work for the thread that writes; whether it can be read.
    fn read(&mut self) -> bool {
        if let Body::Json(json) = &self.body {
            let Ok(new) = serde_json::from_str(json) else {
                return false;
            };
            self.body = Body::Read(Arc::new(new));
        }
        true
    }

    fn row(self) -> Option<Row> {
        let Body::Read(new) = self.body else {
            return None;
        };
        Some(Row {
            conversation: self.conversation,
            new,
            attempts: self.attempts,
            doubts: self.doubts,
            opened: self.opened,
            epoch: self.epoch,
        })
    }
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

    pub(super) fn claims(mut self) -> Vec<Claim> {
        mem::take(&mut self.claims)
    }

    /// Reads the bodies of the rows, and takes the first out that cannot be read.
    pub(super) fn unreadable(&mut self) -> Option<Outgoing> {
        let unreadable = self.rows.iter_mut().position(|row| !row.read())?;
        Some(self.rows.remove(unreadable))
    }

    pub(super) fn add_rows_of(&mut self, mut other: Self) {
        self.rows.append(&mut other.rows);
    }

    /// The rows that were read.
    pub(super) fn rows(&mut self) -> Vec<Row> {
        self.rows.drain(..).filter_map(Outgoing::row).collect()
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
