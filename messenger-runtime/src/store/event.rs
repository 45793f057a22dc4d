//! What comes in: conversations, events, claims.

use std::{fmt, sync::Arc, time::SystemTime};

use serde::{Deserialize, Serialize};

use super::{Cause, NewRow, Pseudonym, Row, TimerChange};
use crate::event::{Channel, Object};

/// Whom events and messages belong to: a person who talks to a page, or a page itself.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Conversation {
    /// Page or Instagram account.
    pub object: Object,
    /// Its id.
    pub page: Arc<str>,
    /// The person's id in the scope of the page; `None` for events without a person.
    pub person: Option<Box<str>>,
}

/// Shows the person by the name that they have in this process's log.
impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}/{}/", self.object, self.page)?;
        match &self.person {
            Some(person) => write!(f, "{}", Pseudonym::of(&self.page, person)),
            None => f.write_str("-"),
        }
    }
}

/// An event as it is kept: with its [`Conversation`], what [`Item`](crate::event::Item) is built from again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// The array it stood in.
    pub channel: Channel,
    /// The field of a change, the name of a timer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    /// When the person opened the conversation's 24 hours by it; `None` for events that do not.
    pub opens: Option<SystemTime>,
    /// The key of the outgoing row whose echo it is.
    pub echoes: Option<Arc<str>>,
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
    /// The keys of the rows that left the outbox because their echo was among the events.
    pub settled: Vec<Arc<str>>,
}

/// The right to commit one turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The conversation.
    pub conversation: Arc<Conversation>,
    /// Rises with every claim of the conversation; the next event that [`commit`](super::Store::commit)
    /// hands on keeps it.
    pub epoch: u64,
}

/// A conversation with its oldest event. `Debug` shows neither what was said nor the state.
#[derive(Clone)]
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
    /// When the person last opened the conversation's 24 hours, where that is known.
    pub opened: Option<SystemTime>,
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("lease", &self.lease)
            .field("key", &hex::encode(self.key))
            .field("event", &self.event)
            .field("claims", &self.claims)
            .field("state", &self.state.as_deref().map(Bytes::of))
            .field("opened", &self.opened)
            .finish()
    }
}

/// How long something is that is not shown.
struct Bytes(usize);

impl Bytes {
    fn of(hidden: impl AsRef<[u8]>) -> Self {
        Self(hidden.as_ref().len())
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0)
    }
}

/// What a turn changes. `Debug` shows neither what is sent nor the state.
#[derive(Clone)]
pub struct Turn {
    /// The right to change it.
    pub lease: Lease,
    /// The new state, where the turn changed it.
    pub state: Option<StateChange>,
    /// What is to be sent.
    pub rows: Vec<NewRow>,
    /// Timers to set and cancel, in this order.
    pub timers: Vec<TimerChange>,
    /// State that could not be read, each to be kept as a [dead letter](super::DeadLetter) with its cause.
    pub unreadable: Vec<(String, Cause)>,
    /// Why the event was not handled: it is kept as a [dead letter](super::DeadLetter).
    pub failed: Option<Cause>,
    /// Whether the caller can send the first row at once.
    pub send: bool,
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unreadable = self.unreadable.iter();
        let unreadable: Vec<_> = unreadable
            .map(|(body, cause)| (Bytes::of(body), &cause.code))
            .collect();
        f.debug_struct("Turn")
            .field("lease", &self.lease)
            .field("state", &self.state)
            .field("rows", &self.rows)
            .field("timers", &self.timers)
            .field("unreadable", &unreadable)
            .field("failed", &self.failed.as_ref().map(|cause| &cause.code))
            .field("send", &self.send)
            .finish()
    }
}

/// What a worker goes on with after its turn.
#[derive(Debug, Clone, Default)]
pub struct Committed {
    /// The conversation's next event; `None` where the conversation was given back.
    pub next: Option<Claim>,
    /// The first row of the turn, leased to the caller.
    pub row: Option<Row>,
}

/// A change of a conversation's state. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub enum StateChange {
    /// There is nothing to remember.
    Clear,
    /// The state from now on.
    Set(Arc<[u8]>),
}

impl fmt::Debug for StateChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clear => f.write_str("Clear"),
            Self::Set(state) => f.debug_tuple("Set").field(&Bytes::of(state)).finish(),
        }
    }
}
