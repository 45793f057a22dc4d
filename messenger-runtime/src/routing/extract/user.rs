//! Who is talked with.

use crate::{BoxFuture, Context, FromContext, Rejection, event::Object};

/// The person and the page they talk to.
///
/// A person's id is scoped to the page (PSID) or Instagram account (IGSID): the same person has another id
/// on another page. Fails for events without a person.
///
/// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/overview>
///
/// ```
/// use messenger_runtime::prelude::*;
///
/// #[on_text(words = ["who am i"])]
/// async fn who(user: User) -> String {
///     format!("{} on page {}", user.id(), user.page())
/// }
/// # bot! { Shop; who }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct User {
    id: String,
    page: String,
    object: Object,
}

impl User {
    /// The PSID or IGSID; the `user_ref` of a checkbox opt-in, which has no other.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of the page or Instagram account.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Messenger page or Instagram account.
    #[must_use]
    pub fn object(&self) -> Object {
        self.object
    }
}

impl<'a, S: Sync> FromContext<'a, S> for User {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            let event = context.event();
            let id = event
                .person()
                .ok_or_else(|| Rejection::new("the event has no person"))?;
            Ok(Self {
                id: id.to_owned(),
                page: event.page().to_owned(),
                object: event.object(),
            })
        })
    }
}
