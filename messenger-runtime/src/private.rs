//! What the code written by the macros calls; no part of the public interface.

use std::{marker::PhantomData, sync::Arc};

pub use serde_json::Value;

pub use crate::flow::{
    Answer, Begun, Broken, FlowEntry, ListedFlow, NextStep, Said, Steps, Went, asked, begun, came_to, meant,
    offered, offering, options, over, prompt, read_choice,
};
use crate::{
    BoxFuture,
    flow::{Flow, IntoStep, Retry},
    message::{BoxError, IntoReply, QuickReply},
    routing::{Capture, Context, FromContext, HandlerError, IntoDecision, Rejection, Route, push, push_rest},
};
pub use crate::{
    message::{CommandName, GetStarted, Listed, Postback, QuickReplyPayload, ReferralRef},
    routing::{Call, CaptureSpec, Captures, Declined, Entry, Lookup, Outcome, Pattern, Running, Table},
};
pub use serde_json::Error as JsonError;

/// Written by every handler's attribute: where it stands and how its captures are read.
pub trait Handler {
    const FILE: &'static str;
    const LINE: u32;
    /// The types of its captures, in the order of its parameters.
    type Values;

    fn read(captures: &Captures<'_>) -> Result<Self::Values, Declined>;
}

/// Stands for a handler's argument until its type is known.
#[derive(Debug)]
pub struct Arg<T>(PhantomData<fn() -> T>);

impl<T> Clone for Arg<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Arg<T> {}

impl<T> Default for Arg<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Arg<T> {
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }

    /// Only for code that never runs, where it fixes `T`.
    #[must_use]
    pub fn never(self) -> T {
        unreachable!("the macros call this under `if false` alone")
    }

    #[must_use]
    pub fn extract<'a, S>(self, context: &'a Context<'a, S>) -> BoxFuture<'a, Result<T, Rejection>>
    where
        T: FromContext<'a, S>,
    {
        T::from_context(context)
    }
}

/// What `bot!` falls back on when its list has a mistake, so that the mistake is the only error.
pub trait Unfinished {
    const __ROUTES: &'static [Route] = &[];
}

impl<T> Unfinished for T {}

/// The same for the table, whose state is known where it is asked for.
pub trait UnfinishedTable<S: 'static> {
    const __TABLE: Table<S> = Table {
        entries: &[],
        postback: |_| None,
        quick_reply: |_| None,
    };
}

impl<T, S: 'static> UnfinishedTable<S> for T {}

/// How a capture's type is read and written.
///
/// The code of a handler asks for [`Capture`] here and nowhere else, so that a type without it is one error.
#[derive(Debug)]
pub struct Codec<T> {
    pub max: Option<usize>,
    read: fn(&Captures<'_>, &'static str) -> Result<T, Declined>,
    push: fn(&mut String, &T),
    push_rest: fn(&mut String, &T),
}

/// The codec of a type.
#[must_use]
pub const fn codec<T: Capture>() -> Codec<T> {
    Codec {
        max: T::MAX,
        read: |captures, name| captures.read(name),
        push: push::<T>,
        push_rest: push_rest::<T>,
    }
}

impl<T> Codec<T> {
    pub fn read(&self, captures: &Captures<'_>, name: &'static str) -> Result<T, Declined> {
        (self.read)(captures, name)
    }

    pub fn push(&self, payload: &mut String, value: &T) {
        (self.push)(payload, value);
    }

    pub fn push_rest(&self, payload: &mut String, value: &T) {
        (self.push_rest)(payload, value);
    }

    /// Appends the value alone: the literals of a `ref` separate its captures.
    pub fn push_plain(&self, reference: &mut String, value: &T) {
        let start = reference.len();
        (self.push_rest)(reference, value);
        reference.remove(start);
    }
}

