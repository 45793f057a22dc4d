//! What `#[flow(..)]` writes of the steps, and what a step may return.

use std::sync::Arc;

use super::{Flow, ListedFlow, Retry, Said};
use crate::{
    BoxFuture,
    message::{BoxError, IntoReply, QuickReply, Reply},
    routing::{Context, HandlerError, dialog::Begun},
};

/// The steps of a flow as functions, in a bot whose state is `S`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no flow of this bot",
    label = "not a flow, or its steps take what this bot does not have",
    note = "write `#[flow(start = ..)]` above the `impl` that holds its steps"
)]
pub trait Steps<S>: Sized {
    /// What the step says before it is answered.
    fn prompt(&self, step: &str) -> Reply;

    /// The flow that the step begins.
    fn begins(&self, step: &str) -> Result<Option<Begun>, serde_json::Error>;

    /// Whether the step can take it as an answer.
    fn takes(step: &str, said: &Said<'_>) -> bool;

    /// Reads the answer, where the step asks, and runs its function.
    fn run<'a>(
        &'a mut self,
        step: &'a str,
        said: &'a Said<'a>,
        context: &'a Context<'a, S>,
    ) -> BoxFuture<'a, Result<Went, HandlerError>>;

    /// Runs the function for an end that the steps do not lead to; `None` where there is none.
    fn ends<'a>(
        &'a mut self,
        how: Broken,
        context: &'a Context<'a, S>,
    ) -> Option<BoxFuture<'a, Result<Went, HandlerError>>>;

    /// Runs the function for a flow of this type that cannot be read; `None` where there is none.
    fn unreadable<'a>(context: &'a Context<'a, S>) -> Option<BoxFuture<'a, Result<Went, HandlerError>>>;
}

/// How a flow ends that does not come to one of its ends.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// By its `cancel` words, by a handler, or because another flow begins.
    Cancelled,
    /// Nobody answered in time.
    Expired,
}

/// What came of a step.
#[doc(hidden)]
#[derive(Debug)]
pub enum Went {
    /// It says something and leads to another step.
    On { says: Reply, to: &'static str },
    /// It asks again.
    Again(Retry),
    /// The flow is over.
    Over(Reply),
}

/// Where a step goes on; the `Next` of each step is one.
#[doc(hidden)]
pub trait NextStep {
    fn step(self) -> &'static str;
}

/// What a step may return: its `Next`, a reply and its `Next`, or a `Result` of these.
///
/// The error of the `Result` is a [`Retry`], which asks again, or a boxed error, which goes to `#[on_error]` and
/// leaves the flow where it was.
#[diagnostic::on_unimplemented(
    message = "a step cannot return `{Self}`",
    label = "not a way on",
    note = "return `Next`, `(reply, Next)`, or a `Result` of one of them with the error `Retry` or `Box<dyn Error + Send + Sync>`"
)]
pub trait IntoStep {
    #[doc(hidden)]
    fn into_step(self) -> Result<Went, HandlerError>;
}

impl<N: NextStep> IntoStep for N {
    fn into_step(self) -> Result<Went, HandlerError> {
        Ok(Went::On {
            says: Reply::default(),
            to: self.step(),
        })
    }
}

impl<R: Into<Reply>, N: NextStep> IntoStep for (R, N) {
    fn into_step(self) -> Result<Went, HandlerError> {
        let (says, next) = self;
        Ok(Went::On {
            says: says.into(),
            to: next.step(),
        })
    }
}

impl<T: IntoStep> IntoStep for Result<T, Retry> {
    fn into_step(self) -> Result<Went, HandlerError> {
        match self {
            Ok(next) => next.into_step(),
            Err(retry) => Ok(Went::Again(retry)),
        }
    }
}

impl<T: IntoStep> IntoStep for Result<T, BoxError> {
    fn into_step(self) -> Result<Went, HandlerError> {
        match self {
            Ok(next) => next.into_step(),
            Err(error) => Err(HandlerError::Failed(Arc::from(error))),
        }
    }
}

/// What an end says.
#[doc(hidden)]
pub fn over(out: impl IntoReply) -> Result<Went, HandlerError> {
    out.into_reply()
        .map(Went::Over)
        .map_err(|error| HandlerError::Failed(Arc::from(error)))
}

/// The flow that a step begins within its own.
#[doc(hidden)]
pub fn begun<F: Flow + ListedFlow>(flow: &F) -> Result<Option<Begun>, serde_json::Error> {
    super::entry::begun(flow).map(Some)
}

/// What a flow came to that a step has begun.
#[doc(hidden)]
pub fn came_to<F: Flow>(said: &Said<'_>) -> Result<F, HandlerError> {
    serde_json::from_str(said.result_text()).map_err(|error| HandlerError::Failed(Arc::new(error)))
}

/// A question with what is offered below it, unless it brings quick replies of its own.
#[doc(hidden)]
pub fn offering(question: impl Into<Reply>, offers: Vec<QuickReply>) -> Reply {
    let question = question.into();
    let offers_already = question
        .messages()
        .last()
        .is_none_or(|message| !message.offered().is_empty());
    if offers.is_empty() || offers_already {
        question
    } else {
        question.quick_replies(offers)
    }
}
