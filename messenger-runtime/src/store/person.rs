//! Everything about one conversation, for whoever asks what is known of them.

use std::{fmt, time::SystemTime};

use super::{Conversation, DeadLetter};

/// Everything that a store keeps about one conversation.
///
/// The keys by which duplicates are known are not part of it: they are digests that name nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Whose it is.
    pub conversation: Conversation,
    /// When the person last opened the conversation's 24 hours.
    pub opened: Option<SystemTime>,
    /// The state, as the last turn left it: JSON.
    pub state: Option<Box<str>>,
    /// Events that wait or are being handled, oldest first, each a [`StoredEvent`](super::StoredEvent) as JSON.
    pub events: Vec<Box<str>>,
    /// Messages still to be sent, in order, each a [`NewRow`](super::NewRow) as JSON.
    pub rows: Vec<Box<str>>,
    /// Timers by name, each with its event as JSON.
    pub timers: Vec<(Box<str>, Box<str>)>,
    /// Dead letters, oldest first.
    pub dead_letters: Vec<DeadLetter>,
}

impl fmt::Debug for Dossier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dossier")
            .field("conversation", &self.conversation)
            .field("opened", &self.opened)
            .field("has_state", &self.state.is_some())
            .field("events", &self.events.len())
            .field("rows", &self.rows.len())
            .field("timers", &self.timers.len())
            .field("dead_letters", &self.dead_letters.len())
            .finish()
    }
}
