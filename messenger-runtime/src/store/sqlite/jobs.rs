//! What the thread that writes is told to do.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::{engine::Engine, failure::Failure, handed::Handed};
use crate::store::{Conversation, Lease, StoreError};

/// What the thread is told.
pub(super) enum Message {
    Job(Box<dyn Job>),
    Turns {
        limit: usize,
        suspects: bool,
        answer: oneshot::Sender<Result<Handed, StoreError>>,
    },
    Rows {
        limit: usize,
        answer: oneshot::Sender<Result<Handed, StoreError>>,
    },
    GiveBack {
        turns: Vec<Lease>,
        rows: Vec<(Arc<Conversation>, u64)>,
    },
    /// Empties the write-ahead log.
    Truncate(oneshot::Sender<Result<(), StoreError>>),
    Close(oneshot::Sender<Result<(), StoreError>>),
    /// Ends as a crash would.
    Stop,
}

/// An operation. It may be run more than once.
pub(super) trait Job: Send {
    fn run(&mut self, engine: &mut Engine) -> Result<(), rusqlite::Error>;
    /// Whether it waits where the disk is full.
    fn is_patient(&self) -> bool;
    /// Gives the outcome of the last run, or why its transaction failed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// An operation that somebody waits for.
pub(super) struct Ask<T, U, F, H> {
    pub(super) work: F,
    pub(super) patient: bool,
    pub(super) outcome: Option<Result<T, StoreError>>,
    /// Makes the answer of what was committed. Leases are given back only from there on: those of a transaction
    /// that was rolled back may be leased again when it is run again, under the same epoch.
    pub(super) hand: H,
    pub(super) answer: oneshot::Sender<Result<U, StoreError>>,
}

impl<T, U, F, H> Job for Ask<T, U, F, H>
where
    T: Send,
    U: Send,
    F: FnMut(&mut Engine) -> Result<T, Failure> + Send,
    H: FnOnce(T) -> U + Send,
{
    fn run(&mut self, engine: &mut Engine) -> Result<(), rusqlite::Error> {
        self.outcome = None;
        self.outcome = Some(match (self.work)(engine) {
            Ok(done) => Ok(done),
            Err(Failure::Answer(refused)) => Err(refused),
            Err(Failure::Sql(error)) => return Err(error),
        });
        Ok(())
    }

    fn is_patient(&self) -> bool {
        self.patient
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome.map(self.hand),
            (Err(error), _) => Err(error),
            (Ok(()), None) => return,
        };
        // Nobody may be waiting any more; leases in it go back by themselves.
        let _gone = self.answer.send(outcome);
    }
}

/// Gives leases back that nobody took.
pub(super) struct GiveBack {
    pub(super) turns: Vec<Lease>,
    pub(super) rows: Vec<(Arc<Conversation>, u64)>,
}

impl Job for GiveBack {
    fn run(&mut self, engine: &mut Engine) -> Result<(), rusqlite::Error> {
        for lease in &self.turns {
            match engine.release(lease, false) {
                Ok(()) | Err(Failure::Answer(_)) => {}
                Err(Failure::Sql(error)) => return Err(error),
            }
        }
        for (conversation, epoch) in &self.rows {
            engine.give_row_back(conversation, *epoch)?;
        }
        Ok(())
    }

    fn is_patient(&self) -> bool {
        true
    }

    fn answer(self: Box<Self>, _committed: Result<(), StoreError>) {}
}
