//! The request to send one notification later.

use serde::{Deserialize, Serialize};

use super::sendable::sendable;
use crate::message::{
    Reply,
    check::Walk,
    limits::{self, takes},
    words::Words,
};

/// A one-time notification request: asks the person whether the page may write to them once more, at
/// any later time.
///
/// Who agrees is an opt-in event of the type `one_time_notif_req` (`#[on_optin]`), which brings this
/// payload and the `one_time_notif_token` that the one message goes to. The platform's own page about it
/// is gone while others still point there, so it can end at any time. Not available on Instagram.
/// Platform: Send API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages>.
///
/// ```
/// use messenger_runtime::message::{Message, OneTimeNotifReq};
/// use serde_json::json;
///
/// let message = Message::from(OneTimeNotifReq::new("When the Moka pot is back", "BACK_IN_STOCK:moka"));
/// assert_eq!(
///     serde_json::to_value(&message).unwrap(),
///     json!({"attachment": {"type": "template", "payload": {
///         "template_type": "one_time_notif_req",
///         "title": "When the Moka pot is back",
///         "payload": "BACK_IN_STOCK:moka",
///     }}}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeNotifReq {
    title: Words,
    payload: Words,
}

impl OneTimeNotifReq {
    /// What the notification will be about, and the payload that the opt-in brings.
    ///
    /// - `title`:
    #[doc = takes!(OPT_IN_TITLE)]
    /// - `payload`:
    #[doc = takes!(PAYLOAD)]
    #[must_use]
    pub fn new(title: impl Into<String>, payload: impl Into<String>) -> Self {
        Self {
            title: Words::new(title),
            payload: Words::new(payload),
        }
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.at("template_type", |walk| {
            walk.messenger_only("one-time notification request");
        });
        walk.text("title", &self.title, limits::OPT_IN_TITLE);
        walk.text("payload", &self.payload, limits::PAYLOAD);
    }
}

impl Reply {
    /// Asks whether the page may write once more later, see [`OneTimeNotifReq`].
    ///
    /// ```
    /// # use messenger_runtime::message::Reply;
    /// let reply = Reply::one_time_notif_req("When the Moka pot is back", "BACK_IN_STOCK:moka");
    /// ```
    pub fn one_time_notif_req(title: impl Into<String>, payload: impl Into<String>) -> Self {
        Self::message(OneTimeNotifReq::new(title, payload))
    }
}

sendable!(OneTimeNotifReq);
