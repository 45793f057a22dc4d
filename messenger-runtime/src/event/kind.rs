//! The one classification of events.

use std::borrow::Cow;

use super::{
    business::{
        Call, CallPermissionReply, Change, Coupon, CustomerFeedback, CustomerInformation, Form, GamePlay,
        GroupFeed, Lead, MarketingMessage, Order,
    },
    field::Value,
    interaction::{
        AccountLinking, AppRoles, Delivery, MessageEdit, Optin, PolicyEnforcement, Postback, Reaction, Read,
        Referral, ResponseFeedback, ThreadControl,
    },
    message::Message,
    timer::Timer,
};

macro_rules! kinds {
    ($( $(#[$meta:meta])* $kind:ident($payload:ident) = $name:literal, )*) => {
        /// What an event is. Every event is exactly one of these.
        ///
        /// The payloads are boxed, so that an event stays small to move.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Kind<'a> {
            $( $(#[$meta])* $kind(Box<$payload<'a>>), )*
            /// Something without a type here: its key, or empty where there is none. Everything it holds is
            /// in [`Event::raw`](super::Event::raw). The retired kinds (`payment`, `pre_checkout`,
            /// `checkout_update`, `branded_camera`, `message_request`) come as this.
            Other {
                /// The first key of the item that is neither sender, recipient nor time.
                key: Cow<'a, str>,
            },
        }

        impl Kind<'_> {
            /// The [names](Self::name) of all that have a type here.
            #[cfg(test)]
            pub(crate) const NAMES: &'static [&'static str] = &[$($name),*];

            /// A name for it: the platform's word where there is one, the key of what has no type here,
            /// `unknown` of what has no key either.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $( Self::$kind(_) => $name, )*
                    Self::Other { key } if key.is_empty() => "unknown",
                    Self::Other { key } => key,
                }
            }

            pub(super) fn into_owned(self) -> Kind<'static> {
                match self {
                    $( Self::$kind(payload) => Kind::$kind(payload.into_owned()), )*
                    Self::Other { key } => Kind::Other { key: Value::into_owned(key) },
                }
            }
        }
    };
}

kinds! {
    /// A message of nothing but text.
    Text(Message) = "text",
    /// A tap on a quick reply, its payload known.
    QuickReply(Message) = "quick_reply",
    /// A message with attachments. It may have text as well: a pasted link does.
    Attachment(Message) = "attachment",
    /// An answer to a story (Instagram), with text or attachments.
    StoryReply(Message) = "story_reply",
    /// A slash command.
    Command(Message) = "command",
    /// What the page sent: this app, another one, or a person in the inbox. Never to be answered.
    Echo(Message) = "echo",
    /// A message the person took back.
    Deleted(Message) = "unsend",
    /// A message of a sort the platform does not pass on.
    Unsupported(Message) = "unsupported",
    /// A notice for the page's staff. Nobody said it.
    Notice(Message) = "notice",
    /// A tap on a button.
    Postback(Postback) = "postback",
    /// A person came back through a link or advertisement. New conversations have it in their first
    /// message or postback instead.
    Referral(Referral) = "referral",
    /// Messages were delivered.
    Delivery(Delivery) = "delivery",
    /// Messages were read.
    Read(Read) = "read",
    /// A reaction was set or taken back.
    Reaction(Reaction) = "reaction",
    /// A message was edited.
    MessageEdit(MessageEdit) = "message_edit",
    /// A person agreed to receive something.
    Optin(Optin) = "optin",
    /// An account was linked or unlinked.
    AccountLinking(AccountLinking) = "account_linking",
    /// The page broke a policy, or is forgiven.
    PolicyEnforcement(PolicyEnforcement) = "policy_enforcement",
    /// The conversation was passed on.
    PassThreadControl(ThreadControl) = "pass_thread_control",
    /// The conversation was taken over.
    TakeThreadControl(ThreadControl) = "take_thread_control",
    /// Another app asks for the conversation.
    RequestThreadControl(ThreadControl) = "request_thread_control",
    /// The roles of the page's apps changed.
    AppRoles(AppRoles) = "app_roles",
    /// A thumb up or down under a message of the bot.
    ResponseFeedback(ResponseFeedback) = "response_feedback",
    /// A cart was sent.
    Order(Order) = "order",
    /// A coupon was clicked.
    Coupon(Coupon) = "coupon",
    /// A feedback template was answered.
    CustomerFeedback(CustomerFeedback) = "messaging_feedback",
    /// A customer information template was filled in.
    CustomerInformation(CustomerInformation) = "messaging_customer_information",
    /// A lead form in the conversation was filled in, or left.
    Lead(Lead) = "lead",
    /// An instant form was filled in.
    Form(Form) = "form",
    /// An Instant Game was played.
    GamePlay(GamePlay) = "game_play",
    /// The page was commented on in a group.
    GroupFeed(GroupFeed) = "group_feed",
    /// A call.
    Call(Call) = "call",
    /// Calls were allowed or refused.
    CallPermissionReply(CallPermissionReply) = "call_permission_reply",
    /// What became of a marketing message; [`Event::name`](super::Event::name) is the field.
    MarketingMessage(MarketingMessage) = "marketing_message",
    /// A timer of the bot's own is due. Nothing that the platform sends is one.
    Timer(Timer) = "timer",
    /// Something changed on the page; [`Event::name`](super::Event::name) is the field.
    Change(Change) = "change",
}

impl<'a> Kind<'a> {
    /// What a message is. The order decides where several apply: an echo is never anything else.
    pub(super) fn of_message(mut message: Box<Message<'a>>) -> Self {
        message.settle_sticker();
        let has_payload = message
            .quick_reply
            .as_ref()
            .is_some_and(|reply| reply.payload.is_some());
        let has_attachment = !message.attachments.is_empty() || message.sticker_id.is_some();
        if message.is_echo {
            Self::Echo(message)
        } else if message.is_deleted {
            Self::Deleted(message)
        } else if message.is_unsupported {
            Self::Unsupported(message)
        } else if has_payload {
            Self::QuickReply(message)
        } else if message.story().is_some() {
            Self::StoryReply(message)
        } else if !message.commands.is_empty() {
            Self::Command(message)
        } else if has_attachment {
            Self::Attachment(message)
        } else if message.text.is_some() {
            Self::Text(message)
        } else if message.admin_text.is_some() {
            Self::Notice(message)
        } else {
            Self::Other {
                key: Cow::Borrowed("message"),
            }
        }
    }

    /// Whether it is about a message: then its payload is one.
    pub(super) fn message(&self) -> Option<&Message<'a>> {
        match self {
            Self::Text(message)
            | Self::QuickReply(message)
            | Self::Attachment(message)
            | Self::StoryReply(message)
            | Self::Command(message)
            | Self::Echo(message)
            | Self::Deleted(message)
            | Self::Unsupported(message)
            | Self::Notice(message) => Some(message),
            _ => None,
        }
    }
}
