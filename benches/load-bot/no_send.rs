//! A store whose messages go nowhere: they are queued, claimed and settled, but nobody calls the Graph API.

use std::sync::Arc;

use messenger_runtime::{
    BoxFuture,
    store::{
        Accepted, Backlog, Claim, Committed, Conversation, Lease, MemoryStore, NewEvent, NewRow, Row,
        Settled, Settlement, Store, StoreError, Turn,
    },
};

#[derive(Debug)]
pub(crate) struct NoSend(pub(crate) MemoryStore);

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

    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        self.0.append(events, claim)
    }

    fn claim(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        self.0.claim(limit)
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

    fn release(&self, lease: Lease) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.release(lease)
    }

    fn enqueue(
        &self,
        conversation: Arc<Conversation>,
        rows: Vec<NewRow>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.0.enqueue(conversation, rows)
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        self.0.settle(row, settlement)
    }

    fn settle_echo(&self, conversation: &Conversation, key: &str) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.0.settle_echo(conversation, key)
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        self.0.backlog()
    }
}
