//! Who the person is.

use std::sync::Arc;

use crate::{
    BoxFuture, Context, FromContext, Rejection,
    event::Event,
    graph::{Graph, Profile},
};

/// The person's profile, from the cache where it is fresh. A failed look-up never fails the turn: the
/// profile is empty then, and the failure is logged.
impl<'a, S: Sync> FromContext<'a, S> for Profile {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            Ok(Arc::unwrap_or_clone(
                profile_of(context.event, context.graph).await,
            ))
        })
    }
}

/// The profile of the event's person; empty where there is none or the look-up fails.
pub(super) async fn profile_of(event: &Event<'_>, graph: &Graph) -> Arc<Profile> {
    let Some(psid) = event.person().filter(|_| event.user_ref().is_none()) else {
        return Arc::default();
    };
    graph.profile_cached(psid).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "a profile could not be looked up");
        Arc::default()
    })
}
