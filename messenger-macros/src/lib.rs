//! The attributes and macros of `messenger-runtime`. Use them through that crate, which re-exports them.
//!
//! A handler is an async function under one or more of the attributes below. Its parameters are the captures of its
//! patterns, by name, and extractors, by type: `Text`, `User`, `Profile`, `Attachments`, `Option<Referral>`,
//! `Event<'_>`, `State<T>`, `Session<T>`, `Timers`, `Chat`, `Graph`, `HandlerError`. It returns a reply: `Reply`, `Message`, a text, `()`, or
//! an `Option` or `Result` of these. It stays a plain function that others can call. [`bot!`](macro@bot) makes a bot of
//! handlers, and checks them together while the crate compiles.
//!
//! Inside, each step has a folder: `parse` reads tokens, `check` compares what they say, `expand` writes code.

mod check;
mod error;
mod expand;
mod parse;

use proc_macro::TokenStream;

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])*
        #[proc_macro_attribute]
        pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
            attribute(stringify!($name), arguments, item)
        })*
    };
}

/// Attributes for events that need no more words than what they are and where the platform describes them.
macro_rules! events {
    ($($name:ident $(($argument:ident))? $handler:ident: $doc:literal, $title:literal $page:literal;)*) => {
        attributes! {$(
            #[doc = $doc]
            ///
            /// ```
            /// use messenger_runtime::prelude::*;
            ///
            #[doc = concat!("#[", stringify!($name), $("(", stringify!($argument), ")",)? "]")]
            #[doc = concat!("async fn ", stringify!($handler), "() {}")]
            #[doc = concat!("# bot! { Shop; ", stringify!($handler), " }")]
            /// ```
            ///
            #[doc = concat!("Platform: ", $title, ",")]
            #[doc = concat!(
                "<https://developers.facebook.com/documentation/business-messaging/messenger-platform/",
                "reference/webhook-events/", $page, ">"
            )]
            $name;
        )*}
    };
}

fn attribute(name: &str, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let kind = parse::kind::Kind::named(name).expect("every attribute has a kind");
    expand::attribute(kind, arguments.into(), &item.into()).into()
}

fn or_error(tokens: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    tokens.unwrap_or_else(syn::Error::into_compile_error).into()
}

#[doc = include_str!("../docs/bot.md")]
#[proc_macro]
pub fn bot(input: TokenStream) -> TokenStream {
    or_error(expand::bot(input.into()))
}

#[doc = include_str!("../docs/routes.md")]
#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    or_error(expand::routes(input.into()))
}

#[doc = include_str!("../docs/flow.md")]
#[proc_macro_attribute]
pub fn flow(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::flow(arguments.into(), &item.into()).into()
}

/// Makes an enum an answer to a question: its variants are offered as quick replies, and their titles may be typed in
/// any case. A title is the variant's name in words, `ExtraLarge` as `Extra large`, or what `#[choice("..")]` says; at
/// most 20 characters, at most 13 variants, none of which holds anything.
///
/// ```
/// use messenger_runtime::{flow::{Answer, Said}, prelude::*};
///
/// #[derive(Choice, Debug, PartialEq)]
/// enum Size {
///     Small,
///     #[choice("XL")]
///     ExtraLarge,
/// }
///
/// assert_eq!(Size::read(&Said::typed("xl")).unwrap(), Size::ExtraLarge);
/// assert_eq!(Size::quick_replies()[0].title(), Some("Small"));
/// ```
///
/// Platform: Quick replies,
/// <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/quick-replies>
#[proc_macro_derive(Choice, attributes(choice))]
pub fn choice(item: TokenStream) -> TokenStream {
    expand::choice(item.into()).into()
}

#[doc(hidden)]
#[proc_macro]
pub fn __open(input: TokenStream) -> TokenStream {
    or_error(expand::open(input.into()))
}

#[doc(hidden)]
#[proc_macro]
pub fn __listed(input: TokenStream) -> TokenStream {
    or_error(expand::listed(input.into()))
}

#[doc(hidden)]
#[proc_macro]
pub fn __chunk(input: TokenStream) -> TokenStream {
    or_error(expand::chunk(input.into()))
}

#[doc(hidden)]
#[proc_macro]
pub fn __finish(input: TokenStream) -> TokenStream {
    or_error(expand::finish(input.into()))
}

