//! The slash commands.

use serde::{Deserialize, Serialize};

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
