//! Which attribute an event belongs to.

use std::borrow::Cow;

use super::RouteKind;
use crate::event::{self, Event, Kind as EventKind};

/// The attribute of an event and the words by which its routes may tell it from others of the kind.
#[derive(Debug)]
pub(super) struct Kind<'e> {
    pub(super) route: RouteKind,
    pub(super) words: Vec<Cow<'e, str>>,
}

impl<'e> Kind<'e> {
    /// Without words.
    pub(super) fn of(route: RouteKind) -> Self {
        Self {
            route,
            words: Vec::new(),
        }
    }

    fn with(route: RouteKind, word: Option<&'e str>) -> Self {
        Self {
            route,
            words: word.map(Cow::Borrowed).into_iter().collect(),
        }
    }

    pub(super) fn is_thread_control(&self) -> bool {
        matches!(
            self.route,
            RouteKind::PassThreadControl
                | RouteKind::TakeThreadControl
                | RouteKind::RequestThreadControl
                | RouteKind::AppRoles
        )
    }
}

/// The attribute for the event's own kind; `None` where there is only `on_event`.
///
/// Postbacks, quick replies, texts and attachments have their own places in the order.
pub(super) fn own_kind<'e>(event: &'e Event<'_>) -> Option<Kind<'e>> {
    Some(match event.kind() {
        EventKind::StoryReply(_) => Kind::of(RouteKind::StoryReply),
        EventKind::Command(message) => Kind {
            route: RouteKind::Command,
            words: message
                .commands
                .iter()
                .filter_map(|one| one.name.as_deref())
                .map(Cow::Borrowed)
                .collect(),
        },
        EventKind::Deleted(_) => Kind::of(RouteKind::Unsend),
        EventKind::Referral(_) => Kind::of(RouteKind::Referral),
        EventKind::Delivery(_) => Kind::of(RouteKind::Delivery),
        EventKind::Read(_) => Kind::of(RouteKind::Read),
        EventKind::Reaction(reaction) => Kind::with(
            RouteKind::Reaction,
            Some(if reaction.is_unreact() { "unreact" } else { "react" }),
        ),
        EventKind::MessageEdit(_) => Kind::of(RouteKind::MessageEdit),
        EventKind::Optin(_) => Kind::of(RouteKind::Optin),
        EventKind::AccountLinking(linking) => Kind::with(
            RouteKind::AccountLinking,
            linking.status.as_ref().map(event::LinkStatus::as_str),
        ),
        EventKind::PolicyEnforcement(_) => Kind::of(RouteKind::PolicyEnforcement),
        EventKind::PassThreadControl(_) => Kind::of(RouteKind::PassThreadControl),
        EventKind::TakeThreadControl(_) => Kind::of(RouteKind::TakeThreadControl),
        EventKind::RequestThreadControl(_) => Kind::of(RouteKind::RequestThreadControl),
        EventKind::AppRoles(_) => Kind::of(RouteKind::AppRoles),
        EventKind::ResponseFeedback(_) => Kind::of(RouteKind::ResponseFeedback),
        EventKind::Order(_) => Kind::of(RouteKind::Order),
        EventKind::Coupon(_) => Kind::of(RouteKind::Coupon),
        EventKind::CustomerFeedback(_) => Kind::of(RouteKind::CustomerFeedback),
        EventKind::CustomerInformation(_) => Kind::of(RouteKind::CustomerInformation),
        EventKind::Lead(_) | EventKind::Form(_) => Kind::of(RouteKind::Lead),
        EventKind::Call(_) | EventKind::CallPermissionReply(_) => Kind::of(RouteKind::Call),
        EventKind::Change(_) | EventKind::MarketingMessage(_) => Kind::with(RouteKind::Change, event.field()),
        EventKind::Timer(timer) => Kind::with(RouteKind::Timer, timer.name.as_deref()),
        EventKind::GroupFeed(_) => Kind::with(RouteKind::Change, Some("group_feed")),
        _ => return None,
    })
}

/// Whether the event is a tap on a button.
pub(super) fn is_postback(event: &Event<'_>) -> bool {
    matches!(event.kind(), EventKind::Postback(_))
}

/// Whether the event is a tap on a quick reply.
pub(super) fn is_quick_reply(event: &Event<'_>) -> bool {
    matches!(event.kind(), EventKind::QuickReply(_))
}

/// Whether the event is a message that somebody wrote or sent, and no tap.
pub(super) fn is_message(event: &Event<'_>) -> bool {
    matches!(
        event.kind(),
        EventKind::Text(_) | EventKind::Attachment(_) | EventKind::StoryReply(_) | EventKind::Command(_)
    )
}

/// What somebody typed, trimmed.
pub(super) fn typed<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    if is_message(event) {
        event.text().map(str::trim)
    } else {
        None
    }
}