attributes! {
    /// Runs ahead of routing, for every event; may answer and stop it. Several run in the order of `bot!`.
    ///
    /// Returns `()` to let every event pass, or `ControlFlow`: `Continue(())` lets it pass, `Break(reply)` answers.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// use std::ops::ControlFlow;
    ///
    /// #[before]
    /// async fn closed(event: Event<'_>) -> ControlFlow<&'static str> {
    ///     if event.text() == Some("knock") { ControlFlow::Break("We are closed.") } else { ControlFlow::Continue(()) }
    /// }
    /// # bot! { Shop; closed }
    /// ```
    before;

    #[doc = include_str!("../docs/on_postback.md")]
    on_postback;

    /// Answers taps on quick replies: those of one payload (the pattern is that of [`macro@on_postback`], `was` included),
    /// a shared phone number (`phone`) or e-mail address (`email`), or without an argument all that no payload route takes.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_quick_reply("SIZE:{millilitres}")]
    /// async fn size(millilitres: u32) -> String {
    ///     format!("{millilitres} ml it is.")
    /// }
    ///
    /// #[on_quick_reply(phone)]
    /// async fn phone() -> &'static str {
    ///     "We will call."
    /// }
    ///
    /// #[on_text(words = ["coffee"])]
    /// async fn coffee() -> Reply {
    ///     Reply::text("Which size?").quick_replies([QuickReply::text("Large", size { millilitres: 400 })])
    /// }
    /// # bot! { Shop; size, phone, coffee }
    /// ```
    ///
    /// Platform: Quick replies,
    /// <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messages>
    on_quick_reply;

    /// Answers both postback buttons and quick replies of a payload, as [`macro@on_postback`] and [`macro@on_quick_reply`] do.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_payload("HUMAN")]
    /// async fn human() -> &'static str {
    ///     "One moment, please."
    /// }
    /// # bot! { Shop; human }
    /// ```
    on_payload;

    #[doc = include_str!("../docs/on_text.md")]
    on_text;

    /// Answers the first tap in a new thread: the payload `GET_STARTED`, or the one it is given, as set in the page's profile.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_get_started]
    /// async fn welcome() -> &'static str {
    ///     "Hi!"
    /// }
    /// # bot! { Shop; welcome }
    /// ```
    ///
    /// Platform: Postbacks,
    /// <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_postbacks>
    on_get_started;

    /// Answers attachments of some kinds, with `|` between them, or of every kind: `image`, `video`, `audio`, `file`,
    /// `location`, `sticker`, `template`, `fallback`, `reel`, `ig_reel`, `post`, `ig_post`, `share`, `story_mention`,
    /// `ephemeral`, `appointment_booking`, `product`.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_attachment(image | video)]
    /// async fn picture() -> &'static str {
    ///     "Looks tasty."
    /// }
    /// # bot! { Shop; picture }
    /// ```
    ///
    /// Platform: Messages,
    /// <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messages>
    on_attachment;

    /// Answers a reply to a story of the account (Instagram).
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_story_reply]
    /// async fn story() -> &'static str {
    ///     "Thanks!"
    /// }
    /// # bot! { Shop; story }
    /// ```
    ///
    /// Platform: Messages,
    /// <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messages>
    on_story_reply;

    /// Answers arrival through a link, an ad or a QR code: a `ref` like the template, wherever it arrives, or without an
    /// argument every referral event. A template is literals and captures in turn; a ref holds letters, digits, `-`, `_`, `=`.
    /// Links to it are made with `graph::MeLink`, from `table { n: 4 }`.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_referral("table-{n}")]
    /// async fn table(n: u32) -> String {
    ///     format!("You sit at table {n}.")
    /// }
    /// # bot! { Shop; table }
    /// ```
    ///
    /// Platform: Referrals,
    /// <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_referrals>
    on_referral;

    /// Answers slash commands: those of some names, or every command. A name has no `/` and at most 32 characters; by the
    /// first one the page's profile offers the command: `Command::new(menu {}, "Shows the menu")`.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_command("menu")]
    /// async fn menu() -> &'static str {
    ///     "Moka, espresso, filter."
    /// }
    /// # bot! { Shop; menu }
    /// ```
    on_command;

    /// Runs for changes of the page or account: of some fields, or of every field. A reply to a comment is private.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_change("feed")]
    /// async fn comment() -> &'static str {
    ///     "Thank you! Ask us anything here."
    /// }
    /// # bot! { Shop; comment }
    /// ```
    on_change;

    /// Runs when a timer of the conversation is due, as `Timers` sets them: timers of some names, or every timer. What it
    /// returns goes to the person as an `UPDATE`.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_text(words = ["remind me"])]
    /// async fn later(timers: Timers) -> &'static str {
    ///     timers.set("reminder", Duration::from_secs(600));
    ///     "In ten minutes."
    /// }
    ///
    /// #[on_timer("reminder")]
    /// async fn remind() -> &'static str {
    ///     "Ten minutes are over."
    /// }
    /// # bot! { Shop; later, remind }
    /// ```
    ///
    /// While a person in the inbox has the conversation, a timer that is due waits until the bot may speak again. `before`
    /// handlers run ahead of it, as they do for every event.
    on_timer;

    /// Runs for every event that no other route took, before the fallback.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_event]
    /// async fn log(_event: Event<'_>) {}
    /// # bot! { Shop; log }
    /// ```
    on_event;

    /// Answers what a person said and nobody answered: text, attachments, quick replies, postbacks. Nothing else.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[fallback]
    /// async fn sorry() -> &'static str {
    ///     "I did not get that."
    /// }
    /// # bot! { Shop; sorry }
    /// ```
    fallback;

    /// Runs when a handler or extractor failed, panicked or ran too long. What it returns is sent in place of the answer.
    ///
    /// ```
    /// use messenger_runtime::prelude::*;
    ///
    /// #[on_error]
    /// async fn failed(error: HandlerError) -> &'static str {
    ///     eprintln!("{error}");
    ///     "Sorry, that did not work."
    /// }
    /// # bot! { Shop; failed }
    /// ```
    on_error;
}