/// The first `depth` segments, and what follows them from its separator on; `None` where there are fewer.
#[must_use]
pub fn split(payload: &str, depth: usize) -> Option<(&str, &str)> {
    let mut end = 0;
    for segment in 1..=depth {
        match payload[end..].find(':') {
            Some(at) if segment < depth => end += at + 1,
            Some(at) => end += at,
            None if segment < depth => return None,
            None => end = payload.len(),
        }
    }
    Some(payload.split_at(end))
}

/// How many segments `rest` has, each behind its separator.
#[must_use]
pub fn segments(rest: &str) -> usize {
    rest.bytes().filter(|byte| *byte == b':').count()
}

/// An extractor failed.
pub fn rejected(rejection: Rejection) -> Result<Outcome, HandlerError> {
    Err(HandlerError::Rejected(rejection))
}

/// The name of a flow, where the type is one; that it is none is told elsewhere.
#[derive(Debug)]
pub struct Named<T>(PhantomData<fn() -> T>);

impl<F: Flow> Named<F> {
    pub const NAME: &'static str = F::NAME;
}

/// The name of what is no flow.
pub trait Nameless {
    const NAME: &'static str = "";
}

impl<T> Nameless for Named<T> {}

/// How the answer of a step is read and what is offered for it.
///
/// The code of a flow asks for [`Answer`] here and nowhere else, so that a type without it is one error.
#[derive(Debug)]
pub struct Asking<T> {
    takes: fn(&Said<'_>) -> bool,
    read: fn(&Said<'_>) -> Result<T, Retry>,
    offers: fn() -> Vec<QuickReply>,
    misfits: fn() -> &'static [&'static str],
}

/// That of a type.
#[must_use]
pub const fn asking<T: Answer>() -> Asking<T> {
    Asking {
        takes: T::takes,
        read: T::read,
        offers: T::quick_replies,
        misfits: T::misfits,
    }
}

impl<T> Asking<T> {
    #[must_use]
    pub fn takes(&self, said: &Said<'_>) -> bool {
        (self.takes)(said)
    }

    pub fn read(&self, said: &Said<'_>) -> Result<T, Retry> {
        (self.read)(said)
    }

    #[must_use]
    pub fn offers(&self) -> Vec<QuickReply> {
        (self.offers)()
    }

    #[must_use]
    pub fn misfits(&self) -> &'static [&'static str] {
        (self.misfits)()
    }
}

/// What a `#[migrate]` gives.
pub fn migrated<F>(
    out: Result<(F, impl Into<String>), impl Into<BoxError>>,
) -> Result<(F, String), BoxError> {
    out.map(|(value, step)| (value, step.into())).map_err(Into::into)
}

/// What came of a step that asks or says.
pub fn went(out: impl IntoStep) -> Result<Went, HandlerError> {
    out.into_step()
}

/// An extractor of a step failed.
pub fn step_rejected(rejection: Rejection) -> Result<Went, HandlerError> {
    Err(HandlerError::Rejected(rejection))
}

pub fn reply(out: impl IntoReply) -> Result<Outcome, HandlerError> {
    out.into_reply()
        .map(Outcome::Reply)
        .map_err(|error| HandlerError::Failed(Arc::from(error)))
}

pub fn decision(out: impl IntoDecision) -> Result<Outcome, HandlerError> {
    use std::ops::ControlFlow;
    match out.into_decision() {
        Ok(ControlFlow::Continue(())) => Ok(Outcome::Continue),
        Ok(ControlFlow::Break(reply)) => Ok(Outcome::Reply(reply)),
        Err(error) => Err(HandlerError::Failed(Arc::from(error))),
    }
}

/// Whether a payload of `head` and captures of at most these lengths can pass the platform's limit.
#[must_use]
pub const fn exceeds(head: usize, captures: &[Option<usize>]) -> bool {
    let (mut length, mut index) = (head, 0);
    while index < captures.len() {
        match captures[index] {
            Some(max) => length += 1 + max,
            None => return false,
        }
        index += 1;
    }
    length > crate::message::limits::PAYLOAD.max
}
