//! A store whose messages go nowhere: they are queued, claimed and settled, but nobody calls the Graph API.

use std::{sync::Arc, time::Duration};

use messenger_runtime::{
    BoxFuture,
    event::Object,
    store::{
        Accepted, Backlog, Claim, Committed, Conversation, DeadLetter, DeadLetters, Dossier, Enqueue,
        Enqueued, Lease, Lost, NewEvent, Replayed, Row, Settled, Settlement, Store, StoreError, Turn,
    },
};

#[derive(Debug)]
pub(crate) struct NoSend(pub(crate) Arc<dyn Store>);

impl NoSend {
    async fn drop_from(&self, row: Row) -> Result<(), StoreError> {
        let mut next = Some(row);
        while let Some(row) = next {
            next = self.0.settle(row, Settlement::Done).await?.next;
        }
        Ok(())
    }
}

impl Store for NoSend {
    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        Box::pin(async move {
            loop {
                for row in self.0.claim_outbox(limit).await? {
                    self.drop_from(row).await?;
                }
            }
        })
    }

    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(async move {
            let mut committed = self.0.commit(turn).await?;
            if let Some(row) = committed.row.take() {
                self.drop_from(row).await?;
            }
            Ok(committed)
        })
    }

    fn lease(&self) -> Option<Duration> {
        self.0.lease()
    }

    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        self.0.append(events, claim)
    }

    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        self.0.claim(limit, suspects)
    }

    fn renew(&self, turns: Vec<Lease>, rows: Vec<Row>) -> BoxFuture<'_, Result<Lost, StoreError>> {
        self.0.renew(turns, rows)
    }

    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.release(lease, tried)
    }

    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        self.0.enqueue(enqueue)
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        self.0.settle(row, settlement)
    }

    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.hasten(object, page)
    }

    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        self.0.dead_letters(which)
    }

    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        self.0.dead_letter(id)
    }

    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        self.0.replay(id)
    }

    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.0.discard(id)
    }

    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        self.0.dossier(conversation)
    }

    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.0.erase(conversation)
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        self.0.backlog()
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.ready()
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.close()
    }
}
