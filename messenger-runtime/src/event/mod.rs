//! What comes in: webhook bodies, their items, and the events these are.
//!
//! ```text
//!  body ──Webhook::parse──► Item, Item, Item ──Event::parse──► Event ──► kind(), text(), person(), ...
//!         splits, once        what a store keeps                typed, borrowed from the item
//! ```
//!
//! [`Webhook::parse`] checks that a body is JSON and splits it into [`Item`]s: the elements of `messaging`,
//! `standby`, `changes` and `calls` of every entry, in order, none of them looked into. An [`Item`] is all
//! strings, so it can be stored and read back later. [`Event::parse`] then gives one item its [`Kind`] and
//! its typed fields.
//!
//! Parsing is lenient, because almost nothing in an event is guaranteed:
//!
//! - Ids and times are taken as strings or numbers, digit for digit. Times in seconds and in milliseconds
//!   are told apart ([`Timestamp`]).
//! - Almost every field is an `Option`. A field of an unexpected type is as good as absent.
//! - A kind that is not known is [`Kind::Other`] and can be routed. Keys that are not known stay reachable
//!   through [`Event::get`] and the `raw` of every struct.
//! - One bad item never loses its siblings: splitting does not look into items, and [`Event::parse`] cannot
//!   fail. Of a key that stands twice the last counts; half a surrogate pair becomes U+FFFD; numbers of any
//!   size and nesting of any depth pass.
//!
//! The dashboard's test button sends conversation events as `{field, value}`, alone or in `changes`. Such a
//! value is classified like the item it looks like; [`Event::channel`] tells where it came from.
//!
//! One event may be delivered twice. [`Event::duplicate_key`] is the same then, and differs between events
//! that merely mention the same message.
//!
//! Nothing here prints what people wrote: texts, payloads, links and names are [`Private`], whole values
//! are [`Raw`], and the `Debug` of both is silent. Strings are borrowed from the item wherever they hold no
//! escapes; [`Event::into_owned`] cuts the tie.
//!
//! | file | what |
//! |---|---|
//! | `body.rs` | bodies and items |
//! | `parse.rs`, `kind.rs` | from item to event; the classification |
//! | `content.rs` | who, when and what, whatever the kind |
//! | `message.rs`, `interaction.rs`, `business.rs` | the typed payloads |
//! | `field.rs`, `json.rs`, `time.rs` | how fields, JSON and times are read |
//! | `timer.rs` | timers of the bot's own |
//! | `duplicate.rs` | the duplicate key |

mod body;
mod business;
mod content;
mod duplicate;
mod field;
mod interaction;
mod json;
mod kind;
mod message;
mod parse;
#[cfg(test)]
mod tests;
mod time;
mod timer;

use std::{borrow::Cow, fmt};

pub use body::{Channel, Item, NotJson, Object, UnknownWord, Webhook};
pub use business::{
    Actor, Call, CallPermissionReply, Change, Coupon, CustomerFeedback, CustomerInformation, FeedbackAnswer,
    FeedbackScreen, Form, GamePlay, GroupFeed, InformationResponse, InformationScreen, Lead, LeadAnswer,
    MarketingMessage, Order, OrderedProduct,
};
pub use field::Private;
pub use interaction::{
    AccountLinking, AdsContext, AppRoles, Delivery, LinkStatus, MessageEdit, Optin, PolicyEnforcement,
    Postback, ProductReference, Reaction, ReactionAction, Read, Referral, ResponseFeedback, ThreadControl,
    ThreadControlMetadata,
};
pub use json::Raw;
pub use kind::Kind;
pub use message::{
    Attachment, AttachmentKind, Booking, Command, Coordinates, Message, QuickReply, ReplyTo, SharedProduct,
    Story,
};
pub use time::Timestamp;
pub use timer::Timer;

use field::{Field as _, Value as _};

/// An event: one item, read and classified.
///
/// ```
/// use messenger_runtime::event::{Channel, Event, Item, Kind, Object};
///
/// let event = Event::parse(Item {
///     object: Object::Page,
///     channel: Channel::Messaging,
///     page: "1".into(),
///     field: None,
///     json: r#"{"sender":{"id":2},"postback":{"title":"Menu","payload":"MENU","referral":{"ref":"table-7"}}}"#,
/// });
/// assert_eq!(event.name(), "postback");
/// assert_eq!(event.person(), Some("2"));
/// assert_eq!(event.payload(), Some("MENU"));
/// assert_eq!(event.reference(), Some("table-7"));
/// assert!(matches!(event.kind(), Kind::Postback(tap) if tap.title.as_deref() == Some("Menu")));
/// ```
#[derive(Clone, PartialEq)]
pub struct Event<'a> {
    object: Object,
    channel: Channel,
    page: Cow<'a, str>,
    field: Option<Cow<'a, str>>,
    raw: Raw<'a>,
    kind: Kind<'a>,
    sender_id: Option<Cow<'a, str>>,
    recipient_id: Option<Cow<'a, str>>,
    user_ref: Option<Cow<'a, str>>,
    timestamp: Option<Timestamp>,
    /// A referral beside something else; one that is the event itself is in its kind.
    referral: Option<Box<Referral<'a>>>,
    /// Whether it echoes a message whose metadata bore the outbox's key.
    is_of_outbox: bool,
}

