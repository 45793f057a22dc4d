//! The 24 hours in which a page may write to a person.

use std::time::{Duration, SystemTime};

use crate::{
    event::{Event, Kind, ReactionAction},
    message::{Action, MessagingType, Recipient},
    store::Row,
};

/// The window that the person opens for every message, and the longer one that a tag has.
const STANDARD: Duration = Duration::from_hours(24);
const TAGGED: Duration = Duration::from_hours(7 * 24);
/// So long before its end a window counts as closed: the message has to arrive within it.
const MARGIN: Duration = Duration::from_mins(1);

/// Until when a row may be sent; `None` where only the platform knows.
///
/// | row | until |
/// |---|---|
/// | a message to a person | 24 hours after they opened the window |
/// | the same with a tag: `HUMAN_AGENT`, `CUSTOMER_FEEDBACK` | 7 days after it |
/// | a utility message; one by a notification token or a phone number | any time |
/// | a private reply | 7 days after the comment, whose time is not known here |
/// | a message by `user_ref` | not known here: once they write, these people are known by another id |
/// | typing, seen, reactions, thread control | any time |
///
/// Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/policy-overview>
pub(super) fn not_after(row: &Row) -> Option<SystemTime> {
    let Action::Send { message, options, .. } = &row.new.action else {
        return None;
    };
    let Recipient::Id(_) = &row.new.to else {
        return None;
    };
    if options.messaging_type(message.is_utility(), MessagingType::Response) == MessagingType::Utility {
        return None;
    }
    let window = if options.tag.is_some() { TAGGED } else { STANDARD };
    row.opened?.checked_add(window - MARGIN)
}

/// When the person opened the 24 hours by this event; `None` for events that do not.
///
/// Whatever a person says, taps or fills in counts, also where the platform's pages do not say so: what leaves after
/// all is refused by the platform, while what is held back here for nothing never arrives. An event says itself
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
        | Kind::Lead(_)
        | Kind::Form(_) => true,
        Kind::Reaction(reaction) => !matches!(reaction.action, Some(ReactionAction::Unreact)),
        // An advertisement opens nothing until the person writes.
        Kind::Referral(referral) => referral.source.as_deref() != Some("ADS"),
        // What the page or its apps did, what the platform tells of itself, what a person takes back or does without
        // a word to the page. Each is named, so that a new kind has to be put on one side.
        Kind::Echo(_)
        | Kind::Deleted(_)
        | Kind::Notice(_)
        | Kind::Delivery(_)
        | Kind::Read(_)
        | Kind::MessageEdit(_)
        | Kind::PolicyEnforcement(_)
        | Kind::PassThreadControl(_)
        | Kind::TakeThreadControl(_)
        | Kind::RequestThreadControl(_)
        | Kind::AppRoles(_)
        | Kind::ResponseFeedback(_)
        | Kind::GamePlay(_)
        | Kind::GroupFeed(_)
        | Kind::Call(_)
        | Kind::CallPermissionReply(_)
        | Kind::MarketingMessage(_)
        | Kind::Timer(_)
        | Kind::Change(_)
        | Kind::Other { .. } => false,
    };
    let at = event
        .timestamp()
        .map_or(now, crate::event::Timestamp::system_time);
    opens.then(|| at.min(now))
}

#[cfg(test)]
mod tests;
