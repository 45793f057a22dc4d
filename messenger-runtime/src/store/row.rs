//! What goes out: rows of the outbox, and how a send ends.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use super::{Cause, Conversation, EventKey, Lease};
use crate::message::{Action, Recipient};

/// A message or call to go out.
///
/// Serialises to the JSON in which stores keep it. `Debug` shows its key alone, neither the person nor what is said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRow {
    /// Unique for all time: the same key again is the same row.
    pub key: Arc<str>,
    /// To whom.
    pub to: Recipient,
    /// What.
    pub action: Action,
}

impl fmt::Debug for NewRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewRow")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Rows to queue outside the commit of a turn.
#[derive(Debug, Clone)]
pub struct Enqueue {
    /// Whose outbox they join, behind those that wait.
    pub conversation: Arc<Conversation>,
    /// The rows, in order.
    pub rows: Vec<NewRow>,
    /// The turn that still runs and queues them. Until it is committed the store remembers what became of
    /// them, so that the same turn, run again, does not send them twice.
    pub turn: Option<Lease>,
    /// Where it is known as the key of an event or of rows queued before, nothing is queued.
    pub once: Option<EventKey>,
}

/// What became of a row that was to be queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It waits in the outbox, from now on or because it did already.
    Waiting,
    /// It was sent before, and its turn is not committed yet.
    Sent,
    /// It was given up before, and its turn is not committed yet.
    GivenUp,
    /// [`Enqueue::once`] is known: nothing was queued.
    Known,
}

/// A row that its holder may send.
#[derive(Debug, Clone)]
pub struct Row {
    /// Whose outbox it stands in.
    pub conversation: Arc<Conversation>,
    /// What to send.
    pub new: Arc<NewRow>,
    /// How often it was tried before, those tries left out that a dead process did not end.
    pub attempts: u32,
    /// How often it may have arrived: tries that ended in doubt, and those that a dead process left in flight.
    pub doubts: u32,
    /// When the person last opened the conversation's 24 hours, where that is known.
    pub opened: Option<SystemTime>,
    /// Rises with every claim of the conversation's outbox: whoever settles with an older one changes
    /// nothing.
    pub epoch: u64,
}

/// How a send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The platform took it: it leaves the outbox.
    Done,
    /// It will never be sent: it leaves the outbox and is kept as a [dead letter](super::DeadLetter).
    Dead(Cause),
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

/// A timer to set or to cancel. A conversation has one timer of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerChange {
    /// After this time the event joins the conversation's queue, as if the platform had sent it then. It takes
    /// the place of the timer of the same name, if that has not run out yet.
    Set {
        /// Its name.
        name: Box<str>,
        /// The wait, from the commit on.
        after: Duration,
        /// The key of the event.
        key: EventKey,
        /// The event.
        event: super::StoredEvent,
    },
    /// Nothing happens any more. Without such a timer it changes nothing.
    Cancel {
        /// Its name.
        name: Box<str>,
    },
}
