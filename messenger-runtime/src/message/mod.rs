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
//! | several pictures, a sticker | [`Reply::images`], [`Reply::sticker`] |
//! | a picture or film with buttons, or to share | [`Reply::media`], [`MediaTemplate`] |
//! | cards to share | [`Carousel`] |
//! | a receipt | [`Reply::receipt`], [`Receipt`], amounts as [`Money`] |
//! | products, a coupon, a grid of pictures | [`Reply::product`], [`Reply::coupon`], [`Reply::image_grid`] |
//! | a message template of the page | [`Reply::utility`], [`UtilityTemplate`] |
//! | a survey with a score | [`Reply::customer_feedback`], [`CustomerFeedback`] |
//! | a form for address and contact | [`Reply::customer_information`], [`CustomerInformation`] |
//! | a form made in the business tools | [`Reply::instant_form`] |
//! | the question whether one may write later | [`Reply::notification_messages`], [`Reply::one_time_notif_req`] |
//! | flights | the `airline` module (feature `legacy`) |
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
#[cfg(feature = "legacy")]
pub mod airline;
mod attachment;
mod button;
mod card;
mod check;
mod convert;
mod errors;
mod fields;
mod flow_payload;
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
mod rules;
mod sending;
mod template;
mod words;

pub use action::{Action, SenderAction, WhenInDoubt};
pub use attachment::{Media, MediaKind};
pub use button::{Button, GamePlay, Webview, WebviewHeight};
pub use card::Card;
pub use errors::{LimitError, LimitErrors, Platform};
pub use into_reply::{BoxError, IntoBoxError, IntoReply};
pub use limits::truncated;
pub use lists::{Buttons, Elements, QuickReplies};
pub use money::{Currency, Money};
pub use options::{MessageTag, MessageTagError, MessagingType, NotificationType, SendOptions, ThreadControl};
pub use payload::{
    CommandName, GetStarted, Listed, Postback, QuickReplyPayload, RawCommand, RawPayload, ReferralRef,
};
pub use quick_reply::QuickReply;
pub use receipt::{Address, Adjustment, Receipt, ReceiptItem};
pub use recipient::{PersonName, Recipient};
pub use reply::Reply;
pub use template::{
    AddressField, Carousel, ContactField, Coupon, CsatOption, CtaText, CustomerFeedback, CustomerInformation,
    FormField, FreeFormQuestion, GridImage, ImageAspectRatio, ImageGrid, InstantForm, MediaTemplate,
    NotificationMessages, OneTimeNotifReq, Parameter, ProductTemplate, Purpose, Question, Score, ScoreLabel,
    ScoreQuestion, UtilityTemplate,
};

pub(crate) use fields::Fields;
pub(crate) use flow_payload::FlowPayload;
pub(crate) use money::Amount;
pub(crate) use options::ReplyTo;
pub(crate) use sending::{Keyed, check_sent, split_key};

use attachment::{Attachment, Template};
use serde::{Deserialize, Serialize};
use template::ButtonTemplate;
use words::Words;

/// One message: a text, an attachment, several images, a sticker or a message template of the page, with
/// quick replies or without.
///
/// Serialises to the Send API's `message` object.
///
/// ```
/// use messenger_runtime::message::{Message, QuickReply};
/// use serde_json::{json, to_value};
///
/// let message = Message::text("Your e-mail address?")
///     .quick_replies([QuickReply::email()])
///     .metadata("newsletter");
/// assert_eq!(to_value(&message)?, json!({
///     "text": "Your e-mail address?",
///     "quick_replies": [{"content_type": "user_email"}],
///     "metadata": "newsletter",
/// }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Words>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attachment: Option<Attachment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<Attachment>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sticker_id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    template: Option<Box<UtilityTemplate>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quick_replies: Option<Vec<QuickReply>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Words>,
}

impl Message {
    /// The sticker of the thumb that the platform's own like button sends.
    pub const LIKE_STICKER: u64 = 369_239_263_222_822;

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

