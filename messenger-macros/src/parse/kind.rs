//! The attributes: their names, the route kinds behind them, what they may be given.

use crate::error::did_you_mean;

/// What an attribute takes between its parentheses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Arguments {
    /// Nothing.
    None,
    /// A payload pattern, or nothing.
    Payload,
    /// A payload pattern, `phone` or `email`, or nothing.
    QuickReply,
    /// A regex or words, or nothing.
    Text,
    /// A payload without captures, or nothing.
    GetStarted,
    /// A template of a `ref`, or nothing.
    Referral,
    /// Some of these words, or nothing.
    Words(&'static [&'static str]),
    /// Names in quotes, or nothing.
    Names { example: &'static str },
}

/// One attribute of the crate.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) attribute: &'static str,
    /// The variant of `RouteKind`.
    pub(crate) variant: &'static str,
    pub(crate) arguments: Arguments,
    /// What an error calls an event of this kind.
    pub(crate) noun: &'static str,
}

macro_rules! kinds {
    ($($attribute:ident $variant:ident $arguments:expr, $noun:literal;)*) => {
        /// Every attribute.
        pub(crate) const KINDS: &[Kind] = {
            use Arguments::{GetStarted, Names, None, Payload, QuickReply, Referral, Text, Words};
            &[$(Kind {
                attribute: stringify!($attribute),
                variant: stringify!($variant),
                arguments: $arguments,
                noun: $noun,
            },)*]
        };
    };
}

kinds! {
    before Before None, "event";
    on_postback Postback Payload, "postback";
    on_quick_reply QuickReply QuickReply, "quick reply";
    on_payload Payload Payload, "payload";
    on_text Text Text, "text";
    on_get_started GetStarted GetStarted, "get-started tap";
    on_attachment Attachment Words(&[
        "image", "video", "audio", "file", "location", "sticker", "template", "fallback", "reel", "ig_reel",
        "post", "ig_post", "share", "story_mention", "ephemeral", "appointment_booking", "product",
    ]), "attachment";
    on_story_reply StoryReply None, "story reply";
    on_referral Referral Referral, "referral";
    on_optin Optin None, "opt-in";
    on_reaction Reaction Words(&["react", "unreact"]), "reaction";
    on_read Read None, "read receipt";
    on_delivery Delivery None, "delivery receipt";
    on_echo Echo Words(&["own", "other"]), "echo";
    on_message_edit MessageEdit None, "message edit";
    on_unsend Unsend None, "unsent message";
    on_account_linking AccountLinking Words(&["linked", "unlinked"]), "account linking";
    on_pass_thread_control PassThreadControl None, "pass of thread control";
    on_take_thread_control TakeThreadControl None, "taking of thread control";
    on_request_thread_control RequestThreadControl None, "request for thread control";
    on_app_roles AppRoles None, "change of app roles";
    on_policy_enforcement PolicyEnforcement None, "policy enforcement";
    on_customer_feedback CustomerFeedback None, "customer feedback";
    on_response_feedback ResponseFeedback None, "response feedback";
    on_customer_information CustomerInformation None, "customer information";
    on_order Order None, "order";
    on_coupon Coupon None, "coupon";
    on_lead Lead None, "lead";
    on_call Call None, "call";
    on_command Command Names { example: "menu" }, "command";
    on_standby Standby None, "standby event";
    on_change Change Names { example: "feed" }, "page change";
    on_timer Timer Names { example: "cart" }, "timer";
    on_event Event None, "event";
    fallback Fallback None, "fallback";
    on_error Error None, "error";
}

impl Kind {
    /// The kind whose attribute is called `name`.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.attribute == name)
    }

    /// Whether its patterns are looked up among the payloads of postbacks.
    pub(crate) fn takes_postbacks(&self) -> bool {
        matches!(self.variant, "Postback" | "Payload" | "GetStarted")
    }

    /// Whether its patterns are looked up among the payloads of quick replies.
    pub(crate) fn takes_quick_replies(&self) -> bool {
        matches!(self.variant, "QuickReply" | "Payload")
    }
}

/// "; did you mean ..?" where a known attribute is close to `name`, else nothing.
pub(crate) fn similar_attribute(name: &str) -> String {
    let known: Vec<&str> = KINDS.iter().map(|kind| kind.attribute).collect();
    did_you_mean(name, &known)
}
