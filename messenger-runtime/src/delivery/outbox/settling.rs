//! Ends rows in the store, counts how, and tells whoever waits for them.

use std::{panic::AssertUnwindSafe, sync::Arc};

use tokio::time::{Instant, sleep};

use super::{Held, Outgoing, SendError, ended::Ended, given_up, policy, waiting::Became};
use crate::store::{Conversation, Row, Settled, Settlement, StoreError};

/// How often the store is asked to settle a row before the row is left to it.
const SETTLE_TRIES: u32 = 300;

impl Outgoing {
    /// Ends the row in the store and gives the one behind it, if it is due.
    pub(super) async fn settle(&self, row: Row, ended: Ended) -> Option<(Row, Held)> {
        let asked = Instant::now();
        let (key, conversation) = (Arc::clone(&row.new.key), Arc::clone(&row.conversation));
        let settled = match self.settle_in_store(row, ended.settlement(self.waits.echo)).await {
            Ok(settled) => settled,
            Err(error) => {
                self.health
                    .failed("a send could not be settled; its row is in doubt", &error);
                return None;
            }
        };
        self.health.worked();
        let has_to_wait = matches!(ended, Ended::PagePaused(_));
        let next = settled.next.map(|row| {
            let held = self.leases.row(&row, asked);
            (row, held)
        });
        let ended = if settled.echoed { Ended::Sent } else { ended };
        let outcome = ended.as_str();
        tracing::debug!(?conversation, key = &*key, cause = ended.cause(), outcome, "send");
        if let (Ended::GivenUp(cause, _), Some(hook)) = (&ended, self.on_given_up.get()) {
            // Somebody else may have the row since, or it was erased.
            if self.is_dead_letter(&conversation, &key).await {
                given_up::tell(hook, &conversation, &key, cause);
            }
        }
        self.account(&key, &conversation, ended);
        if has_to_wait {
            // The page may have resumed since it was told to wait. The provider is the user's, and the next row has
            // to go on whatever it does.
            let admits = || {
                let token = self.pages.token_of(&*self.provider, &conversation.page);
                self.pages.admits_by_now(&conversation, token)
            };
            if std::panic::catch_unwind(AssertUnwindSafe(admits)).unwrap_or_default() {
                self.hasten(conversation.object, &conversation.page).await;
            }
        }
        next
    }

    /// A row that the platform took and the store still has would be sent again, so the store is asked until it
    /// can.
    async fn settle_in_store(&self, row: Row, settlement: Settlement) -> Result<Settled, StoreError> {
        let mut tries = 1;
        loop {
            match self.store.settle(row.clone(), settlement.clone()).await {
                Err(error @ (StoreError::Unavailable(_) | StoreError::NoSpace(_)))
                    if tries < SETTLE_TRIES =>
                {
                    tracing::warn!(%error, tries, "a send could not be settled yet");
                    tries += 1;
                    sleep(self.waits.store).await;
                }
                settled => return settled,
            }
        }
    }

    /// Counts how a send ended and tells whoever waits for it.
    fn account(&self, key: &Arc<str>, conversation: &Arc<Conversation>, ended: Ended) {
        let counters = &self.counters;
        match ended {
            Ended::Sent => {
                counters.sent.one();
                self.waiters.tell(key, Ok(Became::Taken));
            }
            Ended::Paused => self.waiters.tell(key, Ok(Became::Taken)),
            Ended::Pausing(wait) => self.waiters.put_off(key, wait),
            Ended::Paced(wait) => {
                counters.paced.one();
                self.waiters.put_off(key, wait);
            }
            Ended::PagePaused(_) => self.waiters.tell_page_paused(key),
            Ended::Again(wait) => {
                counters.retried.one();
                self.waiters.put_off(key, wait);
            }
            Ended::InDoubt => {
                counters.retried.one();
                counters.doubtful.one();
                self.waiters.put_off(key, self.waits.echo);
            }
            Ended::GivenUp(cause, error) => {
                counters.given_up.one();
                if cause.code == policy::WINDOW_CLOSED {
                    counters.window_closed.one();
                }
                let code = &*cause.code;
                tracing::error!(
                    ?conversation,
                    key = &**key,
                    cause = code,
                    "a send was given up and is kept as a dead letter: {cause}"
                );
                let told = error.map_or_else(|| SendError::GivenUp(cause), SendError::Graph);
                self.waiters.tell(key, Err(told));
            }
        }
    }
}
