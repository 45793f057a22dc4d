//! Queuing rows from outside a commit, and waiting until they are settled.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::oneshot,
    time::{Instant, sleep, timeout},
};

use super::{Outgoing, graph_of};
use crate::{
    graph::GraphError,
    message::{BoxError, LimitErrors},
    store::{Cause, Conversation, DeadKind, DeadLetter, DeadLetters, Enqueue, Enqueued, NewRow, StoreError},
};

/// How often is looked whether another process has settled a row.
const LOOK: Duration = Duration::from_secs(1);
/// How often a store that is away is asked to take the rows of a turn.
const TRIES: u32 = 10;
/// How long a handler waits for a row of its `Chat` that does not leave: it has a place that others need.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why a message that was to be sent is not on its way, or was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// It breaks limits of the platform; nothing was queued.
    #[error(transparent)]
    Limits(#[from] LimitErrors),
    /// It could not be made into a reply; nothing was queued.
    #[error(transparent)]
    Reply(BoxError),
    /// The bot does not serve the page (MSG651); nothing was queued.
    #[error("MSG651: this bot does not serve {0}; add it to the configured pages")]
    NotServed(Arc<str>),
    /// The bot is stopping (MSG652); nothing was queued.
    #[error("MSG652: the bot is stopping; send it again when it is up")]
    Stopping,
    /// The store did not take it. It may be queued only where it is [`StoreError::Unavailable`].
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The page cannot send for now (MSG650). The message waits in the outbox and goes when the page can.
    #[error(
        "MSG650: the page cannot send for now, because its token is dead or the platform restricts it; the message \
         waits and goes when the page can send again"
    )]
    PagePaused,
    /// The Graph API refused it for good, or too often. It is kept as a dead letter.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// It was given up for another reason. It is kept as a dead letter.
    #[error("{0}")]
    GivenUp(Cause),
    /// The conversation was erased before it was sent (MSG655). It is gone.
    #[error("MSG655: the conversation was erased before the message was sent; nothing of it is left")]
    Erased,
    /// The bot stopped before it was settled. It waits in the outbox.
    #[error("MSG653: the bot stopped before the message was sent; it waits in the outbox of the store")]
    Unsettled,
}

/// What became of a row, for whoever waits for it.
pub(super) type Told = Result<Became, SendError>;

/// What became of a row that was not given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    /// The platform took it.
    Taken,
    /// It stays in the outbox for longer than is waited for.
    Waits,
}

/// For how long somebody waits for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// Until it is settled, or its page cannot send.
    Settled,
    /// The same, but not while it does not leave.
    PutOff,
}

/// Those who wait for rows. Each entry is as long there as the future that waits.
#[derive(Default)]
pub(super) struct Waiters {
    by_key: Mutex<HashMap<Arc<str>, Entry>>,
    /// Whether nobody is told anything any more; changes under the lock.
    closed: AtomicBool,
}

struct Entry {
    conversation: Arc<Conversation>,
    number: u64,
    until: Until,
    since: Instant,
    begun: Option<oneshot::Sender<()>>,
    tell: oneshot::Sender<Told>,
}

impl Entry {
    /// Tells that the row waits, for as long as nobody knows, because its page cannot send.
    fn tell_paused(self) {
        let told = match self.until {
            Until::Settled => Err(SendError::PagePaused),
            Until::PutOff => Ok(Became::Waits),
        };
        // Nobody listens any more where the handler has overrun its time.
        let _ = self.tell.send(told);
    }
}

/// Somebody who waits for a row.
pub(super) struct Waiter<'w> {
    waiters: &'w Waiters,
    key: Arc<str>,
    number: u64,
    begun: oneshot::Receiver<()>,
    told: oneshot::Receiver<Told>,
}

impl Waiters {
    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Entry>> {
        self.by_key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait_for(
        &self,
        key: &Arc<str>,
        conversation: &Arc<Conversation>,
        until: Until,
    ) -> Waiter<'_> {
        let (tell, told) = oneshot::channel();
        let (begin, begun) = oneshot::channel();
        let mut by_key = self.lock();
        let number = by_key.get(key).map_or(0, |entry| entry.number + 1);
        let entry = Entry {
            conversation: Arc::clone(conversation),
            number,
            until,
            since: Instant::now(),
            begun: Some(begin),
            tell,
        };
        // Without an entry the sender is gone, and the wait ends at once.
        if !self.closed.load(Ordering::Relaxed) {
            by_key.insert(Arc::clone(key), entry);
        }
        drop(by_key);
        Waiter {
            waiters: self,
            key: Arc::clone(key),
            number,
            begun,
            told,
        }
    }

    /// The row is on its way to the platform.
    pub(super) fn begun(&self, key: &str) {
        let begun = self.lock().get_mut(key).and_then(|entry| entry.begun.take());
        if let Some(begun) = begun {
            let _ = begun.send(());
        }
    }

