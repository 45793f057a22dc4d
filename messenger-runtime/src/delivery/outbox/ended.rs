//! How a send ended, and what that is to the store.

use std::time::Duration;

use crate::{
    graph::GraphError,
    store::{Cause, Settlement},
};

/// How a send ended.
pub(super) enum Ended {
    Sent,
    /// A pause begins that lasts so long.
    Pausing(Duration),
    /// A pause is over.
    Paused,
    /// To be tried again after this time.
    Again(Duration),
    /// It did not leave, for its page's turn comes after this time.
    Paced(Duration),
    /// It did not leave, or not with a token that works; its page is paused.
    PagePaused(Duration),
    /// It may have arrived; its echo would tell.
    InDoubt,
    /// It will not be sent (again), and why; with the platform's error where there is one.
    GivenUp(Cause, Option<GraphError>),
}

impl Ended {
    pub(super) fn as_str(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Pausing(_) => "pausing",
            Self::Paused => "paused",
            Self::Again(_) => "tried again",
            Self::Paced(_) => "paced",
            Self::PagePaused(_) => "page paused",
            Self::InDoubt => "in doubt",
            Self::GivenUp(..) => "given up",
        }
    }

    /// The code of why it will not be sent.
    pub(super) fn cause(&self) -> Option<&str> {
        match self {
            Self::GivenUp(cause, _) => Some(&cause.code),
            _ => None,
        }
    }

    pub(super) fn settlement(&self, echo: Duration) -> Settlement {
        match self {
            Self::Sent | Self::Paused => Settlement::Done,
            Self::GivenUp(cause, _) => Settlement::Dead(cause.clone()),
            Self::Again(wait) | Self::Pausing(wait) => Settlement::Retry(*wait),
            Self::Paced(wait) | Self::PagePaused(wait) => Settlement::Postponed(*wait),
            Self::InDoubt => Settlement::Doubtful(echo),
        }
    }
}
