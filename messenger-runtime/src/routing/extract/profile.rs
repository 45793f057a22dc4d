//! Who the person is.

use std::sync::Arc;

use crate::{BoxFuture, Context, FromContext, Rejection, graph::Profile};

/// The person's profile, from the cache where it is fresh. A failed look-up never fails the turn: the
/// profile is empty then, and the failure is logged.
impl<'a, S: Sync> FromContext<'a, S> for Profile {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            let Some(psid) = context
                .event()
                .person()
                .filter(|_| context.event().user_ref().is_none())
            else {
                return Ok(Self::default());
            };
            match context.graph().profile_cached(psid).await {
                Ok(profile) => Ok(Arc::unwrap_or_clone(profile)),
                Err(error) => {
                    tracing::warn!(%error, "a profile could not be looked up");
                    Ok(Self::default())
                }
            }
        })
    }
}