    /// The row comes back after `wait`: tells those for whom that is too long.
    pub(super) fn put_off(&self, key: &str, wait: Duration) {
        let mut by_key = self.lock();
        let is_too_long = |entry: &Entry| {
            entry.until == Until::PutOff && entry.since.elapsed().saturating_add(wait) > PATIENCE
        };
        if by_key.get(key).is_some_and(is_too_long)
            && let Some(entry) = by_key.remove(key)
        {
            let _ = entry.tell.send(Ok(Became::Waits));
        }
    }

    pub(super) fn tell(&self, key: &str, told: Told) {
        let entry = self.lock().remove(key);
        if let Some(entry) = entry {
            // Nobody listens any more where the handler has overrun its time.
            let _ = entry.tell.send(told);
        }
    }

    /// Tells all who wait, and who come later, that their rows are not settled here any more.
    pub(super) fn close(&self) {
        let mut by_key = self.lock();
        self.closed.store(true, Ordering::Relaxed);
        by_key.clear();
    }

    /// Tells whoever waits for the row that its page is paused.
    pub(super) fn tell_page_paused(&self, key: &str) {
        let entry = self.lock().remove(key);
        if let Some(entry) = entry {
            entry.tell_paused();
        }
    }

    /// Tells all who wait for a row of this conversation's page that the page is paused.
    pub(super) fn tell_paused(&self, this: &Conversation) {
        let is_of_page = |entry: &Entry| {
            let Conversation { object, page, .. } = &*entry.conversation;
            (*object, page) == (this.object, &this.page)
        };
        let told: Vec<_> = self.lock().extract_if(|_, entry| is_of_page(entry)).collect();
        told.into_iter().for_each(|(_, entry)| entry.tell_paused());
    }

    /// Tells all who wait for a row of this conversation that nothing of it is left.
    pub(super) fn tell_erased(&self, this: &Conversation) {
        let is_of = |entry: &Entry| *entry.conversation == *this;
        let told: Vec<_> = self.lock().extract_if(|_, entry| is_of(entry)).collect();
        for (_, entry) in told {
            let _ = entry.tell.send(Err(SendError::Erased));
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }
}

impl Waiter<'_> {
    /// What became of the row, once that is known here.
    pub(super) async fn told(&mut self) -> Told {
        (&mut self.told).await.unwrap_or(Err(SendError::Unsettled))
    }

    /// Waits until the row is on its way, or something became of it.
    async fn begun_or_told(&mut self) -> Option<Told> {
        tokio::select! {
            biased;
            told = &mut self.told => Some(told.unwrap_or(Err(SendError::Unsettled))),
            Ok(()) = &mut self.begun => None,
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut by_key = self.waiters.lock();
        // A later one may wait for the same row.
        if by_key
            .get(&self.key)
            .is_some_and(|entry| entry.number == self.number)
        {
            by_key.remove(&self.key);
        }
    }
}

impl Outgoing {
    /// Queues the rows behind all that the conversation has still to send, and waits until the platform has
    /// taken them. Rows that an earlier run of the same turn has sent are not sent again.
    pub(crate) async fn send_and_wait(&self, enqueue: Enqueue) -> Result<(), SendError> {
        self.send_until(Until::Settled, enqueue).await.map(drop)
    }

    /// The same for a handler that holds up others: where a row has to wait for longer than a moment, that it is
    /// kept is good enough.
    pub(crate) async fn send_for_a_while(&self, enqueue: Enqueue) -> Result<(), SendError> {
        self.send_until(Until::PutOff, enqueue).await.map(drop)
    }

    async fn send_until(&self, until: Until, enqueue: Enqueue) -> Told {
        let waiters: Vec<_> = enqueue
            .rows
            .iter()
            .map(|row| self.waiters.wait_for(&row.key, &enqueue.conversation, until))
            .collect();
        let became = self.queue_patiently(enqueue.clone()).await?;
        for ((became, waiter), row) in became.into_iter().zip(waiters).zip(&enqueue.rows) {
            let became = match became {
                Enqueued::Sent | Enqueued::Known => Became::Taken,
                Enqueued::GivenUp => return Err(self.given_up(&enqueue, &row.key).await),
                // It may stand behind one that waits, which nobody would tell.
                Enqueued::Waiting if self.is_paused(&enqueue.conversation) => match until {
                    Until::Settled => return Err(SendError::PagePaused),
                    Until::PutOff => Became::Waits,
                },
                Enqueued::Waiting => self.settled(waiter, until, &enqueue, row).await?,
            };
            // Those behind it wait as long at least.
            if became == Became::Waits {
                return Ok(Became::Waits);
            }
        }
        Ok(Became::Taken)
    }

