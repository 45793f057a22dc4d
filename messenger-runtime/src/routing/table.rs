//! The routing table that `bot!` writes: what each route matches and the function behind it.

use crate::{
    BoxFuture,
    message::Reply,
    routing::{Captures, Context, Declined, HandlerError},
};

/// One route of a bot, as [`Bot::ROUTES`](crate::Bot::ROUTES) lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// What kind of event it takes.
    pub kind: RouteKind,
    /// The payload pattern, the regex, the words or events joined by `|`; empty for every event of the kind.
    pub pattern: &'static str,
    /// The path of the handler, as `bot!` names it.
    pub handler: &'static str,
    /// The source file of the handler.
    pub file: &'static str,
    /// The line of the handler's attribute.
    pub line: u32,
    /// Whether it may cut into a running flow.
    pub interrupts: bool,
    /// The flows that its handler begins, by their names, as far as its code or `begins = ..` says so.
    pub begins: &'static [&'static str],
}

impl Route {
    #[doc(hidden)]
    #[must_use]
    pub const fn __new(
        kind: RouteKind,
        pattern: &'static str,
        handler: &'static str,
        file: &'static str,
        line: u32,
        interrupts: bool,
    ) -> Self {
        Self {
            kind,
            pattern,
            handler,
            file,
            line,
            interrupts,
            begins: &[],
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn __begins(self, flows: &'static [&'static str]) -> Self {
        Self {
            begins: flows,
            ..self
        }
    }
}

macro_rules! route_kinds {
    ($($(#[$doc:meta])* $kind:ident = $attribute:literal,)*) => {
        /// What kind of event a route takes; each is the attribute of the same name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum RouteKind {
            $($(#[$doc])* $kind,)*
        }

        impl RouteKind {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The attribute, without its `#[]`.
            #[must_use]
            pub const fn attribute(self) -> &'static str {
                match self {
                    $(Self::$kind => $attribute,)*
                }
            }
        }
    };
}

route_kinds! {
    /// Ahead of routing; may stop it.
    Before = "before",
    /// A tap on a postback button.
    Postback = "on_postback",
    /// A tap on a quick reply.
    QuickReply = "on_quick_reply",
    /// Either of these two.
    Payload = "on_payload",
    /// What somebody typed.
    Text = "on_text",
    /// The first tap in a new thread.
    GetStarted = "on_get_started",
    /// A picture, a location, a sticker.
    Attachment = "on_attachment",
    /// An answer to a story of the account (Instagram).
    StoryReply = "on_story_reply",
    /// Arrival through a link, an ad or a QR code.
    Referral = "on_referral",
    /// An opt-in.
    Optin = "on_optin",
    /// A reaction set or taken back.
    Reaction = "on_reaction",
    /// Messages were read.
    Read = "on_read",
    /// Messages were delivered.
    Delivery = "on_delivery",
    /// A message that left the page.
    Echo = "on_echo",
    /// A message was edited.
    MessageEdit = "on_message_edit",
    /// A message was unsent.
    Unsend = "on_unsend",
    /// An account was linked or unlinked.
    AccountLinking = "on_account_linking",
    /// Thread control was passed.
    PassThreadControl = "on_pass_thread_control",
    /// Thread control was taken.
    TakeThreadControl = "on_take_thread_control",
    /// Thread control was asked for.
    RequestThreadControl = "on_request_thread_control",
    /// The app's roles changed.
    AppRoles = "on_app_roles",
    /// The platform warned, blocked or unblocked the page.
    PolicyEnforcement = "on_policy_enforcement",
    /// An answer to a customer feedback template.
    CustomerFeedback = "on_customer_feedback",
    /// Thumbs up or down under a message of the bot.
    ResponseFeedback = "on_response_feedback",
    /// An answer to a customer information template.
    CustomerInformation = "on_customer_information",
    /// A cart was sent.
    Order = "on_order",
    /// A coupon was used.
    Coupon = "on_coupon",
    /// A lead form was completed.
    Lead = "on_lead",
    /// A call event.
    Call = "on_call",
    /// A slash command.
    Command = "on_command",
    /// Anything in a thread that another app owns.
    Standby = "on_standby",
    /// A change of the page (feed, ratings, ..).
    Change = "on_change",
    /// A timer of the conversation is due.
    Timer = "on_timer",
    /// Any event that no other route took.
    Event = "on_event",
    /// What a person said and nobody answered.
    Fallback = "fallback",
    /// A handler or extractor failed.
    Error = "on_error",
}

/// What a route matches.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Pattern {
    /// Every event of the kind.
    Any,
    /// The event's own word is one of these: `#[on_attachment(image | video)]`, `#[on_change("feed")]`.
    OneOf(&'static [&'static str]),
    /// `BUY:{sku}:{qty=1}`: a literal head, then captures.
    Payload {
        head: &'static str,
        captures: &'static [CaptureSpec],
    },
    /// `table-{n}` of a referral: literals and captures in turn; `literals` has one more than `captures`.
    Template {
        literals: &'static [&'static str],
        captures: &'static [&'static str],
    },
    /// A regex and its named groups.
    Regex {
        pattern: &'static str,
        captures: &'static [&'static str],
    },
    /// Whole messages, in any case.
    Words(&'static [&'static str]),
}

/// One `{capture}` of a payload pattern.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct CaptureSpec {
    pub name: &'static str,
    pub default: Option<&'static str>,
    /// `{rest..}`: takes what is left, separators included.
    pub rest: bool,
}

/// What a handler came to.
#[doc(hidden)]
#[derive(Debug)]
pub enum Outcome {
    /// It answered; routing ends.
    Reply(Reply),
    /// A `before` handler let the event pass.
    Continue,
}

/// A handler at work.
#[doc(hidden)]
pub type Running<'a> = BoxFuture<'a, Result<Outcome, HandlerError>>;

/// Reads the captures and, where they fit, starts the handler.
#[doc(hidden)]
pub type Call<S> = for<'a, 'c> fn(&'a Context<'a, S>, &'c Captures<'c>) -> Result<Running<'a>, Declined>;

/// A route with what it matches and what it calls.
#[doc(hidden)]
#[derive(Debug)]
pub struct Entry<S: 'static> {
    pub route: Route,
    pub pattern: Pattern,
    /// Whether the captures can be read.
    pub fits: fn(&Captures<'_>) -> Result<(), Declined>,
    pub call: Call<S>,
}

/// Everything `bot!` knows of a bot.
#[doc(hidden)]
#[derive(Debug)]
pub struct Table<S: 'static> {
    /// In the order of `bot!`; one entry for each pattern of a handler.
    pub entries: &'static [Entry<S>],
    /// The entry whose payload pattern a postback's payload matches, by head and number of segments.
    pub postback: fn(&str) -> Option<usize>,
    /// The same for quick replies.
    pub quick_reply: fn(&str) -> Option<usize>,
}