    /// Several pictures in one message: at most 30 on Messenger, at most 10 on Instagram
    /// ([`limits::IMAGES`], [`limits::INSTAGRAM_IMAGES`]).
    ///
    /// ```
    /// use messenger_runtime::message::{Media, Message};
    /// use serde_json::{json, to_value};
    ///
    /// let message = Message::images([
    ///     Media::image("https://coffee.example/bag.jpg"),
    ///     Media::image("https://coffee.example/cup.jpg"),
    /// ]);
    /// assert_eq!(to_value(&message)?, json!({"attachments": [
    ///     {"type": "image", "payload": {"url": "https://coffee.example/bag.jpg"}},
    ///     {"type": "image", "payload": {"url": "https://coffee.example/cup.jpg"}},
    /// ]}));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn images(images: impl IntoIterator<Item = Media>) -> Self {
        Self {
            attachments: Some(images.into_iter().map(Attachment::from).collect()),
            ..Self::default()
        }
    }

    /// A sticker of the platform, by its id.
    ///
    /// ```
    /// use messenger_runtime::message::Message;
    /// use serde_json::{json, to_value};
    ///
    /// let like = Message::sticker(Message::LIKE_STICKER);
    /// assert_eq!(to_value(&like)?, json!({"sticker_id": 369239263222822_u64}));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn sticker(id: u64) -> Self {
        Self {
            sticker_id: Some(id),
            ..Self::default()
        }
    }

    /// A heart. Only on Instagram, which has no stickers by id.
    ///
    /// ```
    /// use messenger_runtime::message::Message;
    /// use serde_json::{json, to_value};
    ///
    /// assert_eq!(to_value(Message::like_heart())?, json!({"attachment": {"type": "like_heart"}}));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn like_heart() -> Self {
        Attachment::LikeHeart.into()
    }

    /// A post of the account itself, by its id. Only on Instagram.
    ///
    /// ```
    /// use messenger_runtime::message::Message;
    /// use serde_json::{json, to_value};
    ///
    /// assert_eq!(to_value(Message::media_share("17918195224117851"))?, json!({"attachment": {
    ///     "type": "MEDIA_SHARE", "payload": {"id": "17918195224117851"},
    /// }}));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn media_share(id: impl Into<String>) -> Self {
        Attachment::MediaShare { id: Words::new(id) }.into()
    }

    /// A button template: a text of at most 640 characters with one to three buttons.
    ///
    /// Platform: button template, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/button>.
    ///
    /// ```
    /// use messenger_runtime::message::{Button, Message};
    /// use serde_json::{json, to_value};
    ///
    /// let map = Button::url("Find us", "https://coffee.example/map");
    /// let message = Message::buttons("We open at eight.", [map]);
    /// assert_eq!(to_value(&message)?, json!({"attachment": {"type": "template", "payload": {
    ///     "template_type": "button",
    ///     "text": "We open at eight.",
    ///     "buttons": [{"type": "web_url", "title": "Find us", "url": "https://coffee.example/map"}],
    /// }}}));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn buttons(text: impl Into<String>, buttons: impl Buttons) -> Self {
        Self::template(Template::Button(Box::new(ButtonTemplate {
            text: Words::new(text),
            buttons: buttons.into_vec(),
        })))
    }

    /// A generic template: one to ten cards side by side. More of it has [`Carousel`].
    #[must_use]
    pub fn carousel(elements: impl Elements) -> Self {
        Carousel::new(elements).into()
    }

    /// A media template: an image or a video with one to three buttons under it. More of it has
    /// [`MediaTemplate`].
    #[must_use]
    pub fn media(media: Media, buttons: impl Buttons) -> Self {
        MediaTemplate::new(media).buttons(buttons).into()
    }

    fn template(template: Template) -> Self {
        Attachment::Template(template).into()
    }

    /// Adds quick replies.
    #[doc = limits::takes!(QUICK_REPLIES)]
    #[must_use]
    pub fn quick_replies(mut self, quick_replies: impl QuickReplies) -> Self {
        self.quick_replies
            .get_or_insert_default()
            .extend(quick_replies.into_vec());
        self
    }

    /// A note that the echo of this message repeats. In a reply the outbox adds a key to it, which leaves
    /// fewer characters; the echo's event shows the note alone.
    #[doc = limits::takes!(METADATA)]
    #[doc = limits::takes!(REPLY_METADATA)]
    #[must_use]
    pub fn metadata(mut self, metadata: impl Into<String>) -> Self {
        self.metadata = Some(Words::new(metadata));
        self
    }

    /// The words of a text or of a button template.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match (&self.text, self.sent_template()) {
            (Some(text), _) => Some(text),
            (None, Some(Template::Button(template))) => Some(&template.text),
            _ => None,
        }
    }

    /// The cards of a carousel.
    #[must_use]
    pub fn cards(&self) -> &[Card] {
        match self.sent_template() {
            Some(Template::Generic(carousel)) => &carousel.elements,
            _ => &[],
        }
    }

    /// Every button of the message, whether under a text, pictures or cards.
    pub fn all_buttons(&self) -> impl Iterator<Item = &Button> {
        let own = match self.sent_template() {
            Some(Template::Button(template)) => template.buttons.as_slice(),
            Some(Template::Media(template)) => template.all_buttons(),
            Some(Template::ImageGrid(grid)) => grid.all_buttons(),
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
        match self.sent_template() {
            Some(Template::Receipt(receipt)) => Some(receipt),
            _ => None,
        }
    }

    /// Whether this goes with the messaging type `UTILITY`.
    pub(crate) fn is_utility(&self) -> bool {
        self.template.is_some()
    }

    /// Whether the tag `CUSTOMER_FEEDBACK` goes with this.
    pub(crate) fn is_customer_feedback(&self) -> bool {
        matches!(self.sent_template(), Some(Template::CustomerFeedback(_)))
    }

    fn sent_template(&self) -> Option<&Template> {
        match &self.attachment {
            Some(Attachment::Template(template)) => Some(template),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
