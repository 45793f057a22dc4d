//! A store that is shared is a store.

use std::{sync::Arc, time::Duration};

use super::{
    Accepted, Backlog, Claim, Committed, Conversation, DeadLetter, DeadLetters, Dossier, Enqueue, Enqueued,
    Lease, Lost, NewEvent, Replayed, Row, Settled, Settlement, Store, StoreError, Turn,
};
use crate::{BoxFuture, event::Object};

impl<S: Store + ?Sized> Store for Arc<S> {
    fn lease(&self) -> Option<Duration> {
        (**self).lease()
    }

    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        (**self).append(events, claim)
    }

    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        (**self).claim(limit, suspects)
    }

    fn renew(&self, turns: Vec<Lease>, rows: Vec<Row>) -> BoxFuture<'_, Result<Lost, StoreError>> {
        (**self).renew(turns, rows)
    }

    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        (**self).commit(turn)
    }

    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).release(lease, tried)
    }

    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        (**self).enqueue(enqueue)
    }

    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        (**self).claim_outbox(limit)
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        (**self).settle(row, settlement)
    }

    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).hasten(object, page)
    }

    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        (**self).dead_letters(which)
    }

    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        (**self).dead_letter(id)
    }

    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        (**self).replay(id)
    }

    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        (**self).discard(id)
    }

    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        (**self).dossier(conversation)
    }

    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        (**self).erase(conversation)
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        (**self).backlog()
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).ready()
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).close()
    }
}
