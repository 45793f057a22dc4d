//! What a handler's parameters are taken from.

use std::sync::Arc;

use crate::{
    BoxFuture,
    event::Event,
    graph::Graph,
    routing::{ChatPort, HandlerError, session::Workspace},
};

/// The event at hand and what surrounds it: what an extractor takes its value from.
///
/// `S` is the bot's state, as named in `bot! { pub Shop(State); .. }`.
#[derive(Debug)]
pub struct Context<'a, S> {
    pub(crate) event: &'a Event<'a>,
    pub(crate) state: &'a S,
    pub(crate) graph: &'a Graph,
    pub(crate) chat: &'a Arc<dyn ChatPort>,
    pub(crate) workspace: &'a Arc<Workspace>,
    pub(crate) error: Option<HandlerError>,
}

impl<'a, S> Context<'a, S> {
    /// The event that is being handled.
    #[must_use]
    pub fn event(&self) -> &'a Event<'a> {
        self.event
    }

    /// The bot's state.
    #[must_use]
    pub fn state(&self) -> &'a S {
        self.state
    }

    /// The Graph API on behalf of the page that the event came to.
    #[must_use]
    pub fn graph(&self) -> &'a Graph {
        self.graph
    }
}

/// What a handler can take as a parameter, beside its captures.
///
/// Implement it for a type of your own to have it in any handler; bound `S` by what the state must
/// offer. An error goes to `#[on_error]` and the handler does not run.
///
/// ```
/// use messenger_runtime::{BoxFuture, Context, FromContext, Rejection};
///
/// struct Shouted(String);
///
/// impl<'a, S: Sync> FromContext<'a, S> for Shouted {
///     fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
///         Box::pin(async move {
///             let text = context.event().text().ok_or_else(|| Rejection::new("the event has no text"))?;
///             Ok(Shouted(text.to_uppercase()))
///         })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something a handler can take",
    label = "neither a capture of the pattern nor an extractor",
    note = "a parameter is named like a capture of the pattern, or its type is an extractor: `Text`, `User`, `Profile`, `Attachments`, `Option<Referral>`, `Event<'_>`, `State<T>`, `Session<T>`, `Timers`, `Dialog`, `Texts`, `Chat`, `Graph`"
)]
pub trait FromContext<'a, S>: Sized {
    /// Takes the value from the context.
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>>;
}

/// Why an extractor could not give its value.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    reason: String,
    #[source]
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Rejection {
    /// A reason in words, without anything the person wrote.
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            source: None,
        }
    }

    /// A reason with the error behind it.
    pub fn caused_by(
        reason: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self {
            reason: reason.into(),
            source: Some(Arc::from(source.into())),
        }
    }
}
