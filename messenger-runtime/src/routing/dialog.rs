//! The flow that a conversation is in, as far as routing and handlers must know it.

use std::fmt;

use super::session::Json;
use crate::event::Event;

/// A flow that waits for an answer.
pub(crate) trait Waiting: fmt::Debug {
    /// Whether it waits at this step.
    fn is_at(&self, flow: &str, step: &str) -> bool;

    /// Whether its step can take what the event says.
    fn takes(&self, event: &Event<'_>) -> bool;

    /// Whether these words end it.
    fn is_cancelled_by(&self, text: &str) -> bool;
}

/// What the flow is to do with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way<'p> {
    /// Read it as the answer; with the value of the option that was tapped.
    Answer(Option<&'p str>),
    /// Be over.
    Cancel,
    /// Ask again.
    Again,
}

/// The same, beyond the event's payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OwnedWay {
    Answer(Option<String>),
    Cancel,
    Again,
}

impl Way<'_> {
    pub(crate) fn into_owned(self) -> OwnedWay {
        match self {
            Self::Answer(value) => OwnedWay::Answer(value.map(str::to_owned)),
            Self::Cancel => OwnedWay::Cancel,
            Self::Again => OwnedWay::Again,
        }
    }
}

impl OwnedWay {
    pub(crate) fn borrowed(&self) -> Way<'_> {
        match self {
            Self::Answer(value) => Way::Answer(value.as_deref()),
            Self::Cancel => Way::Cancel,
            Self::Again => Way::Again,
        }
    }
}

/// What a handler did with the dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DialogChange {
    /// Begins a flow.
    Begin(Begun),
    /// Ends the one that runs.
    End,
}

/// A flow that is to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    pub(crate) flow: &'static str,
    pub(crate) version: u32,
    pub(crate) data: Json,
}
