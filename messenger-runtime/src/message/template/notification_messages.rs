//! The request to receive marketing messages.

use serde::{Deserialize, Serialize};

use super::sendable::sendable;
use crate::message::{
    Reply,
    check::Walk,
    limits::{self, takes},
    words::Words,
};

/// An opt-in request: asks the person whether they want the page's marketing messages.
///
/// Who agrees is an opt-in event of the type `notification_messages` (`#[on_optin]`), which brings the
/// payload and the `notification_messages_token` that those messages go to. Where and to whom they can
/// be sent depends on the region and on the app's permissions. Instagram takes it too, as a template of old.
/// Platform: marketing messages, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/marketing-messages-on-messenger/get-started>.
///
/// ```
/// use messenger_runtime::message::{CtaText, Message, NotificationMessages};
/// use serde_json::json;
///
/// let request = NotificationMessages::new("ROASTS")
///     .title("Our roast of the month")
///     .image("https://coffee.example/roast.png")
///     .timezone("Europe/Paris")
///     .cta_text(CtaText::SignUp);
/// assert_eq!(
///     serde_json::to_value(Message::from(request)).unwrap(),
///     json!({"attachment": {"type": "template", "payload": {
///         "template_type": "notification_messages",
///         "title": "Our roast of the month",
///         "image_url": "https://coffee.example/roast.png",
///         "payload": "ROASTS",
///         "notification_messages_timezone": "Europe/Paris",
///         "notification_messages_cta_text": "SIGN_UP",
///     }}}),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationMessages {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image_url: Option<Words>,
    payload: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notification_messages_timezone: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    notification_messages_cta_text: Option<CtaText>,
}

/// What the button of a [`NotificationMessages`] request says; the platform translates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CtaText {
    /// Allow messages.
    Allow,
    /// Get messages this often; from the time when requests named a frequency.
    Frequency,
    /// Get messages.
    Get,
    /// Get updates.
    GetUpdates,
    /// Opt in to messages.
    OptIn,
    /// Sign up for messages.
    SignUp,
}

impl NotificationMessages {
    /// A request under the platform's own title; the opt-in brings `payload`.
    #[doc = takes!(PAYLOAD)]
    #[must_use]
    pub fn new(payload: impl Into<String>) -> Self {
        Self {
            title: None,
            image_url: None,
            payload: Words::new(payload),
            notification_messages_timezone: None,
            notification_messages_cta_text: None,
        }
    }

    /// What the messages will be about.
    #[doc = takes!(OPT_IN_TITLE)]
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(Words::new(title));
        self
    }

    /// The address of a picture above the title.
    #[must_use]
    pub fn image(mut self, url: impl Into<String>) -> Self {
        self.image_url = Some(Words::new(url));
        self
    }

    /// The person's time zone by its name, like `Europe/Paris`.
    #[must_use]
    pub fn timezone(mut self, name: impl Into<String>) -> Self {
        self.notification_messages_timezone = Some(Words::new(name));
        self
    }

    /// What the button says.
    #[must_use]
    pub fn cta_text(mut self, text: CtaText) -> Self {
        self.notification_messages_cta_text = Some(text);
        self
    }

    pub(in crate::message) fn check(&self, walk: &mut Walk) {
        walk.maybe_text("title", self.title.as_deref(), limits::OPT_IN_TITLE);
        walk.maybe_url("image_url", self.image_url.as_deref());
        walk.text("payload", &self.payload, limits::PAYLOAD);
        if let Some(timezone) = &self.notification_messages_timezone {
            walk.required("notification_messages_timezone", timezone);
        }
    }
}

impl Reply {
    /// Asks whether the person wants the page's marketing messages, see [`NotificationMessages`].
    ///
    /// ```
    /// # use messenger_runtime::message::{NotificationMessages, Reply};
    /// let reply = Reply::notification_messages(NotificationMessages::new("ROASTS").title("Our roasts"));
    /// ```
    pub fn notification_messages(request: NotificationMessages) -> Self {
        Self::message(request)
    }
}

sendable!(NotificationMessages);
