//! The 24 hours in which a page may write to a person.

use std::time::SystemTime;

use crate::event::{Event, Kind, ReactionAction};

/// When the person opened the 24 hours by this event; `None` for events that do not.
///
/// Whatever a person does counts, also where the platform's pages do not say so: what leaves after all is
/// refused by the platform, while what is held back here for nothing never arrives. An event says itself
/// when it was; one from the future, by a clock that is wrong, counts as `now`.
///
/// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/policy-overview>
pub(super) fn opens_window(event: &Event<'_>, now: SystemTime) -> Option<SystemTime> {
    event.person()?;
    let opens = match event.kind() {
        Kind::Text(_)
        | Kind::QuickReply(_)
        | Kind::Attachment(_)
        | Kind::StoryReply(_)
        | Kind::Command(_)
        | Kind::Unsupported(_)
        | Kind::Postback(_)
        | Kind::Optin(_)
        | Kind::AccountLinking(_)
        | Kind::Order(_)
        | Kind::Coupon(_)
        | Kind::CustomerFeedback(_)
        | Kind::CustomerInformation(_)
        | Kind::Lead(_) => true,
        Kind::Reaction(reaction) => !matches!(reaction.action, Some(ReactionAction::Unreact)),
        // An advertisement opens nothing until the person writes.
        Kind::Referral(referral) => referral.source.as_deref() != Some("ADS"),
        _ => false,
    };
    let at = event
        .timestamp()
        .map_or(now, crate::event::Timestamp::system_time);
    opens.then(|| at.min(now))
}
