//! Sending messages and showing what the page does.

use std::fmt;

use bytes::Bytes;
use reqwest::Method;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{
    Graph, GraphError,
    client::encode,
    transport::{Answer, Call, Repeat},
};

/// Why a message is sent.
///
/// Platform: Send API reference, <https://developers.facebook.com/docs/messenger-platform/reference/send-api>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum MessagingType {
    /// In answer to a message, within 24 hours.
    #[default]
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
/// Platform: Message tags, <https://developers.facebook.com/docs/messenger-platform/send-messages/message-tags>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum MessageTag {
    /// Written by a human, within 7 days. Using it for automatic messages breaks the platform's policy.
    HumanAgent,
    /// With the customer feedback template only, within 7 days.
    CustomerFeedback,
}

/// Whether the person's device makes itself heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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

/// A message to be sent: `message` to `recipient`. Both are anything that serialises to the platform's JSON.
///
/// ```
/// use messenger_runtime::graph::SendRequest;
/// use serde_json::json;
///
/// let request = SendRequest::new(json!({"id": "1254459154682919"}), json!({"text": "Hello!"}));
/// assert_eq!(
///     serde_json::to_value(&request).unwrap(),
///     json!({
///         "messaging_type": "RESPONSE",
///         "recipient": {"id": "1254459154682919"},
///         "message": {"text": "Hello!"},
///     }),
/// );
/// ```
///
/// Platform: Send API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages>
#[derive(Clone, Serialize)]
pub struct SendRequest<R, M> {
    messaging_type: MessagingType,
    recipient: R,
    message: M,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<MessageTag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_type: Option<NotificationType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    persona_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "reply_to")]
    reply_to: Option<String>,
}

fn reply_to<S: Serializer>(mid: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct ReplyTo<'a> {
        mid: &'a Option<String>,
    }
    ReplyTo { mid }.serialize(serializer)
}

impl<R, M> SendRequest<R, M> {
    /// A message in answer to one, [`MessagingType::Response`].
    pub fn new(recipient: R, message: M) -> Self {
        Self {
            messaging_type: MessagingType::Response,
            recipient,
            message,
            tag: None,
            notification_type: None,
            persona_id: None,
            reply_to: None,
        }
    }

    /// Why it is sent.
    #[must_use]
    pub fn messaging_type(self, messaging_type: MessagingType) -> Self {
        Self {
            messaging_type,
            ..self
        }
    }

    /// Sends outside the 24 hour window; makes it [`MessagingType::MessageTag`].
    #[must_use]
    pub fn tag(self, tag: MessageTag) -> Self {
        Self {
            tag: Some(tag),
            messaging_type: MessagingType::MessageTag,
            ..self
        }
    }

    /// Whether the person's device makes itself heard.
    #[must_use]
    pub fn notification_type(self, kind: NotificationType) -> Self {
        Self {
            notification_type: Some(kind),
            ..self
        }
    }

    /// Sends under the name and picture of a persona, by its id.
    #[must_use]
    pub fn persona(self, id: impl Into<String>) -> Self {
        Self {
            persona_id: Some(id.into()),
            ..self
        }
    }

    /// Shows it as the reply to the message with this `mid`.
    #[must_use]
    pub fn reply_to(self, mid: impl Into<String>) -> Self {
        Self {
            reply_to: Some(mid.into()),
            ..self
        }
    }
}

impl<R, M> fmt::Debug for SendRequest<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendRequest")
            .field("messaging_type", &self.messaging_type)
            .field("tag", &self.tag)
            .finish_non_exhaustive()
    }
}

/// What the platform answers to a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// The person; missing where they were addressed by something else than their id.
    pub recipient_id: Option<String>,
    /// The message's id, the `mid` of its echo; missing for sender actions.
    pub message_id: Option<String>,
    /// The id under which a reusable attachment can be sent again, for 90 days.
    pub attachment_id: Option<String>,
}

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Wire {
            recipient_id: Id,
            message_id: Id,
            attachment_id: Id,
            recipient: Option<Nested>,
        }
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Nested {
            id: Id,
            message_id: Id,
        }
        let Wire {
            recipient_id,
            message_id,
            attachment_id,
            recipient,
        } = Wire::deserialize(deserializer)?;
        let nested = recipient.unwrap_or_default();
        Ok(Self {
            recipient_id: recipient_id.0.or(nested.id.0),
            message_id: message_id.0.or(nested.message_id.0),
            attachment_id: attachment_id.0,
        })
    }
}

/// An id, which the platform writes as a string or as a number; anything else counts as missing.
#[derive(Default)]
struct Id(Option<String>);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyId;
        impl de::Visitor<'_> for AnyId {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id")
            }
            fn visit_str<E>(self, id: &str) -> Result<Id, E> {
                Ok(Id(Some(id.to_owned())))
            }
            fn visit_string<E>(self, id: String) -> Result<Id, E> {
                Ok(Id(Some(id)))
            }
            fn visit_u64<E>(self, id: u64) -> Result<Id, E> {
                Ok(Id(Some(id.to_string())))
            }
            fn visit_i64<E>(self, id: i64) -> Result<Id, E> {
                Ok(Id(Some(id.to_string())))
            }
            fn visit_unit<E>(self) -> Result<Id, E> {
                Ok(Id(None))
            }
        }
        deserializer.deserialize_any(AnyId)
    }
}

#[derive(Serialize)]
struct SenderActionBody<'a, R, A> {
    recipient: &'a R,
    sender_action: &'a A,
}

impl Graph {
    /// Sends a message.
    ///
    /// Tried again only while it surely did not arrive; see [`GraphError::is_doubtful`].
    ///
    /// # Errors
    ///
    /// Any [`GraphError`]; its [`action`](GraphError::action) says what to do.
    pub async fn send<R: Serialize, M: Serialize>(
        &self,
        request: &SendRequest<R, M>,
    ) -> Result<Sent, GraphError> {
        self.send_body(encode(request)?).await
    }

    /// Sends a message whose whole request body is at hand as JSON, such as one kept in an outbox.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_body(&self, body: Bytes) -> Result<Sent, GraphError> {
        self.post_message(body, Repeat::OnlyIfNotArrived).await?.object()
    }

    /// Shows the person that the page types, has read, or reacts: `typing_on`, `typing_off`, `mark_seen`.
    ///
    /// Typing is shown for 20 seconds at most, or until the next message. Tried again also where the
    /// connection broke: shown twice is shown once.
    ///
    /// Platform: Sender actions, <https://developers.facebook.com/docs/messenger-platform/send-messages/sender-actions>
    ///
    /// # Errors
    ///
    /// Any [`GraphError`].
    pub async fn sender_action<R: Serialize, A: Serialize>(
        &self,
        recipient: &R,
        sender_action: &A,
    ) -> Result<Sent, GraphError> {
        let body = encode(&SenderActionBody {
            recipient,
            sender_action,
        })?;
        self.post_message(body, Repeat::Freely).await?.object()
    }

    async fn post_message(&self, body: Bytes, repeat: Repeat) -> Result<Answer, GraphError> {
        let url = self.messages_url()?;
        self.call(Call {
            method: Method::POST,
            url,
            body: Some(body),
            repeat,
            token: None,
        })
        .await
    }
}
