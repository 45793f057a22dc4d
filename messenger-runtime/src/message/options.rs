//! What goes with a message: why it is sent, under which name, and how loud.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

/// Why a message is sent.
///
/// Platform: Send API reference, <https://developers.facebook.com/docs/messenger-platform/reference/send-api>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum MessagingType {
    /// In answer to a message, within 24 hours.
    Response,
    /// Of the page's own accord, within 24 hours of the person's last message.
    Update,
    /// Outside the 24 hours, with a tag that allows it.
    MessageTag,
    /// From a utility template.
    Utility,
}

/// A tag that allows a message outside the 24 hour window.
///
/// Tags that the platform has retired are not offered; reading one by its name says since when it is gone
/// and what replaced it:
///
/// ```
/// use messenger_runtime::message::MessageTag;
///
/// assert_eq!("HUMAN_AGENT".parse(), Ok(MessageTag::HumanAgent));
/// let error = "ACCOUNT_UPDATE".parse::<MessageTag>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "MSG105: the tag ACCOUNT_UPDATE was retired on 2026-04-27; send a utility message (`UtilityTemplate`, `Reply::utility`) instead",
/// );
/// ```
///
/// Platform: Message tags, <https://developers.facebook.com/docs/messenger-platform/send-messages/message-tags>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum MessageTag {
    /// Written by a human, within 7 days. Using it for automatic messages breaks the platform's policy.
    HumanAgent,
    /// With the customer feedback template only, within 7 days.
    CustomerFeedback,
}

/// The name of a tag that cannot be used (MSG105).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageTagError {
    name: String,
    retired: Option<(&'static str, &'static str)>,
}

impl MessageTagError {
    /// The day on which the platform retired the tag, as `2026-04-27`; `None` where it never was one.
    #[must_use]
    pub fn retired_on(&self) -> Option<&'static str> {
        self.retired.map(|(date, _)| date)
    }
}

impl fmt::Display for MessageTagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match self.retired {
            Some((date, instead)) => {
                write!(f, "MSG105: the tag {name} was retired on {date}; {instead}")
            }
            None => write!(
                f,
                "MSG105: {name:?} is not a message tag; there are HUMAN_AGENT and CUSTOMER_FEEDBACK"
            ),
        }
    }
}

impl std::error::Error for MessageTagError {}

const UTILITY: &str = "send a utility message (`UtilityTemplate`, `Reply::utility`) instead";
const WINDOW: &str =
    "send a utility message (`UtilityTemplate`, `Reply::utility`) instead, or wait until the person writes";
const NEWS: &str = "only registered news pages had it; wait until the person writes";

/// The tags that are gone, since when, and what to do now.
const RETIRED: &[(&str, &str, &str)] = &[
    ("ACCOUNT_UPDATE", "2026-04-27", UTILITY),
    ("CONFIRMED_EVENT_UPDATE", "2026-04-27", UTILITY),
    ("POST_PURCHASE_UPDATE", "2026-04-27", UTILITY),
    ("APPLICATION_UPDATE", "2020-03-04", UTILITY),
    ("APPOINTMENT_UPDATE", "2020-03-04", UTILITY),
    ("BUSINESS_PRODUCTIVITY", "2020-03-04", WINDOW),
    ("COMMUNITY_ALERT", "2020-03-04", WINDOW),
    ("CONFIRMED_EVENT_REMINDER", "2020-03-04", UTILITY),
    ("FEATURE_FUNCTIONALITY_UPDATE", "2020-03-04", WINDOW),
    ("GAME_EVENT", "2020-03-04", WINDOW),
    ("ISSUE_RESOLUTION", "2020-03-04", WINDOW),
    ("NON_PROMOTIONAL_SUBSCRIPTION", "2020-03-04", NEWS),
    ("PAIRING_UPDATE", "2020-03-04", WINDOW),
    ("PAYMENT_UPDATE", "2020-03-04", UTILITY),
    ("PERSONAL_FINANCE_UPDATE", "2020-03-04", UTILITY),
    ("RESERVATION_UPDATE", "2020-03-04", UTILITY),
    ("SHIPPING_UPDATE", "2020-03-04", UTILITY),
    ("TICKET_UPDATE", "2020-03-04", UTILITY),
    ("TRANSPORTATION_UPDATE", "2020-03-04", UTILITY),
];

impl FromStr for MessageTag {
    type Err = MessageTagError;

