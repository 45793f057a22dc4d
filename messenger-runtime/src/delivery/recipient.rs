//! Whom a reply to an event goes to.

use crate::{
    event::{Event, Kind},
    message::Recipient,
};

/// The person who is talked with; for a comment on the page its author, as a private reply; for a checkbox
/// opt-in its `user_ref`. `None` where the event has nobody to answer.
pub(super) fn recipient(event: &Event<'_>) -> Option<Recipient> {
    if let Kind::Change(change) = event.kind() {
        return change
            .comment_id
            .as_deref()
            .map(|id| Recipient::CommentId(id.to_owned()));
    }
    let person = event.person()?;
    let is_user_ref = event.user_ref() == Some(person);
    Some(if is_user_ref {
        Recipient::UserRef(person.to_owned())
    } else {
        Recipient::Id(person.to_owned())
    })
}
