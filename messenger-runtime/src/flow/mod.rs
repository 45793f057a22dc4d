//! Dialogs of several turns: what a step asks, and how an answer is read.
//!
//! A step of a flow takes its answer as a parameter, and the parameter's type says what an answer is:
//!
//! | type | what people may send | offered |
//! |---|---|---|
//! | `String` | any text | |
//! | `u32`, `i64`, `f64`, .. | a number in digits | |
//! | `jiff::civil::Date`, `Time` | `1 December`, `tomorrow`, `9:30`, `2 pm`, ..; the feature `jiff` | |
//! | [`EmailAddress`], [`PhoneNumber`] | typed, or their quick reply | what the platform knows of the person |
//! | an enum with `#[derive(Choice)]` | a tap, or a title typed in any case | its variants |
//! | [`Attachments`](crate::Attachments) | anything but text | |
//! | a type of your own | what its [`Answer`] reads | what its [`Answer`] offers |
//!
//! What cannot be read is asked for again, with the reason: a [`Retry`](struct@Retry). [`#[flow(..)]`](macro@crate::flow) says how steps
//! are written; a handler begins a flow by its [`Dialog`]. The value, the step and the flows it is within are part of the
//! conversation's state and committed with the turn. In which language people are asked says the
//! [catalogue](crate::catalog) of the bot.

mod answer;
mod attachments;
mod bot_graph;
mod choice;
mod contact;
#[cfg(feature = "jiff")]
mod date;
mod diagram;
mod dialog;
mod entry;
mod flows;
mod graph;
mod kept;
mod misfit;
mod number;
mod retry;
mod steps;
#[cfg(feature = "jiff")]
mod time;

#[doc(hidden)]
pub use crate::routing::dialog::Begun;
pub use answer::{Answer, Said};
pub use bot_graph::BotGraph;
pub use choice::Choice;
#[doc(hidden)]
pub use choice::{offered, read as read_choice};
pub use contact::{EmailAddress, PhoneNumber};
#[cfg(feature = "jiff")]
pub use date::read_date;
pub use dialog::Dialog;
#[doc(hidden)]
pub use entry::FlowEntry;
pub(crate) use entry::{Fault, Loaded};
pub(crate) use flows::Flows;
pub use graph::{FlowGraph, StepKind, StepNode};
pub(crate) use kept::Kept;
pub use misfit::Misfit;
pub use retry::Retry;
pub(crate) use steps::has_letters;
#[doc(hidden)]
pub use steps::{
    Broken, NextStep, Steps, Went, asked, begun, came_to, meant, offering, options, over, prompt,
};
pub use steps::{IntoStep, Question};

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::message::BoxError;

/// The key of what a person is told whose flow ends without a word of its own.
pub(crate) const CANCELLED_KEY: &str = "Flow-cancelled";
/// The key of what a person is told whose flow cannot be read and has no `#[on_unreadable]`.
pub(crate) const UNREADABLE_KEY: &str = "Flow-unreadable";

/// A flow that a `bot!` lists, and that therefore runs. `bot!` implements it.
#[diagnostic::on_unimplemented(
    message = "no `bot!` lists the flow `{Self}`",
    label = "nobody would answer its questions",
    note = "add it to the list: `bot! {{ .., flow {Self} }}`"
)]
pub trait ListedFlow {}

/// A dialog of several turns; [`#[flow(..)]`](macro@crate::flow) writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no flow",
    label = "not a flow",
    note = "write `#[flow(start = ..)]` above the `impl` that holds its steps"
)]
pub trait Flow: Serialize + DeserializeOwned + Send + 'static {
    /// The type again: a bound on it is looked at only where this is a flow, so that one mistake is one error.
    #[doc(hidden)]
    type Itself;

    /// The name by which it is stored, apart from the graph: flows may begin one another.
    #[doc(hidden)]
    const NAME: &'static str;

    /// The steps and the ways between them.
    const GRAPH: FlowGraph;

    /// The version of the type and its steps, stored with it.
    const VERSION: u32;

    /// After how long without an answer it ends; `None` where never.
    const EXPIRES: Option<Duration>;

    /// What a person says to end it, as a regex.
    const CANCEL: Option<&'static str>;

    /// Makes today's value and step of what was stored in another version. `#[migrate]` in the `impl` writes it.
    ///
    /// # Errors
    ///
    /// Where it cannot; unless written, always. What was stored is kept aside then.
    #[doc(hidden)]
    fn migrate(version: u32, step: &str, value: Value) -> Result<(Self, String), BoxError> {
        let _ = (step, value);
        let to = Self::VERSION;
        Err(format!("no `#[migrate]` from version {version} to {to} is written").into())
    }
}