    fn from_str(name: &str) -> Result<Self, MessageTagError> {
        match name {
            "HUMAN_AGENT" => Ok(Self::HumanAgent),
            "CUSTOMER_FEEDBACK" => Ok(Self::CustomerFeedback),
            _ => Err(MessageTagError {
                name: name.chars().take(40).collect(),
                retired: RETIRED
                    .iter()
                    .find(|(retired, ..)| *retired == name)
                    .map(|&(_, date, instead)| (date, instead)),
            }),
        }
    }
}

/// As [`from_str`](Self::from_str) does, so that a retired tag is refused in the same words.
impl<'de> Deserialize<'de> for MessageTag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<str>::deserialize(deserializer)?;
        name.parse().map_err(de::Error::custom)
    }
}

/// Whether the person's device makes itself heard.
///
/// Platform: Send API reference, <https://developers.facebook.com/docs/messenger-platform/reference/send-api>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum NotificationType {
    /// With sound or vibration.
    Regular,
    /// On the screen only.
    SilentPush,
    /// Not at all.
    NoPush,
}

/// What happens to the conversation together with a message (`thread_control`).
///
/// Only where conversation routing is set up.
///
/// ```
/// use messenger_runtime::message::ThreadControl;
/// use serde_json::{json, to_value};
///
/// let pass = ThreadControl::Pass { app_id: Some("948571239487".to_owned()) };
/// assert_eq!(to_value(pass)?, json!({"control_type": "pass", "app_id": "948571239487"}));
/// assert_eq!(to_value(ThreadControl::Release)?, json!({"control_type": "release"}));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Platform: conversation routing, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing>
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "control_type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThreadControl {
    /// Another app takes over: this one, or the default app.
    Pass {
        /// The app's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app_id: Option<String>,
    },
    /// Nobody owns the conversation from then on.
    Release,
}

/// What goes with a message, by default nothing; set by the methods of [`Reply`](super::Reply).
///
/// Serialises to the fields that the Send API takes beside `recipient` and `message`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SendOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) messaging_type: Option<MessagingType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<MessageTag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) notification_type: Option<NotificationType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) persona_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply_to: Option<ReplyTo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thread_control: Option<ThreadControl>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReplyTo {
    pub(crate) mid: String,
}

impl SendOptions {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The type to send as: the one that was asked for, else what a tag or a utility template needs, else
    /// `usual`.
    pub(crate) fn messaging_type(&self, utility: bool, usual: MessagingType) -> MessagingType {
        match self.messaging_type {
            Some(explicit) => explicit,
            None if self.tag.is_some() => MessagingType::MessageTag,
            None if utility => MessagingType::Utility,
            None => usual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retired_tags_name_their_day_and_what_to_do() {
        for (name, date, instead) in RETIRED {
            let error = name.parse::<MessageTag>().unwrap_err();
            assert_eq!(error.retired_on(), Some(*date), "{name}");
            assert!(error.to_string().ends_with(instead), "{error}");
            let read = serde_json::from_value::<MessageTag>((*name).into()).unwrap_err();
            assert_eq!(read.to_string(), error.to_string());
            let stored = serde_json::json!({"messaging_type": "MESSAGE_TAG", "tag": name});
            let read = serde_json::from_value::<SendOptions>(stored).unwrap_err();
            assert_eq!(read.to_string(), error.to_string());
        }
        for tag in [MessageTag::HumanAgent, MessageTag::CustomerFeedback] {
            let name = serde_json::to_value(tag).unwrap();
            assert_eq!(serde_json::from_value::<MessageTag>(name).unwrap(), tag);
        }
        let error = "HUMAN AGENT".parse::<MessageTag>().unwrap_err();
        assert_eq!(error.retired_on(), None);
        assert_eq!(
            error.to_string(),
            "MSG105: \"HUMAN AGENT\" is not a message tag; there are HUMAN_AGENT and CUSTOMER_FEEDBACK"
        );
    }

    #[test]
    fn a_type_that_was_asked_for_wins_over_a_tag() {
        let tagged = SendOptions {
            tag: Some(MessageTag::HumanAgent),
            ..SendOptions::default()
        };
        assert_eq!(
            tagged.messaging_type(false, MessagingType::Update),
            MessagingType::MessageTag
        );
        let explicit = SendOptions {
            messaging_type: Some(MessagingType::Response),
            ..tagged
        };
        assert_eq!(
            explicit.messaging_type(false, MessagingType::Update),
            MessagingType::Response
        );
        let none = SendOptions::default();
        assert_eq!(
            none.messaging_type(true, MessagingType::Update),
            MessagingType::Utility
        );
        assert_eq!(
            none.messaging_type(false, MessagingType::Response),
            MessagingType::Response
        );
    }
}
