//! Which handler runs for an event, and with what.
//!
//! # The order
//!
//! One handler runs for an event: the first that fits, in this order. [`Bot::explain`](crate::Bot::explain)
//! tells for any event which routes were tried and why each did not fit; the code is `router.rs`, one
//! function for each rule, and `tests/rules.rs` has a test named after each.
//!
//! 1. **Standby and echoes.** What happens in a thread that another app owns goes to
//!    [`on_standby`](crate::on_standby) alone (thread-control events by their kind). What left the page goes
//!    to [`on_echo`](crate::on_echo) alone, `own` or `other`. Neither ever reaches a text route. An echo of
//!    somebody else (a person in the inbox, another app) pauses the bot for that person, for 30 minutes
//!    unless [configured](crate::config::Config::human_pause), or until control comes back.
//! 2. **Referrals.** A `ref` that an [`on_referral`](crate::on_referral) route names goes to that route,
//!    wherever it arrives: as its own event, inside a postback, inside a message. Elsewhere it is an
//!    `Option<Referral>` that any handler may take.
//! 3. **Postbacks.** The exact payload ([`on_postback`](crate::on_postback),
//!    [`on_payload`](crate::on_payload), [`on_get_started`](crate::on_get_started)), then
//!    `#[on_postback]` and `#[on_payload]` without an argument. An answer that a [flow](mod@crate::flow) has offered goes
//!    to the step that waits for it, and never to a route: where another step waits, its question is asked again,
//!    where none does, `fallback` takes it.
//! 4. **Quick replies.** The exact payload ([`on_quick_reply`](crate::on_quick_reply), `on_payload`); for
//!    phone and e-mail replies the step of a flow that waits for one, else `#[on_quick_reply(phone)]` and `(email)`;
//!    then `#[on_quick_reply]` and `#[on_payload]` without an argument. Answers of flows go as in 3.
//! 5. **Typed titles.** Text that equals, trimmed and in any case, the title of a quick reply offered in the
//!    last message counts as that tap: not every client shows quick replies.
//! 6. **Text.** With a flow running: the words that cancel it, then the text routes with `interrupts`, then its step,
//!    where that can take what was said. Else the [`on_text`](crate::on_text) routes in the order of [`bot!`](crate::bot!), the first whose
//!    captures can be read. The text is trimmed for them; [`Text`] has it as it was typed.
//! 7. **Attachments.** A message with text and attachments (a pasted link is one) is routed as text, then by
//!    [`on_attachment`](crate::on_attachment).
//! 8. **The event's own kind**, such as [`on_reaction`](crate::on_reaction) or
//!    [`on_change`](crate::on_change), then [`on_event`](crate::on_event). Last,
//!    [`fallback`](macro@crate::fallback) takes what a person said and nobody answered: text, attachments,
//!    quick replies, postbacks. Reads, deliveries, reactions, edits, unsends and notices without a handler
//!    are counted, never answered.
//!
//! Where a flow runs and a handler took what the person said, the question comes again behind the reply, unless the
//! handler has moved the [`Dialog`](crate::flow::Dialog) or handed the conversation over; then it comes again when the
//! conversation is given back. [`on_get_started`](crate::on_get_started) ends a flow. Who is told that a flow has expired
//! or was lost is not told by `fallback` besides that nobody understood.
//!
//! A timer that is due goes to [`on_timer`](crate::on_timer) of its name, then to `#[on_timer]`, then to
//! `on_event`. While a person in the inbox has the conversation it waits until the bot may speak again. Nothing
//! that the platform sends can be a timer.
//!
//! Ahead of all that, for events that are neither echo nor standby, [`before`](macro@crate::before) handlers
//! run in the order of `bot!` and may stop the event. A handler or extractor that fails, panics, overruns
//! its time or breaks a limit goes to [`on_error`](crate::on_error) as a [`HandlerError`].
//!
//! # Payloads outlive deploys
//!
//! Buttons stay in the history of a conversation for ever. A payload matches a pattern when its head and
//! its number of segments match; `{qty=1}` gives missing last segments a value, `{rest..}` takes what is
//! left, `was = "OLD:{sku}"` keeps an old spelling working, and a payload that no pattern knows goes to the
//! catch-alls, never to an error.
//!
//! # Replies find their person
//!
//! A reply goes to whom the event came from. To a comment on the page it is the private reply to that
//! comment, to a checkbox opt-in it goes to its `user_ref`.

