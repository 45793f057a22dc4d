//! Stored state that could not be read.

use std::{error::Error, fmt, sync::Arc};

use crate::store::{Cause, Conversation};

/// What [`BotBuilder::on_unreadable`](crate::BotBuilder::on_unreadable) calls.
pub(crate) type UnreadableHook = Arc<dyn Fn(&Unreadable) + Send + Sync>;

/// Stored state of a conversation that could not be read.
///
/// It is kept as a [dead letter](crate::store::DeadLetter) of the kind
/// [`State`](crate::store::DeadKind::State) when its turn is committed, and the handler goes on with the
/// default. A turn that fails leaves it where it is.
#[derive(Clone)]
pub struct Unreadable {
    pub(crate) conversation: Arc<Conversation>,
    pub(crate) session: Option<&'static str>,
    pub(crate) version: Option<u32>,
    pub(crate) cause: Cause,
    pub(crate) error: Option<Arc<dyn Error + Send + Sync>>,
}

impl Unreadable {
    /// Whose it is.
    #[must_use]
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// The [name](super::SessionState::NAME) of the session; `None` for other state of the conversation.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session
    }

    /// The version it was stored in, where that can be told.
    #[must_use]
    pub fn version(&self) -> Option<u32> {
        self.version
    }

    /// Why, as the dead letter has it: `MSG603` and words without anything that is stored.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The error of `serde` or of [`migrate`](super::SessionState::migrate); `None` where that panicked. Its text
    /// may quote what is stored, so think before you log it.
    #[must_use]
    pub fn error(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.error.as_deref()
    }
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unreadable")
            .field("conversation", &self.conversation)
            .field("session", &self.session)
            .field("version", &self.version)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}
