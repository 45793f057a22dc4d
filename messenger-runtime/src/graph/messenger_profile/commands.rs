//! The slash commands.

use serde::{Deserialize, Serialize};

use super::menu::sealed::Sealed;
use crate::message::{CommandName, Listed};

/// A slash command: its name, and what it does in words.
///
/// ```
/// use messenger_runtime::{graph::Command, prelude::*};
///
/// # bot! { Shop; flights }
/// #[on_command("flights")]
/// async fn flights() -> &'static str {
///     "Where to?"
/// }
///
/// # fn main() {
/// let command = Command::new(flights {}, "Looks up flights");
/// assert_eq!(
///     serde_json::to_value(&command).unwrap(),
///     serde_json::json!({"name": "flights", "description": "Looks up flights"})
/// );
/// # }
/// ```
///
/// Platform: Commands, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/commands>
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Command {
    /// The name, without its `/`: at most 32 characters.
    pub name: String,
    /// What it does: at most 64 characters.
    #[serde(default)]
    pub description: String,
}

impl Command {
    /// The command of an `#[on_command("..")]` handler, by the first of its names.
    ///
    /// ```compile_fail
    /// # use messenger_runtime::graph::Command;
    /// let dead = Command::new("flights", "Looks up flights");
    /// ```
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a handler is named where the command is made"
    )]
    pub fn new(handler: impl CommandName<Handler: Listed>, description: impl Into<String>) -> Self {
        Self {
            name: handler.name(),
            description: description.into(),
        }
    }
}

/// One to a hundred slash commands: `[Command; 1]` to `[Command; 100]`, or a `Vec<Command>` made at run
/// time, whose length is checked before it is set.
#[diagnostic::on_unimplemented(
    message = "MSG102: slash commands are a list of 1 to 100 `Command`s",
    label = "not a list of 1 to 100 `Command`s",
    note = "a list made at run time goes in as a `Vec<Command>`; its length is checked before it is set"
)]
pub trait Commands: Sealed {
    #[doc(hidden)]
    fn into_vec(self) -> Vec<Command>;
}

impl Sealed for Vec<Command> {}
#[diagnostic::do_not_recommend]
impl Commands for Vec<Command> {
    fn into_vec(self) -> Self {
        self
    }
}

macro_rules! lists {
    ($($len:literal)*) => {$(
        impl Sealed for [Command; $len] {}
        #[diagnostic::do_not_recommend]
        impl Commands for [Command; $len] {
            fn into_vec(self) -> Vec<Command> {
                self.into()
            }
        }
    )*};
}

lists! {
    1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25
    26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50
    51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75
    76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100
}
