//! The storage port: what the delivery engine asks of a store, and the engines behind it.
//!
//! A store keeps three queues for each conversation and changes them in single steps:
//!
//! ```text
//! append ──► inbox ──► claim ──► (a turn runs) ──► commit ──► outbox ──► claim_outbox ──► (a send) ──► settle
//!            once per key        one conversation at a time               one in flight per conversation
//! ```
//!
//! `append` and `commit` may hand what they queue straight to their caller: the two claims are for what
//! waited, came back or became due.
//!
//! * [`append`](Store::append) takes events that the platform delivered. When it returns, they are kept;
//!   an event whose key is known is a duplicate and changes nothing.
//! * [`claim`](Store::claim) leases a conversation with its oldest event to one worker, and counts the claim
//!   before the worker sees the event. The lease carries an *epoch*: whoever commits with an older epoch
//!   has lost the conversation and changes nothing.
//! * [`commit`](Store::commit) ends the turn in one step: the event is consumed or becomes a dead letter, the
//!   conversation's state is replaced, timers are set, the outgoing rows join those already waiting.
//! * [`claim_outbox`](Store::claim_outbox) and [`settle`](Store::settle) send the rows of a conversation
//!   one after the other, in order. That a row is in flight is kept too: one that a dead process left so
//!   is in doubt afterwards.
//! * What cannot be handled, sent or read is kept as a [`DeadLetter`], to be looked at, replayed or discarded.
//!
//! Every change is durable when its future returns. Times are the store's own: waits are counted from
//! when it makes the change, so that no two nodes need the same clock.
//!
//! | engine | for |
//! |---|---|
//! | [`MemoryStore`] | tests and first steps: everything is gone with the process |
//! | [`SqliteStore`] | one process on one machine; the default |
//! | `PostgresStore` (feature `postgres`) | several nodes |
//!
//! The feature `conformance` holds the tests that each of them passes, for those who write another.

#[cfg(feature = "conformance")]
pub mod conformance;
mod dead;
mod error;
mod event;
mod location;
mod memory;
mod person;
#[cfg(feature = "postgres")]
mod postgres;
mod pseudonym;
mod row;
#[cfg(test)]
mod secrecy;
mod shared;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::{fmt, time::Duration};

use dead::Vanished;
pub use dead::{Cause, DeadKind, DeadLetter, DeadLetters, Replayed};
pub use error::StoreError;
pub use event::{
    Accepted, Appended, Claim, Committed, Conversation, EventKey, Lease, NewEvent, StateChange, StoredEvent,
    Turn,
};
pub(crate) use location::open;
pub use location::{OpenError, StoreLocation, UnknownStore};
pub use memory::MemoryStore;
pub use person::Dossier;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresOptions, PostgresStore};
pub(crate) use pseudonym::Pseudonym;
pub use row::{Enqueue, Enqueued, NewRow, Row, Settled, Settlement, TimerChange};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteStore};

use crate::{BoxFuture, event::Object};