impl<'a> Event<'a> {
    /// Reads an item. Whatever it holds, the result is an event; at worst it is [`Kind::Other`].
    #[must_use]
    pub fn parse(item: Item<'a>) -> Self {
        parse::parse(item)
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> &Kind<'a> {
        &self.kind
    }

    /// What it is, in a word: `text`, `quick_reply`, `postback`, ...; of a change and of a marketing message
    /// the field (`feed`, `marketing_message_clicks`); of an unknown kind its key, or `unknown`.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.kind {
            Kind::Change(_) => self.field().unwrap_or("change"),
            Kind::MarketingMessage(message) => message
                .field
                .as_deref()
                .or(self.field())
                .unwrap_or("marketing_message"),
            kind => kind.name(),
        }
    }

    /// Whose account it is about.
    #[must_use]
    pub fn object(&self) -> Object {
        self.object
    }

    /// Where in the body it stood.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// The page's id; empty where the body names none.
    #[must_use]
    pub fn page(&self) -> &str {
        &self.page
    }

    /// The `field` of a change or sample, or the name of the list for [`Channel::Named`].
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The item as it arrived.
    #[must_use]
    pub fn raw(&self) -> &Raw<'a> {
        &self.raw
    }

    /// The value of a top-level key of the item; for a change or sample, of its `value`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Raw<'_>> {
        json::member(self.body(), key).map(Raw::from)
    }

    /// The top-level keys that are neither sender, recipient and time nor what the event is about, such as
    /// `hop_context` and `prior_message`.
    pub fn extra(&self) -> impl Iterator<Item = (Cow<'_, str>, Raw<'_>)> {
        const READ: [&str; 4] = ["sender", "recipient", "timestamp", "referral"];
        let is_whole = matches!(
            self.kind,
            Kind::Change(_) | Kind::Call(_) | Kind::GroupFeed(_) | Kind::MarketingMessage(_)
        );
        let subject = match &self.kind {
            kind if kind.message().is_some() => "message",
            Kind::Coupon(_) => "template",
            Kind::Other { .. } => "",
            kind => kind.name(),
        };
        let is_subject = move |key: &str| {
            key == subject || (subject == "policy_enforcement" && key == "policy-enforcement")
        };
        json::members(self.body())
            .filter(move |(key, _)| !is_whole && !READ.contains(&&**key) && !is_subject(key))
    }

    /// The item; of a change or sample, its value.
    fn body(&self) -> &str {
        let is_wrapped = matches!(self.channel, Channel::Changes | Channel::Sample);
        let value = is_wrapped.then(|| json::member(self.raw.as_str(), "value"));
        value.map_or(self.raw.as_str(), Option::unwrap_or_default)
    }

    /// Whether the page itself sent it.
    #[must_use]
    pub fn is_echo(&self) -> bool {
        matches!(self.kind, Kind::Echo(_))
    }

    /// Whether it echoes a message that the bot's outbox sent.
    pub(crate) fn is_of_outbox(&self) -> bool {
        self.is_of_outbox
    }

    /// Leaves of an echo's metadata what the bot gave the message: `split` tells the outbox's key from it.
    pub(crate) fn strip_key(&mut self, split: impl FnOnce(&str) -> Option<(&str, Option<&str>)>) {
        if let Kind::Echo(message) = &mut self.kind
            && let Some(metadata) = &message.metadata
            && let Some((_, own)) = split(metadata)
        {
            let own = own.map(|own| Private(Cow::Owned(own.to_owned())));
            message.metadata = own;
            self.is_of_outbox = true;
        }
    }

    /// Whether another app owns the conversation.
    #[must_use]
    pub fn is_standby(&self) -> bool {
        self.channel == Channel::Standby
            || (self.channel != Channel::Named && self.field() == Some("standby"))
    }

    /// By what the event is known when it arrives twice: the start of a SHA-256.
    ///
    /// For messages, echoes and postbacks it covers page, channel, kind and mid. For everything else, and
    /// for messages without a mid, it covers the content, whatever the order of its keys, its whitespace and
    /// its escapes.
    #[must_use]
    pub fn duplicate_key(&self) -> [u8; 16] {
        duplicate::key(self)
    }

    /// The same event, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Event<'static> {
        Event {
            object: self.object,
            channel: self.channel,
            page: self.page.into_owned().into(),
            field: self.field.into_owned(),
            raw: self.raw.into_owned(),
            kind: self.kind.into_owned(),
            sender_id: self.sender_id.into_owned(),
            recipient_id: self.recipient_id.into_owned(),
            user_ref: self.user_ref.into_owned(),
            timestamp: self.timestamp,
            referral: self.referral.into_owned(),
            is_of_outbox: self.is_of_outbox,
        }
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("name", &self.name())
            .field("channel", &self.channel)
            .field("page", &self.page)
            .field("person", &self.person())
            .field("mid", &self.mid())
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