mod capture;
mod captures;
mod context;
pub(crate) mod dialog;
mod error;
mod explain;
mod extract;
pub(crate) mod fold;
mod kinds;
mod lookup;
mod router;
pub(crate) mod session;
mod table;
#[doc(hidden)]
pub mod text;
mod timer;

use std::{fmt, ops::ControlFlow};

pub use capture::Capture;
#[doc(hidden)]
pub use captures::{Captures, Declined};
pub(crate) use captures::{push, push_rest};
pub use context::{Context, FromContext, Rejection};
pub use error::HandlerError;
pub(crate) use explain::Trace;
pub use explain::{Explanation, Tried, Why};
pub(crate) use extract::too_long;
pub use extract::{Attachments, FromState, Phrase, Referral, State, Text, Texts, User};
#[doc(hidden)]
pub use lookup::Lookup;
pub(crate) use router::{EchoOf, Fit, Offered, Router, Situation, echo_of, said_by_a_person};
pub use session::{Session, SessionError, SessionState, Unreadable};
#[doc(hidden)]
pub use table::{Call, CaptureSpec, Entry, Outcome, Pattern, Running, Table};
pub use table::{Route, RouteKind};
pub use timer::{Timer, Timers};

use crate::{
    BoxFuture,
    message::{BoxError, IntoBoxError, IntoReply, Reply},
};

/// Sends while the handler still runs; what the `Chat` extractor stands on.
#[doc(hidden)]
pub trait ChatPort: fmt::Debug + Send + Sync {
    /// Sends `reply` after everything that this conversation has still to send.
    fn send(&self, reply: Reply) -> BoxFuture<'_, Result<(), BoxError>>;
}

/// What a `#[before]` handler may return: `()` lets every event pass, [`ControlFlow`] decides.
///
/// ```
/// use std::ops::ControlFlow;
/// use messenger_runtime::prelude::*;
///
/// #[before]
/// async fn closed(event: Event<'_>) -> ControlFlow<&'static str> {
///     if event.text() == Some("knock") { ControlFlow::Break("We are closed.") } else { ControlFlow::Continue(()) }
/// }
/// # bot! { Shop; closed }
/// ```
#[diagnostic::on_unimplemented(
    message = "a `#[before]` handler cannot return `{Self}`",
    label = "not a decision",
    note = "return `()` to let every event pass, or `ControlFlow<Reply>`: `Continue(())` lets it pass, `Break(reply)` answers and stops"
)]
pub trait IntoDecision {
    /// The decision, or the error that goes to `#[on_error]`.
    fn into_decision(self) -> Result<ControlFlow<Reply>, BoxError>;
}

impl IntoDecision for () {
    fn into_decision(self) -> Result<ControlFlow<Reply>, BoxError> {
        Ok(ControlFlow::Continue(()))
    }
}

impl<R: IntoReply> IntoDecision for ControlFlow<R> {
    fn into_decision(self) -> Result<ControlFlow<Reply>, BoxError> {
        Ok(match self {
            Self::Continue(()) => ControlFlow::Continue(()),
            Self::Break(reply) => ControlFlow::Break(reply.into_reply()?),
        })
    }
}

impl<D: IntoDecision, E: IntoBoxError> IntoDecision for Result<D, E> {
    fn into_decision(self) -> Result<ControlFlow<Reply>, BoxError> {
        self.map_err(E::into_box_error)?.into_decision()
    }
}
