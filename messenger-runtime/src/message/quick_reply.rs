//! Quick replies: answers offered above the keyboard.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use super::{
    check::Walk,
    flow_payload::FlowPayload,
    limits::{self, Limit},
    payload::{Listed, QuickReplyPayload},
    words::Words,
};

/// A quick reply: an answer offered above the keyboard, gone once one is tapped.
///
/// Titles take at most 20 characters, payloads at most 1000, a message at most 13 of them.
/// Platform: quick replies, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/quick-replies>.
///
/// ```
/// use messenger_runtime::message::{QuickReply, Reply};
///
/// let reply = Reply::text("How can we reach you?").quick_replies([QuickReply::phone(), QuickReply::email()]);
/// let message = reply.messages().next().ok_or("no message")?;
/// assert_eq!(serde_json::to_value(message)?, serde_json::json!({
///     "text": "How can we reach you?",
///     "quick_replies": [{"content_type": "user_phone_number"}, {"content_type": "user_email"}],
/// }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReply {
    pub(super) content_type: ContentType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) payload: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) image_url: Option<Words>,
    /// That of its title in the bot's catalogue.
    #[serde(skip)]
    key: Option<Words>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ContentType {
    Text,
    UserPhoneNumber,
    UserEmail,
}

impl QuickReply {
    /// Offers `title`; `payload` is a handler with its captures, and only one that a `bot!` lists.
    ///
    /// ```
    /// # use messenger_runtime::message::{Listed, QuickReply, QuickReplyPayload};
    /// # #[allow(non_camel_case_types)]
    /// # struct size { value: u8 }
    /// # impl QuickReplyPayload for size { type Handler = Self; fn payload(&self) -> String { format!("SIZE:{}", self.value) } }
    /// # impl Listed for size {}
    /// let quick_reply = QuickReply::text("Large", size { value: 42 }).image("https://coffee.example/large.png");
    /// assert_eq!(serde_json::to_value(&quick_reply)?, serde_json::json!({
    ///     "content_type": "text", "title": "Large", "payload": "SIZE:42",
    ///     "image_url": "https://coffee.example/large.png",
    /// }));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a payload is made where it is named"
    )]
    pub fn text(title: impl Into<String>, payload: impl QuickReplyPayload<Handler: Listed>) -> Self {
        Self {
            title: Some(Words::new(title)),
            payload: Some(Words::new(payload.payload())),
            ..Self::of(ContentType::Text)
        }
    }

    /// Offers an answer to the question of a flow's step: its title, and the value that the step reads when it is
    /// tapped. Outside of a flow nobody answers it.
    ///
    /// ```
    /// use messenger_runtime::{flow::{Answer, Said}, message::QuickReply};
    ///
    /// let dozen = QuickReply::answer("A dozen", 12);
    /// assert_eq!(dozen.title(), Some("A dozen"));
    /// assert_eq!(u32::read(&Said::tapped("A dozen", "12")).unwrap(), 12);
    /// ```
    pub fn answer(title: impl Into<String>, value: impl Display) -> Self {
        Self {
            title: Some(Words::new(title)),
            payload: Some(Words::new(FlowPayload::answer(&value))),
            ..Self::of(ContentType::Text)
        }
    }

    /// Offers a picture without a title: the address of one of at least 24 by 24 pixels. Here the payload
    /// may be empty.
    ///
    /// ```
    /// use messenger_runtime::message::{QuickReply, RawPayload};
    ///
    /// let red = QuickReply::picture("https://coffee.example/red.png", RawPayload(String::new()));
    /// assert_eq!(serde_json::to_value(&red)?, serde_json::json!({
    ///     "content_type": "text", "payload": "", "image_url": "https://coffee.example/red.png",
    /// }));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a payload is made where it is named"
    )]
    pub fn picture(url: impl Into<String>, payload: impl QuickReplyPayload<Handler: Listed>) -> Self {
        Self {
            payload: Some(Words::new(payload.payload())),
            image_url: Some(Words::new(url)),
            ..Self::of(ContentType::Text)
        }
    }

    /// Offers the phone number that the person has given the platform. Nothing shows if there is none.
    #[must_use]
    pub fn phone() -> Self {
        Self::of(ContentType::UserPhoneNumber)
    }

    /// Offers the e-mail address that the person has given the platform. Nothing shows if there is none.
    #[must_use]
    pub fn email() -> Self {
        Self::of(ContentType::UserEmail)
    }

    fn of(content_type: ContentType) -> Self {
        Self {
            content_type,
            title: None,
            payload: None,
            image_url: None,
            key: None,
        }
    }

    /// Names the title in the bot's [catalogue](crate::catalog): as part of a question that a flow asks, it is offered
    /// in the language of the person. Anywhere else the key means nothing; take the title from
    /// [`Texts`](crate::Texts) there.
    ///
    /// ```
    /// use messenger_runtime::{flow::{Answer, Retry, Said}, message::QuickReply};
    ///
    /// struct Seat(bool);
    ///
    /// impl Answer for Seat {
    ///     fn read(said: &Said<'_>) -> Result<Self, Retry> {
    ///         Ok(Seat(said.value() == Some("window")))
    ///     }
    ///
    ///     fn quick_replies() -> Vec<QuickReply> {
    ///         vec![
    ///             QuickReply::answer("At the window", "window").key("seat-window"),
    ///             QuickReply::answer("Anywhere", "any").key("seat-any"),
    ///         ]
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(Words::new(key));
        self
    }

    /// The key of its title, and the title.
    pub(crate) fn keyed(&self) -> Option<(&str, &str)> {
        Some((self.key.as_deref()?, self.title()?))
    }

    /// With the title in another language.
    pub(crate) fn titled(self, title: Option<String>) -> Self {
        Self {
            title: title.map(Words::new).or(self.title),
            key: None,
            ..self
        }
    }

    /// The address of a picture, at least 24 by 24 pixels, beside the title of a text quick reply.
    #[must_use]
    pub fn image(mut self, url: impl Into<String>) -> Self {
        self.image_url = Some(Words::new(url));
        self
    }

    /// What stands on a text quick reply.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The payload of a text quick reply.
    #[must_use]
    pub fn payload(&self) -> Option<&str> {
        self.payload.as_deref()
    }

    /// Whether this offers the person's phone number.
    #[must_use]
    pub fn is_phone(&self) -> bool {
        self.content_type == ContentType::UserPhoneNumber
    }

    /// Whether this offers the person's e-mail address.
    #[must_use]
    pub fn is_email(&self) -> bool {
        self.content_type == ContentType::UserEmail
    }

    pub(super) fn check(&self, walk: &mut Walk) {
        walk.maybe_url("image_url", self.image_url.as_deref());
        if self.content_type != ContentType::Text {
            if self.image_url.is_some() {
                walk.invalid("image_url", "only a text quick reply has an image");
            }
            if self.is_email() {
                walk.at("content_type", |walk| {
                    walk.messenger_only("quick reply for e-mail addresses");
                });
            }
            return;
        }
        let min = usize::from(self.image_url.is_none());
        let bounded = |limit| Limit { min, ..limit };
        let title = self.title().unwrap_or_default();
        walk.text("title", title, bounded(limits::QUICK_REPLY_TITLE));
        match self.payload() {
            Some(payload) => walk.text("payload", payload, bounded(limits::PAYLOAD)),
            None => walk.invalid("payload", "missing"),
        }
    }
}
