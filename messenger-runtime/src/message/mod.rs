//! What goes out: messages, and the replies that handlers return.
//!
//! A handler returns a [`Reply`]: an ordered list of [`Action`]s. Most are messages; the others show
//! a sign of typing or pass the conversation on.
//!
//! ```
//! use messenger_runtime::message::{Button, Card, Platform, QuickReply, Reply};
//!
//! let reply = Reply::typing_on()
//!     .then("Here is what we roast today.")
//!     .then(Reply::carousel([
//!         Card::new("House blend").subtitle("Chocolate and hazelnut"),
//!         Card::new("Yirgacheffe").buttons([Button::url("Origin", "https://coffee.example/yirgacheffe")]),
//!     ]))
//!     .quick_replies([QuickReply::email()]);
//! assert!(reply.check(Platform::Messenger).is_ok());
//! ```
//!
//! # What there is
//!
//! | to send | write |
//! |---|---|
//! | text | `"..."`, [`Reply::text`] |
//! | answers above the keyboard | [`Reply::quick_replies`] on any message, [`QuickReply`] |
//! | text with buttons | [`Reply::buttons`], [`Button`] |
//! | cards, side by side | [`Reply::carousel`], [`Card`] |
//! | pictures, sound, films, files | [`Reply::image`], [`Reply::audio`], [`Reply::video`], [`Reply::file`], [`Media`] |
//! | a picture or film with buttons | [`Reply::media`] |
//! | a receipt | [`Reply::receipt`], [`Receipt`], amounts as [`Money`] |
//! | typing, seen | [`Reply::typing_on`], [`Reply::mark_seen`] |
//! | the conversation, to people or an app | [`Reply::hand_over`], [`Reply::pass_to`] |
//!
//! # Payloads are handlers
//!
//! [`Button::postback`] and [`QuickReply::text`] take no string but a handler with its captures
//! (`buy { sku, qty: 1 }`), so that a button nobody answers does not compile. The `payload` module's
//! traits say how; [`RawPayload`] is the way around.
//!
//! # Limits are checked three times
//!
//! 1. The length of a list written out in the code, by the compiler: [`Buttons`], [`Elements`],
//!    [`QuickReplies`].
//! 2. A text written out in the code, by the compiler, where you ask: [`title!`](crate::title),
//!    [`label!`](crate::label).
//! 3. Everything else by [`Reply::check`], before anything is sent: every violation, with its path.
//!
//! Nothing is ever cut unasked; [`truncated`] is how to ask. All numbers are in [`limits`].
//!
//! # On the wire
//!
//! Every type serialises to exactly the JSON of the Send API and reads it back, so that replies can be
//! stored. `Debug` shows how long texts are, never what they say.
//!
//! Platform: Send API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages>.

mod action;
mod attachment;
mod button;
mod card;
mod check;
mod errors;
mod into_reply;
pub mod limits;
mod lists;
mod money;
mod options;
mod payload;
mod quick_reply;
mod receipt;
mod recipient;
mod reply;
mod words;

pub use action::{Action, SenderAction};
pub use attachment::{Media, MediaKind};
pub use button::{Button, Webview, WebviewHeight};
pub use card::Card;
pub use errors::{LimitError, LimitErrors, Platform};
pub use into_reply::{BoxError, IntoBoxError, IntoReply};
pub use limits::truncated;
pub use lists::{Buttons, Elements, QuickReplies};
pub use money::{Currency, Money};
pub use options::{MessageTag, MessageTagError, MessagingType, NotificationType, SendOptions, ThreadControl};
pub use payload::{Listed, Postback, QuickReplyPayload, RawPayload};
pub use quick_reply::QuickReply;
pub use receipt::{Address, Adjustment, Receipt, ReceiptItem};
pub use recipient::Recipient;
pub use reply::Reply;

pub(crate) use options::ReplyTo;

use attachment::{Attachment, MediaElement, Template};
use serde::{Deserialize, Serialize};
use words::Words;

/// One message: a text or an attachment, with quick replies or without.
///
/// Serialises to the Send API's `message` object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attachment: Option<Attachment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quick_replies: Option<Vec<QuickReply>>,
}