events! {
    on_optin joined:
        "Runs when somebody opts in: to notifications, by a checkbox, to marketing messages.",
        "Opt-ins" "messaging_optins";
    on_reaction(react) liked:
        "Runs when a reaction is set (`react`), taken back (`unreact`), or both.",
        "Reactions" "message-reactions";
    on_read seen:
        "Runs when messages of the page were read.",
        "Message reads" "message-reads";
    on_delivery arrived:
        "Runs when messages of the page were delivered.",
        "Message deliveries" "message-deliveries";
    on_echo(other) echo:
        "Runs for messages that left the page: the bot's `own`, those of an `other` (a person in the inbox, another app), or both.",
        "Message echoes" "message-echoes";
    on_message_edit edited:
        "Runs when somebody edits a message.",
        "Message edits" "message-edits";
    on_unsend unsent:
        "Runs when somebody takes a message back.",
        "Webhook events" "";
    on_account_linking(linked) linked:
        "Runs when an account is `linked`, `unlinked`, or both.",
        "Account linking" "messaging_account_linking";
    on_pass_thread_control passed:
        "Runs when control of a thread was passed.",
        "Handovers" "messaging_handovers";
    on_take_thread_control taken:
        "Runs when control of a thread was taken.",
        "Handovers" "messaging_handovers";
    on_request_thread_control requested:
        "Runs when control of a thread is asked for.",
        "Handovers" "messaging_handovers";
    on_app_roles roles:
        "Runs when the roles of the app at a page change.",
        "Handovers" "messaging_handovers";
    on_policy_enforcement warned:
        "Runs when the platform warns, blocks or unblocks the page.",
        "Policy enforcement" "messaging_policy_enforcement";
    on_customer_feedback rated:
        "Runs when somebody answers a customer feedback template.",
        "Customer feedback" "messaging_feedback";
    on_response_feedback thumb:
        "Runs on a thumb up or down under a message of the bot.",
        "Response feedback" "response_feedback";
    on_customer_information details:
        "Runs when somebody answers a customer information template.",
        "Customer information" "messaging_customer_information";
    on_order ordered:
        "Runs when somebody sends a cart.",
        "Orders" "messages";
    on_coupon used:
        "Runs when somebody uses a coupon.",
        "Webhook events" "";
    on_lead lead:
        "Runs when somebody completes a lead form.",
        "Lead forms" "messaging_in_thread_lead_form_submit";
    on_call called:
        "Runs for the events of a call.",
        "Webhook events" "";
    on_standby watch:
        "Runs for events of threads that another app owns. Nothing else runs for them.",
        "Standby" "standby";
}