    /// A turn's rows are known by their keys, so asking again queues nothing twice; and a handler that failed here
    /// would make a dead letter of an event because the store was away for a moment.
    async fn queue_patiently(&self, enqueue: Enqueue) -> Result<Vec<Enqueued>, StoreError> {
        let mut tries = 1;
        loop {
            match self.store.enqueue(enqueue.clone()).await {
                Err(error @ StoreError::Unavailable(_)) if enqueue.turn.is_some() && tries < TRIES => {
                    self.health.failed("a message could not be queued yet", &error);
                    tries += 1;
                    sleep(self.waits.store).await;
                }
                queued => return queued,
            }
        }
    }

    async fn settled(&self, mut waiter: Waiter<'_>, until: Until, enqueue: &Enqueue, row: &NewRow) -> Told {
        if until == Until::PutOff {
            match timeout(PATIENCE, waiter.begun_or_told()).await {
                Ok(None) => {}
                Ok(Some(told)) => return told,
                Err(_elapsed) => return Ok(Became::Waits),
            }
        }
        loop {
            // Another process may have taken the row, or an echo that came with events for which there was no room:
            // nobody is told here.
            match timeout(LOOK, waiter.told()).await {
                Ok(told) => return told,
                Err(_elapsed) => {
                    if let Some(told) = self.look_up(enqueue, row).await? {
                        return told;
                    }
                }
            }
        }
    }

    /// Deletes everything about a conversation, here and in the store; whether there was anything.
    pub(crate) async fn erase(&self, conversation: &Conversation) -> Result<bool, StoreError> {
        let erased = self.store.erase(conversation).await?;
        if let Some(person) = &conversation.person {
            graph_of(&self.client, conversation).forget_profile(person);
        }
        self.waiters.tell_erased(conversation);
        Ok(erased)
    }

    /// What became of a row that waited before; `None` while it still does.
    async fn look_up(&self, enqueue: &Enqueue, row: &NewRow) -> Result<Option<Told>, StoreError> {
        let became = if enqueue.turn.is_some() {
            let again = Enqueue {
                rows: vec![row.clone()],
                once: None,
                ..enqueue.clone()
            };
            self.queue_patiently(again).await?.first().copied()
        } else {
            self.kept(enqueue, row).await?
        };
        Ok(match became {
            None | Some(Enqueued::Waiting) => None,
            Some(Enqueued::Sent | Enqueued::Known) => Some(Ok(Became::Taken)),
            Some(Enqueued::GivenUp) => Some(Err(self.given_up(enqueue, &row.key).await)),
        })
    }

    /// What became of a row that no turn queued: it stands in the outbox, or among the dead letters, or it left.
    async fn kept(&self, enqueue: &Enqueue, row: &NewRow) -> Result<Option<Enqueued>, StoreError> {
        let Some(dossier) = self.store.dossier(&enqueue.conversation).await? else {
            return Ok(Some(Enqueued::Sent));
        };
        let has_key = |json: &str| serde_json::from_str::<NewRow>(json).is_ok_and(|kept| kept.key == row.key);
        if dossier.rows.iter().any(|kept| has_key(kept)) {
            return Ok(Some(Enqueued::Waiting));
        }
        let is_dead = dossier.dead_letters.iter().any(|letter| letter.key == *row.key);
        Ok(Some(if is_dead {
            Enqueued::GivenUp
        } else {
            Enqueued::Sent
        }))
    }

    /// Whether the row is kept as a dead letter.
    pub(super) async fn is_dead_letter(&self, conversation: &Conversation, key: &str) -> bool {
        matches!(self.letter_of(conversation, key).await, Ok(Some(_)))
    }

    /// The error of a row that was given up where nobody here was told.
    async fn given_up(&self, enqueue: &Enqueue, key: &str) -> SendError {
        match self.letter_of(&enqueue.conversation, key).await {
            Ok(Some(letter)) => SendError::GivenUp(letter.cause),
            Ok(None) => SendError::GivenUp(Cause::new(
                "MSG654",
                "the message was given up before, and its dead letter is gone",
            )),
            Err(error) => error.into(),
        }
    }

    async fn letter_of(
        &self,
        conversation: &Conversation,
        key: &str,
    ) -> Result<Option<DeadLetter>, StoreError> {
        let mut which = DeadLetters {
            kind: Some(DeadKind::Message),
            conversation: Some(conversation.clone()),
            ..DeadLetters::default()
        };
        loop {
            let letters = self.store.dead_letters(which.clone()).await?;
            let Some(last) = letters.last() else {
                return Ok(None);
            };
            which.after = last.id;
            if let Some(letter) = letters.into_iter().find(|letter| letter.key == key) {
                return Ok(Some(letter));
            }
        }
    }
}