/// Keeps events, conversations and outgoing messages.
///
/// All errors beside those named at a method are [`StoreError::Unavailable`] and [`StoreError::Broken`].
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// How long leases of turns and rows hold unless [renewed](Self::renew); `None` where they hold as long as
    /// the process, because no other one can have the store.
    fn lease(&self) -> Option<Duration> {
        None
    }

    /// Keeps `events`, all or none, in their order; for each, whether it was new.
    ///
    /// In the same step, whether new or not: [`NewEvent::opens`] moves the conversation's 24 hours on (never
    /// back), and [`NewEvent::echoes`] settles the row of this key where it is in doubt, or notes for
    /// [`settle`](Self::settle) that the platform took it where it is in flight. The row stands in the
    /// conversation of the event or in that of its page. A row is in doubt from the first send that ended so
    /// until it leaves; one that was never sent, or failed for sure each time, is left alone. Echoes do this also
    /// where the events are refused for want of room, or their rows would be sent again before they come back.
    ///
    /// Where nothing else is kept of a conversation, a store may forget when its 24 hours were opened.
    ///
    /// In the same step, too, up to `claim` conversations are leased to the caller, as by
    /// [`claim`](Self::claim), which gives the others. A store may lease fewer than it could, or none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`] where the queue is at its bound, or twice as many rows as it may hold events are
    /// waiting; [`StoreError::NoSpace`] where the disk is nearly full: nothing was kept.
    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>>;

    /// Waits until a conversation has an event and nobody at work on it, and leases up to `limit` of these,
    /// those that waited longest first: since their event came while nobody was at work. Where those stand that
    /// were given back or left behind is the store's choice.
    ///
    /// Each claim counts, but for those [released](Self::release) untried. An event that counts two claims is
    /// a *suspect*: it may be what ended the process. Suspects are leased only where `suspects` allows it, one
    /// at most, so that they take no others with them.
    ///
    /// A timer that ran out is an event from then on. A store may take until its next claim to queue it: what is
    /// appended meanwhile may then stand before it, what came earlier always does.
    ///
    /// The future may be dropped at any time without losing a claim for good.
    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>>;

    /// Makes leases hold for another [`lease`](Self::lease) from now on. Gives those that are lost.
    fn renew(&self, turns: Vec<Lease>, rows: Vec<Row>) -> BoxFuture<'_, Result<Lost, StoreError>> {
        let _ = (turns, rows);
        Box::pin(std::future::ready(Ok(Lost::default())))
    }

    /// Ends a turn in one step. Gives the conversation's next event under the same lease, or frees it.
    ///
    /// A row whose key stands in the outbox already is left out. What [`Enqueue::turn`] had the store
    /// remember is forgotten. There is a next event wherever one was queued; that of a timer which has
    /// just run out may be left to [`claim`](Self::claim).
    ///
    /// Where [`Turn::send`] asks for it and no row of the conversation was waiting or in flight, the first of
    /// the turn's rows is leased to the caller in the same step, as by [`claim_outbox`](Self::claim_outbox).
    /// It may be left to that instead.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeaseLost`] where another worker has the conversation, [`StoreError::Refused`]: nothing
    /// was changed.
    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>>;

    /// Gives a conversation back with its event untouched, for somebody else to claim. The claim does not count
    /// unless the event was `tried`.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeaseLost`] where another worker has the conversation.
    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Adds outgoing rows outside the commit of a turn, behind those that wait; for each, what became of it.
    /// What a turn's rows became is remembered over a restart too. [`Enqueue::once`] is known from now on as
    /// the key of an event is.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeaseLost`] where [`Enqueue::turn`] is void. Outside a turn [`StoreError::Full`] where rows
    /// are at their bound, as for [`append`](Self::append), and [`StoreError::NoSpace`]: nothing was queued. A
    /// turn's rows are always taken: where no more events come, only timers bring more turns.
    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>>;

    /// Waits until conversations have a row that is due and none in flight, and leases up to `limit`.
    ///
    /// A row that was left in flight, by a process that ended or by a holder whose lease ran out, counts
    /// one doubt more and no attempt, since it may not have left, and is due 10 seconds after it was found so: time for
    /// its echo.
    ///
    /// The future may be dropped at any time without losing a row for good.
    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>>;

    /// Ends a send. Gives the conversation's next row, if it is due, or frees its outbox. A row whose echo
    /// came while it was in flight leaves the outbox as sent, whatever the settlement says. One that
    /// somebody else holds since, or that has left the outbox, changes nothing.
    ///
    /// Where the lease lapsed and nobody holds the row since, [`Settlement::Done`] is as good as its echo: the row
    /// leaves the outbox, and is not sent again.
    ///
    /// A row that is to be tried again after no time at all may be given at once or left to
    /// [`claim_outbox`](Self::claim_outbox).
    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>>;

    /// Makes every row of `page` that waits for a time due now, except those with a [doubt](Row::doubts): they
    /// wait for their echoes.
    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Lists dead letters.
    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>>;

    /// One dead letter.
    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>>;

    /// Queues a dead letter again, with no attempts counted. An event gets the [key](replay_key) of its
    /// replay and is no duplicate; a message keeps its key, and waits again whatever a running turn
    /// remembers of it.
    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>>;

    /// Deletes a dead letter; whether there was one.
    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Everything about one conversation, or `None` where nothing is kept.
    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>>;

    /// Deletes everything about one conversation, so that not a byte of it is left in the store's files; whether
    /// there was anything. A turn or send under way has lost its lease by it, for good: the epochs of the
    /// conversation rise on. The keys by which duplicates are known stay; they name nobody.
    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// How much is waiting.
    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>>;

    /// Whether events can be kept now.
    ///
    /// # Errors
    ///
    /// What [`append`](Self::append) would fail with.
    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Ends the work on the store: leases are freed, files closed. What is asked of it afterwards may fail.
    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}

/// Leases that are not their holder's any more.
#[derive(Debug, Clone, Default)]
pub struct Lost {
    /// Of turns.
    pub turns: Vec<Lease>,
    /// Of rows, by key.
    pub rows: Vec<std::sync::Arc<str>>,
}

/// How much is waiting in a store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Events not yet consumed, those being handled included.
    pub events: usize,
    /// Outgoing rows not yet settled.
    pub rows: usize,
    /// Dead letters.
    pub dead_letters: usize,
    /// For how long the oldest of the events has been waiting.
    pub oldest_event: Option<Duration>,
    /// For how long the oldest of the rows has been waiting.
    pub oldest_row: Option<Duration>,
}

impl Backlog {
    /// Whether nothing waits; dead letters wait for nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events == 0 && self.rows == 0
    }
}

/// The key that an event has when its dead letter `id` is replayed: another one, or its turn would be taken
/// for the one that failed.
#[must_use]
pub fn replay_key(key: EventKey, id: u64) -> EventKey {
    use sha2::{Digest as _, Sha256};
    let digest: [u8; 32] = Sha256::new_with_prefix(b"replay")
        .chain_update(key)
        .chain_update(id.to_le_bytes())
        .finalize()
        .into();
    let mut replayed = [0; 16];
    replayed.copy_from_slice(&digest[..16]);
    replayed
}
