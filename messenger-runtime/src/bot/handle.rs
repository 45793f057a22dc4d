//! A running bot, seen from outside its turns.

use std::{fmt, sync::Arc};

use crate::{
    Bot,
    delivery::{Counts, Engine, Outgoing, PausedPage},
    event::Event,
    routing::{Explanation, Situation},
    store::{Backlog, Conversation, DeadLetter, DeadLetters, Dossier, Replayed, Store, StoreError},
};

/// A running bot, seen from outside its turns; made by [`BotService::handle`](crate::BotService::handle). Cheap to
/// clone.
///
/// ```no_run
/// use messenger_runtime::{Handle, store::{DeadKind, DeadLetters, Replayed}};
///
/// /// Has everything handled again whose handler panicked, once that is mended.
/// async fn again(bot: &Handle) -> Result<usize, messenger_runtime::store::StoreError> {
///     let events = DeadLetters { kind: Some(DeadKind::Event), ..DeadLetters::default() };
///     let mut replayed = 0;
///     for letter in bot.dead_letters(events).await? {
///         if bot.replay(letter.id).await? == Replayed::Queued {
///             replayed += 1;
///         }
///     }
///     Ok(replayed)
/// }
/// ```
#[derive(Clone)]
pub struct Handle {
    pub(super) inner: Arc<dyn Inside>,
}

impl Handle {
    pub(super) fn of<B: Bot>(engine: &Arc<Engine<B>>) -> Self {
        Self {
            inner: Arc::clone(engine) as Arc<dyn Inside>,
        }
    }

    /// What happened since the bot started, in numbers.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.inner.counts()
    }

    /// The pages that cannot send for now, because their token is dead or the platform restricts them. Their
    /// messages wait in the outbox. One of them leaves each minute to see whether the page can send again (each
    /// ten minutes for a page that is restricted), and at once when the provider has another token.
    #[must_use]
    pub fn paused_pages(&self) -> Vec<PausedPage> {
        self.inner.outgoing().paused_pages()
    }

    /// Whether the bot is about to stop, or has: it is not ready for more.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.inner.is_draining()
    }

    /// How much is waiting.
    ///
    /// # Errors
    ///
    /// The store cannot tell.
    pub async fn backlog(&self) -> Result<Backlog, StoreError> {
        self.inner.store().backlog().await
    }

    /// As [`Bot::explain`], with the routes already sorted.
    #[must_use]
    pub fn explain(&self, event: &Event<'_>) -> Explanation {
        self.inner.explain(event)
    }

    /// Whether events can be taken: `Ok(false)` while the bot drains.
    ///
    /// # Errors
    ///
    /// The store cannot keep events now, and why: it is full, or its disk, or it cannot be reached.
    pub async fn ready(&self) -> Result<bool, StoreError> {
        if self.inner.is_draining() {
            return Ok(false);
        }
        self.inner.store().ready().await.map(|()| true)
    }

    /// What could not be handled, sent or read, oldest first.
    ///
    /// # Errors
    ///
    /// The store cannot tell.
    pub async fn dead_letters(&self, which: DeadLetters) -> Result<Vec<DeadLetter>, StoreError> {
        self.inner.store().dead_letters(which).await
    }

    /// One dead letter.
    ///
    /// # Errors
    ///
    /// The store cannot tell.
    pub async fn dead_letter(&self, id: u64) -> Result<Option<DeadLetter>, StoreError> {
        self.inner.store().dead_letter(id).await
    }

    /// Has a dead letter handled or sent again, behind what waits in its conversation.
    ///
    /// # Errors
    ///
    /// The store could not queue it.
    pub async fn replay(&self, id: u64) -> Result<Replayed, StoreError> {
        self.inner.store().replay(id).await
    }

    /// Deletes a dead letter for good; whether there was one.
    ///
    /// # Errors
    ///
    /// The store could not delete it.
    pub async fn discard(&self, id: u64) -> Result<bool, StoreError> {
        self.inner.store().discard(id).await
    }

    /// Everything that is kept about a conversation, for a person who asks; `None` where nothing is.
    ///
    /// What the bot's own handlers keep elsewhere is theirs to tell.
    ///
    /// # Errors
    ///
    /// The store cannot tell.
    pub async fn dossier(&self, conversation: &Conversation) -> Result<Option<Dossier>, StoreError> {
        self.inner.store().dossier(conversation).await
    }

    /// Deletes everything that is kept about a conversation, for good, the person's cached profile included;
    /// whether there was anything in the store. A turn or send of it that is under way is void.
    ///
    /// What the bot's own handlers keep elsewhere is theirs to delete.
    ///
    /// # Errors
    ///
    /// The store could not delete it.
    pub async fn erase(&self, conversation: &Conversation) -> Result<bool, StoreError> {
        self.inner.outgoing().erase(conversation).await
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("counts", &self.counts()).finish()
    }
}

/// What a handle reaches of the engine, whatever the bot.
pub(super) trait Inside: Send + Sync {
    fn counts(&self) -> Counts;
    fn store(&self) -> &dyn Store;
    fn is_draining(&self) -> bool;
    fn explain(&self, event: &Event<'_>) -> Explanation;
    fn outgoing(&self) -> &Outgoing;
    fn serves(&self, page: &str) -> bool;
    /// Whether nothing new is sent any more.
    fn is_resting(&self) -> bool;
}

impl<B: Bot> Inside for Engine<B> {
    fn counts(&self) -> Counts {
        self.counters.snapshot()
    }

    fn store(&self) -> &dyn Store {
        &*self.store
    }

    fn is_draining(&self) -> bool {
        Self::is_draining(self)
    }

    fn explain(&self, event: &Event<'_>) -> Explanation {
        super::explain(&self.router, event, Situation::default())
    }

    fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    fn serves(&self, page: &str) -> bool {
        self.provider.serves(page)
    }

    fn is_resting(&self) -> bool {
        Self::is_resting(self)
    }
}
