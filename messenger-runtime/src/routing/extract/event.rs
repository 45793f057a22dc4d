//! The event itself and its parts.

use std::ops::Deref;

use crate::{
    BoxFuture, Context, FromContext, HandlerError, Rejection,
    event::{Attachment, Event},
    graph::Graph,
};

/// The event as it came, raw JSON included.
impl<'a, S: Sync> FromContext<'a, S> for Event<'a> {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move { Ok(context.event().clone()) })
    }
}

/// The Graph API on behalf of the page that the event came to.
impl<'a, S: Sync> FromContext<'a, S> for Graph {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move { Ok(context.graph().clone()) })
    }
}

/// What went wrong; only in `#[on_error]`.
impl<'a, S: Sync> FromContext<'a, S> for HandlerError {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            let error = context.error.clone();
            error.ok_or_else(|| Rejection::new("only an `#[on_error]` handler can take a `HandlerError`"))
        })
    }
}

/// The attachments of the message; empty where it has none.
///
/// ```
/// use messenger_runtime::prelude::*;
///
/// #[on_attachment(image)]
/// async fn photo(attachments: Attachments) -> String {
///     format!("{} attachments, thank you.", attachments.len())
/// }
/// # bot! { Shop; photo }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Attachments(Vec<Attachment<'static>>);

impl Attachments {
    /// These, owned.
    pub(crate) fn of(attachments: &[Attachment<'_>]) -> Self {
        Self(attachments.iter().map(|one| one.clone().into_owned()).collect())
    }

    /// The attachments, owned.
    #[must_use]
    pub fn into_vec(self) -> Vec<Attachment<'static>> {
        self.0
    }
}

impl Deref for Attachments {
    type Target = [Attachment<'static>];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Attachments {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            // An owned event is the one way to owned parts of it.
            Ok(Self(context.event().clone().into_owned().attachments().to_vec()))
        })
    }
}
