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
//! * [`claim`](Store::claim) leases a conversation with its oldest event to one worker. The lease carries
//!   an *epoch*: whoever commits with an older epoch has lost the conversation and changes nothing.
//! * [`commit`](Store::commit) ends the turn in one step: the event is consumed, the conversation's state
//!   replaced, the outgoing rows added behind those already waiting.
//! * [`claim_outbox`](Store::claim_outbox) and [`settle`](Store::settle) send the rows of a conversation
//!   one after the other, in order.
//!
//! [`MemoryStore`] is the engine of this crate: everything is gone with the process, and the window in
//! which it knows duplicates is bounded.

mod memory;

use std::{fmt, sync::Arc, time::Duration};

pub use memory::MemoryStore;

use crate::{
    BoxFuture,
    event::{Channel, Object},
    message::{Action, Recipient},
};

/// Keeps events, conversations and outgoing messages.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Keeps `events`, all or none, in their order; for each, whether it was new.
    ///
    /// In the same step up to `claim` conversations are leased to the caller, as by [`claim`](Self::claim),
    /// which gives the others. A store may lease fewer than it could, or none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`] where the queue is at its bound: nothing was kept.
    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>>;

    /// Waits until a conversation has an event and nobody at work on it, and leases up to `limit` of these.
    ///
    /// The future may be dropped at any time without losing a claim.
    fn claim(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>>;

    /// Ends a turn in one step. Gives the conversation's next event under the same lease, or frees it.
    ///
    /// Where [`Turn::send`] asks for it and no row of the conversation was waiting or in flight, the first of
    /// the turn's rows is leased to the caller in the same step, as by [`claim_outbox`](Self::claim_outbox).
    /// It may be left to that instead.
    ///
    /// # Errors
    ///
    /// [`StoreError::LeaseLost`] where another worker has the conversation: nothing was changed.
    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>>;

    /// Gives a conversation back with its event untouched, for somebody else to claim.
    fn release(&self, lease: Lease) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Adds outgoing rows outside a turn, behind those that wait. A row whose key is known is left out.
    fn enqueue(
        &self,
        conversation: Arc<Conversation>,
        rows: Vec<NewRow>,
    ) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Waits until conversations have a row that is due and none in flight, and leases up to `limit`.
    ///
    /// The future may be dropped at any time without losing a row.
    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>>;

    /// Ends a send. Gives the conversation's next row, if it is due, or frees its outbox. A row whose echo
    /// came while it was in flight leaves the outbox, whatever the settlement says.
    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>>;

    /// Settles a doubtful row whose message the platform has just echoed; whether one waited for it. Of a
    /// row that is still in flight it notes the echo for [`settle`](Self::settle).
    fn settle_echo(&self, conversation: &Conversation, key: &str) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// How much is waiting.
    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>>;
}

/// Whom events and messages belong to: a person who talks to a page, or a page itself.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Conversation {
    /// Page or Instagram account.
    pub object: Object,
    /// Its id.
    pub page: Arc<str>,
    /// The person's id in the scope of the page; `None` for events without a person.
    pub person: Option<Box<str>>,
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}/{}/{}",
            self.object,
            self.page,
            self.person.as_deref().unwrap_or("-")
        )
    }
}

/// An event as it is kept: with its [`Conversation`], what [`Item`](crate::event::Item) is built from again.
#[derive(Clone)]
pub struct StoredEvent {
    /// The array it stood in.
    pub channel: Channel,
    /// The field of a change.
    pub field: Option<Box<str>>,
    /// Its JSON, as received.
    pub json: Box<str>,
}

impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredEvent({:?}, {} bytes)", self.channel, self.json.len())
    }
}

/// An event to keep.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Whose queue it joins.
    pub conversation: Conversation,
    /// What tells it from others: the same key again is a duplicate.
    pub key: EventKey,
    /// The event.
    pub event: StoredEvent,
}

/// What tells one event from another; see [`Event::duplicate_key`](crate::event::Event::duplicate_key).
pub type EventKey = [u8; 16];

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is kept and will be handled.
    Fresh,
    /// It is known; nothing was kept.
    Duplicate,
}

/// What came of keeping events.
#[derive(Debug, Clone, Default)]
pub struct Accepted {
    /// For each event, in their order, what became of it.
    pub events: Vec<Appended>,
    /// The conversations that were leased to the caller, each with its oldest event.
    pub claims: Vec<Claim>,
}

/// The right to commit one turn of a conversation.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The conversation.
    pub conversation: Arc<Conversation>,
    /// Rises with every claim of the conversation; the next event that [`commit`](Store::commit) hands on
    /// keeps it.
    pub epoch: u64,
}

/// A conversation with its oldest event.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The right to commit.
    pub lease: Lease,
    /// The event's key.
    pub key: EventKey,
    /// The event to handle.
    pub event: Arc<StoredEvent>,
    /// How often the event was claimed, this time included.
    pub claims: u32,
    /// The conversation's state, as the last turn left it.
    pub state: Option<Arc<[u8]>>,
}

/// What a turn changes.
#[derive(Debug)]
pub struct Turn {
    /// The right to change it.
    pub lease: Lease,
    /// The new state, where the turn changed it.
    pub state: Option<StateChange>,
    /// What is to be sent.
    pub rows: Vec<NewRow>,
    /// Whether the caller can send the first row at once.
    pub send: bool,
}

/// What a worker goes on with after its turn.
#[derive(Debug, Clone, Default)]
pub struct Committed {
    /// The conversation's next event; `None` where the conversation was given back.
    pub next: Option<Claim>,
    /// The first row of the turn, leased to the caller.
    pub row: Option<Row>,
}

/// A change of a conversation's state.
#[derive(Debug)]
pub enum StateChange {
    /// There is nothing to remember.
    Clear,
    /// The state from now on.
    Set(Arc<[u8]>),
}

/// A message or call to go out.
#[derive(Debug, Clone)]
pub struct NewRow {
    /// Unique for all time: the same key again is the same row.
    pub key: Arc<str>,
    /// To whom.
    pub to: Recipient,
    /// What.
    pub action: Action,
}

/// A row that its holder may send.
#[derive(Debug, Clone)]
pub struct Row {
    /// Whose outbox it stands in.
    pub conversation: Arc<Conversation>,
    /// What to send.
    pub new: Arc<NewRow>,
    /// How often it was tried before.
    pub attempts: u32,
    /// How many of these ended in doubt.
    pub doubts: u32,
}

/// How a send ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// The platform took it, or never will: it leaves the outbox.
    Done,
    /// It is to be tried again after this time; the rows behind it wait.
    Retry(Duration),
    /// It was not its turn yet, and nothing left. As [`Retry`](Self::Retry), but it does not count as a try.
    Postponed(Duration),
    /// The connection died after the request had left. It is tried again after this time unless its echo
    /// comes first.
    Doubtful(Duration),
}

/// What comes after a send.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// The conversation's next row, leased to the caller.
    pub next: Option<Row>,
    /// Whether the row's echo had come: the platform took it, however the send ended.
    pub echoed: bool,
}

/// How much is waiting in a store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Events not yet consumed, those being handled included.
    pub events: usize,
    /// Outgoing rows not yet settled.
    pub rows: usize,
}

/// Why a store could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The queue is at its bound (MSG601). The platform will deliver again.
    #[error("MSG601: the event queue is full; raise `queue_bound` or let the platform deliver again")]
    Full,
    /// Another worker has the conversation (MSG602): the turn is void.
    #[error("MSG602: another worker took over the conversation; this turn was dropped")]
    LeaseLost,
}