impl Message {
    /// A text: fewer than 2000 characters on Messenger, at most 1000 bytes on Instagram.
    ///
    /// ```
    /// use messenger_runtime::message::Message;
    ///
    /// let json = serde_json::to_string(&Message::text("Hello")).unwrap();
    /// assert_eq!(json, r#"{"text":"Hello"}"#);
    /// ```
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: Some(Words::new(text)),
            ..Self::default()
        }
    }

    /// A button template: a text of at most 640 characters with one to three buttons.
    ///
    /// Platform: button template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/button>.
    #[must_use]
    pub fn buttons(text: impl Into<String>, buttons: impl Buttons) -> Self {
        Self::template(Template::Button {
            text: Words::new(text),
            buttons: buttons.into_vec(),
        })
    }

    /// A generic template: one to ten cards side by side.
    #[must_use]
    pub fn carousel(elements: impl Elements) -> Self {
        Self::template(Template::Generic {
            elements: elements.into_vec(),
            sharable: false,
        })
    }

    /// A generic template that the person can share with others.
    #[must_use]
    pub fn sharable_carousel(elements: impl Elements) -> Self {
        Self::template(Template::Generic {
            elements: elements.into_vec(),
            sharable: true,
        })
    }

    /// A media template: an image or a video with one to three buttons under it.
    ///
    /// The platform takes uploads (by their id) and addresses of media on `facebook.com`. Not available
    /// on Instagram.
    /// Platform: media template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/media>.
    #[must_use]
    pub fn media(media: Media, buttons: impl Buttons) -> Self {
        let elements = vec![MediaElement::new(media, buttons.into_vec())];
        Self::template(Template::Media {
            elements,
            sharable: false,
        })
    }

    fn template(template: Template) -> Self {
        Self {
            attachment: Some(Attachment::Template(template)),
            ..Self::default()
        }
    }

    /// Adds quick replies; a message takes at most 13.
    #[must_use]
    pub fn quick_replies(mut self, quick_replies: impl QuickReplies) -> Self {
        self.quick_replies
            .get_or_insert_default()
            .extend(quick_replies.into_vec());
        self
    }

    /// The words of a text or of a button template.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match (&self.text, &self.attachment) {
            (Some(text), _) | (None, Some(Attachment::Template(Template::Button { text, .. }))) => Some(text),
            _ => None,
        }
    }

    /// The cards of a carousel.
    #[must_use]
    pub fn cards(&self) -> &[Card] {
        match &self.attachment {
            Some(Attachment::Template(Template::Generic { elements, .. })) => elements,
            _ => &[],
        }
    }

    /// Every button of the message, whether under a text, a picture or cards.
    pub fn all_buttons(&self) -> impl Iterator<Item = &Button> {
        let own = match &self.attachment {
            Some(Attachment::Template(Template::Button { buttons, .. })) => buttons.as_slice(),
            Some(Attachment::Template(Template::Media { elements, .. })) => {
                elements.first().map_or(&[][..], |element| &element.buttons)
            }
            _ => &[],
        };
        own.iter().chain(self.cards().iter().flat_map(Card::all_buttons))
    }

    /// The quick replies under the message.
    #[must_use]
    pub fn offered(&self) -> &[QuickReply] {
        self.quick_replies.as_deref().unwrap_or_default()
    }

    /// The receipt, where the message is one.
    #[must_use]
    pub fn as_receipt(&self) -> Option<&Receipt> {
        match &self.attachment {
            Some(Attachment::Template(Template::Receipt(receipt))) => Some(receipt),
            _ => None,
        }
    }
}

impl From<&str> for Message {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Card> for Message {
    fn from(card: Card) -> Self {
        Self::carousel([card])
    }
}

impl From<Media> for Message {
    fn from(media: Media) -> Self {
        Self {
            attachment: Some(media.into()),
            ..Self::default()
        }
    }
}

impl From<Receipt> for Message {
    fn from(receipt: Receipt) -> Self {
        Self::template(Template::Receipt(Box::new(receipt)))
    }
}

#[cfg(test)]
mod tests;
