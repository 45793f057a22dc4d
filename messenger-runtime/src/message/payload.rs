//! What a button, quick reply, command or link sends back, named by the handler that answers it.
//!
//! The attribute of a handler implements those of [`Postback`], [`QuickReplyPayload`], [`GetStarted`],
//! [`CommandName`] and [`ReferralRef`] that fit, for the payload struct of its name, with itself as the
//! `Handler`; `bot!` implements [`Listed`] for each handler it lists. A bound on the associated type is
//! looked at only once the trait itself holds, so that one mistake is one error.

/// A payload that an `#[on_postback]` or `#[on_payload]` handler answers.
///
/// Those attributes implement it. A [`Button`](super::Button) takes nothing else, so a button that
/// nobody answers does not compile.
#[diagnostic::on_unimplemented(
    message = "no `#[on_postback]` handler answers `{Self}`",
    label = "a dead button",
    note = "name the handler and its captures, like `buy {{ sku, qty: 1 }}`; `#[on_payload]` handlers answer buttons and quick replies"
)]
pub trait Postback {
    /// The handler's payload struct itself.
    type Handler;

    /// The payload as it is sent: at most 1000 characters.
    fn payload(&self) -> String;
}

/// A payload that an `#[on_quick_reply]` or `#[on_payload]` handler answers.
///
/// Those attributes implement it. A [`QuickReply`](super::QuickReply) with a title takes nothing else,
/// so a quick reply that nobody answers does not compile.
#[diagnostic::on_unimplemented(
    message = "no `#[on_quick_reply]` handler answers `{Self}`",
    label = "a dead quick reply",
    note = "name the handler and its captures, like `size {{ value: 42 }}`; `#[on_payload]` handlers answer buttons and quick replies"
)]
pub trait QuickReplyPayload {
    /// The handler's payload struct itself.
    type Handler;

    /// The payload as it is sent: at most 1000 characters.
    fn payload(&self) -> String;
}

/// The payload of the get-started button, which an `#[on_get_started]` handler answers.
///
/// That attribute implements it. [`MessengerProfile::get_started`](crate::graph::MessengerProfile::get_started)
/// takes nothing else, so a page whose first tap nobody answers does not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no `#[on_get_started]` handler",
    label = "nobody would answer the first tap",
    note = "write `#[on_get_started]` above the handler that greets people, and name it here: `get_started(welcome {{}})`"
)]
pub trait GetStarted {
    /// The handler's payload struct itself.
    type Handler;

    /// The payload as the page's profile has it: at most 1000 characters.
    fn payload(&self) -> String;
}

/// A slash command that an `#[on_command("..")]` handler answers.
///
/// That attribute implements it where it names a command; of several names the first is the command's. A
/// [`Command`](crate::graph::Command) takes nothing else, so a command that nobody answers does not compile.
#[diagnostic::on_unimplemented(
    message = "no `#[on_command(\"..\")]` handler answers `{Self}`",
    label = "a command that nobody answers",
    note = "name the handler of the command, like `flights {{}}`, and the command above it: `#[on_command(\"flights\")]`; without a name that takes every command and is none itself"
)]
pub trait CommandName {
    /// The handler's payload struct itself.
    type Handler;

    /// The name, without its `/`: at most 32 characters.
    fn name(&self) -> String;
}

/// A `ref` that an `#[on_referral("..")]` handler answers.
///
/// That attribute implements it. A link with a `referral` takes nothing else, so a link that nobody
/// answers does not compile.
#[diagnostic::on_unimplemented(
    message = "no `#[on_referral(\"..\")]` handler answers `{Self}`",
    label = "a link that nobody answers",
    note = "name the handler and its captures, like `table {{ n: 4 }}`; `reference` puts any text into a link"
)]
pub trait ReferralRef {
    /// The handler's payload struct itself.
    type Handler;

    /// The `ref` as a link carries it; the link checks its length and its characters.
    fn reference(&self) -> String;
}

/// A handler that a `bot!` lists, and that therefore runs. `bot!` implements it.
#[diagnostic::on_unimplemented(
    message = "no `bot!` lists the handler `{Self}`",
    label = "nobody would answer this",
    note = "add it to the list: `bot! {{ .., {Self} }}`, or to the `routes!` of its module"
)]
pub trait Listed {}

/// A payload that no handler is named for: only the catch-alls (`#[on_postback]`,
/// `#[on_quick_reply]` without an argument) or another app answer it.
///
/// ```
/// use messenger_runtime::message::{Button, RawPayload};
///
/// let button = Button::postback("Talk to sales", RawPayload("OTHER_APP:SALES".to_owned()));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct RawPayload(
    /// The payload as it is sent.
    pub String,
);

impl std::fmt::Debug for RawPayload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RawPayload([{} bytes])", self.0.len())
    }
}

#[diagnostic::do_not_recommend]
impl Listed for RawPayload {}

#[diagnostic::do_not_recommend]
impl Postback for RawPayload {
    type Handler = Self;

    fn payload(&self) -> String {
        self.0.clone()
    }
}

#[diagnostic::do_not_recommend]
impl QuickReplyPayload for RawPayload {
    type Handler = Self;

    fn payload(&self) -> String {
        self.0.clone()
    }
}

#[diagnostic::do_not_recommend]
impl GetStarted for RawPayload {
    type Handler = Self;

    fn payload(&self) -> String {
        self.0.clone()
    }
}

/// A command that no handler is named for: only a catch-all (`#[on_command]` without an argument) or
/// another app answers it.
///
/// ```
/// use messenger_runtime::{graph::Command, message::RawCommand};
///
/// let command = Command::new(RawCommand("sales".to_owned()), "Talks to sales");
/// assert_eq!(command.name, "sales");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCommand(
    /// The name, without its `/`.
    pub String,
);

#[diagnostic::do_not_recommend]
impl Listed for RawCommand {}

#[diagnostic::do_not_recommend]
impl CommandName for RawCommand {
    type Handler = Self;

    fn name(&self) -> String {
        self.0.clone()
    }
}
