//! Through what a person came.

use std::ops::Deref;

use crate::{BoxFuture, Context, FromContext, Rejection, event};

/// The link, advertisement or code through which the person came, wherever the event has it: its own event, a
/// postback or a message. It derefs to the parsed [`event::Referral`].
///
/// `Option<Referral>` is `None` for an event without one, where `Referral` alone fails.
///
/// ```
/// use messenger_runtime::prelude::*;
///
/// #[on_get_started]
/// async fn welcome(referral: Option<Referral>) -> String {
///     match referral.as_ref().and_then(|referral| referral.reference()) {
///         Some(reference) => format!("You came by {reference}."),
///         None => "Welcome!".to_owned(),
///     }
/// }
/// # bot! { Shop; welcome }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Referral(event::Referral<'static>);

impl Referral {
    /// The `ref` of the link, at most 2083 characters of `A-Za-z0-9-_=`.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }
}

impl Deref for Referral {
    type Target = event::Referral<'static>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Option<Referral> {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            let event = context.event();
            // An owned event is the one way to owned parts of it.
            let owned = event.referral().map(|_| event.clone().into_owned());
            Ok(owned.and_then(|event| event.referral().cloned()).map(Referral))
        })
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Referral {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            let referral = Option::<Self>::from_context(context).await?;
            referral.ok_or_else(|| Rejection::new("the event has no referral"))
        })
    }
}
