//! What a reply is made of.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Message, MessagingType, SendOptions};

/// One thing a reply does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Sends a message.
    #[non_exhaustive]
    Send {
        /// What is sent.
        message: Message,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "SendOptions::is_empty")]
        options: SendOptions,
        /// What is done when nobody knows whether it arrived. The platform never sees it.
        #[serde(default, skip_serializing_if = "WhenInDoubt::is_again")]
        when_in_doubt: WhenInDoubt,
    },
    /// Shows something in the conversation without a message.
    SenderAction(SenderAction),
    /// Gives the conversation to another app.
    ///
    /// Platform: conversation routing, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing>.
    PassThreadControl {
        /// The app, or `None` for the platform's inbox, where people answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        target_app_id: Option<String>,
        /// Told to the app that receives the conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        metadata: Option<String>,
    },
    /// Takes the conversation back from another app, where the routing allows it.
    TakeThreadControl {
        /// Told to the app that loses the conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        metadata: Option<String>,
    },
    /// Gives the conversation up: nobody owns it, and the default app answers next.
    ReleaseThreadControl,
    /// Lets time pass before what follows; see [`Reply::pause`](super::Reply::pause).
    Pause(#[serde(with = "millis")] Duration),
    /// Asks the question of the flow that runs, in this place; without it that comes last. Where none runs it is nothing.
    Question,
}

impl Action {
    /// Has a message go as an `UPDATE` instead of a `RESPONSE`, unless it asks for another type.
    pub(crate) fn usually_update(&mut self) {
        if let Self::Send { message, options, .. } = self {
            let usual = options.messaging_type(message.is_utility(), MessagingType::Update);
            options.messaging_type = Some(usual);
        }
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden =
            |metadata: &Option<String>| metadata.as_ref().map(|text| format!("[{} bytes]", text.len()));
        match self {
            Self::Send {
                message,
                options,
                when_in_doubt,
            } => f
                .debug_struct("Send")
                .field("message", message)
                .field("options", options)
                .field("when_in_doubt", when_in_doubt)
                .finish(),
            Self::SenderAction(action) => f.debug_tuple("SenderAction").field(action).finish(),
            Self::PassThreadControl {
                target_app_id,
                metadata,
            } => f
                .debug_struct("PassThreadControl")
                .field("target_app_id", target_app_id)
                .field("metadata", &hidden(metadata))
                .finish(),
            Self::TakeThreadControl { metadata } => f
                .debug_struct("TakeThreadControl")
                .field("metadata", &hidden(metadata))
                .finish(),
            Self::ReleaseThreadControl => f.write_str("ReleaseThreadControl"),
            Self::Pause(pause) => f.debug_tuple("Pause").field(pause).finish(),
            Self::Question => f.write_str("Question"),
        }
    }
}

/// What is done with a message when the connection died after it had left, and no echo has told since whether
/// it arrived. The platform has no way to send a message exactly once.
///
/// Either way the bot first waits 10 seconds for the echo, which comes where the page is subscribed to
/// `message_echoes`; it settles the message whatever is chosen here.
///
/// ```
/// use messenger_runtime::message::Reply;
/// use serde_json::{json, to_value};
///
/// let reply = Reply::text("Your one code for the raffle: 4711").at_most_once();
/// assert_eq!(
///     to_value(&reply)?[0]["send"]["when_in_doubt"],
///     json!("give_up"),
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenInDoubt {
    /// It is sent again: the person sees it at least once, and three times at most where the connection dies each
    /// time. Where the process itself dies while it sends, one more may leave for each time, twenty at most. Then
    /// it becomes a dead letter (MSG622).
    #[default]
    SendAgain,
    /// It is never sent again but becomes a dead letter (MSG623): the person sees it at most once.
    GiveUp,
}

impl WhenInDoubt {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    fn is_again(&self) -> bool {
        *self == Self::SendAgain
    }
}

/// What the person sees without a message (`sender_action`).
///
/// ```
/// use messenger_runtime::message::SenderAction;
/// use serde_json::{json, to_value};
///
/// assert_eq!(to_value(SenderAction::TypingOn)?, json!({"sender_action": "typing_on"}));
/// let love = SenderAction::React { message_id: "m_1".to_owned(), reaction: "love".to_owned() };
/// assert_eq!(to_value(love)?, json!({
///     "sender_action": "react", "payload": {"message_id": "m_1", "reaction": "love"},
/// }));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Platform: sender actions, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/sender-actions>.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "sender_action", content = "payload", rename_all = "snake_case")]
#[non_exhaustive]
pub enum SenderAction {
    /// Shows that somebody is typing, for 20 seconds or until the next message.
    TypingOn,
    /// Stops showing it.
    TypingOff,
    /// Marks the person's last message as seen.
    MarkSeen,
    /// Puts a reaction under a message, in place of the page's earlier one.
    React {
        /// The `mid` of the message.
        message_id: String,
        /// Any emoji on Messenger; on Instagram `love`.
        reaction: String,
    },
    /// Takes the page's reaction away.
    Unreact {
        /// The `mid` of the message.
        message_id: String,
    },
}

/// A time as it is stored: in milliseconds.
mod millis {
    use std::time::Duration;

    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}

impl From<Message> for Action {
    fn from(message: Message) -> Self {
        Self::Send {
            message,
            options: SendOptions::default(),
            when_in_doubt: WhenInDoubt::default(),
        }
    }
}
