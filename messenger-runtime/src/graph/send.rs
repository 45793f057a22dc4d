//! Sending messages and showing what the page does.

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use reqwest::Method;
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Graph, GraphError, Request,
    answer::Id,
    call::{Body, Pace},
    client::encode,
};
use crate::{
    BoxFuture,
    message::{
        Message, MessageTag, MessagingType, NotificationType, Recipient, Reply, ReplyTo, SendOptions,
        SenderAction, ThreadControl,
    },
};

/// The body of a message as the Send API takes it.
#[derive(Serialize)]
pub(crate) struct SendBody<'a, M> {
    messaging_type: MessagingType,
    recipient: &'a Recipient,
    message: M,
    #[serde(flatten)]
    options: Cow<'a, SendOptions>,
}

impl<'a, M: Serialize> SendBody<'a, M> {
    /// `message` with its options, of the type `usual` unless they say otherwise.
    pub(crate) fn new(
        recipient: &'a Recipient,
        message: M,
        options: &'a SendOptions,
        utility: bool,
        usual: MessagingType,
    ) -> Self {
        let messaging_type = options.messaging_type(utility, usual);
        let options = match options.messaging_type {
            None => Cow::Borrowed(options),
            // It has a place of its own, and must not be there twice.
            Some(_) => Cow::Owned(SendOptions {
                messaging_type: None,
                ..options.clone()
            }),
        };
        Self {
            messaging_type,
            recipient,
            message,
            options,
        }
    }
}

/// A message to be sent; awaiting it sends it.
///
/// Made by [`Graph::send`]. Goes as `UPDATE` unless [`messaging_type`](Self::messaging_type) says
/// otherwise, or a tag or a utility template does.
///
/// ```
/// # use messenger_runtime::graph::{Graph, GraphError, MessageTag};
/// # async fn example(graph: Graph) -> Result<(), GraphError> {
/// let sent = graph.send("1254459154682919", "A human is looking into it.").tag(MessageTag::HumanAgent).await?;
/// println!("sent as {:?}", sent.message_id);
/// # Ok(()) }
/// ```
///
/// Platform: Send API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages>
#[derive(Clone)]
#[must_use = "a message is sent when it is awaited"]
pub struct SendRequest {
    graph: Graph,
    recipient: Recipient,
    message: Message,
    options: SendOptions,
}

impl SendRequest {
    fn with(mut self, change: impl FnOnce(&mut SendOptions)) -> Self {
        change(&mut self.options);
        self
    }

    /// Why it is sent.
    pub fn messaging_type(self, messaging_type: MessagingType) -> Self {
        self.with(|options| options.messaging_type = Some(messaging_type))
    }

    /// Sends outside the 24 hour window; makes it [`MessagingType::MessageTag`].
    pub fn tag(self, tag: MessageTag) -> Self {
        self.with(|options| options.tag = Some(tag))
    }

    /// Whether the person's device makes itself heard.
    pub fn notification_type(self, kind: NotificationType) -> Self {
        self.with(|options| options.notification_type = Some(kind))
    }

    /// Sends under the name and picture of a persona, by its id.
    pub fn persona(self, id: impl Into<String>) -> Self {
        self.with(|options| options.persona_id = Some(id.into()))
    }

    /// Shows it as the reply to the message with this `mid`.
    pub fn reply_to(self, mid: impl Into<String>) -> Self {
        self.with(|options| options.reply_to = Some(ReplyTo { mid: mid.into() }))
    }

    /// What happens to the conversation together with it.
    pub fn thread_control(self, control: ThreadControl) -> Self {
        self.with(|options| options.thread_control = Some(control))
    }

    /// The request, to be put into a batch.
    pub fn request(self) -> Request<Sent> {
        let Self {
            graph,
            recipient,
            message,
            options,
        } = self;
        let body = SendBody::new(
            &recipient,
            &message,
            &options,
            message.is_utility(),
            MessagingType::Update,
        );
        graph
            .draft_to(Method::POST, graph.messages_url())
            .check(Reply::message(message.clone()).check(graph.platform()))
            .json(&body)
            .pace(Pace::Send)
            .reads(|answer| answer.object())
    }
}

impl IntoFuture for SendRequest {
    type Output = Result<Sent, GraphError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.request().into_future()
    }
}

impl fmt::Debug for SendRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendRequest")
            .field("message", &self.message)
            .field("options", &self.options)
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

#[derive(Serialize)]
struct SenderActionBody<'a> {
    recipient: &'a Recipient,
    #[serde(flatten)]
    sender_action: &'a SenderAction,
}

impl Graph {
    /// A message of the page's own accord; awaiting it sends it.
    ///
    /// Tried again only while it surely did not arrive; see [`GraphError::is_doubtful`].
    pub fn send(&self, recipient: impl Into<Recipient>, message: impl Into<Message>) -> SendRequest {
        SendRequest {
            graph: self.clone(),
            recipient: recipient.into(),
            message: message.into(),
            options: SendOptions::default(),
        }
    }

    /// Sends a message whose whole request body is at hand as JSON, such as one kept in an outbox.
    pub fn send_body(&self, body: Bytes) -> Request<Sent> {
        self.draft_to(Method::POST, self.messages_url())
            .body(Body::Json(body))
            .pace(Pace::Send)
            .reads(|answer| answer.object())
    }

    /// A message whose parts are kept elsewhere, checked before.
    pub(crate) fn send_checked(&self, body: &SendBody<'_, impl Serialize>) -> Request<Sent> {
        match encode(body) {
            Ok(body) => self.send_body(body),
            Err(error) => self
                .draft_to(Method::POST, Err(error))
                .reads(|answer| answer.object()),
        }
    }

    /// Shows the person that the page types, has read, or reacts.
    ///
    /// Typing is shown for 20 seconds at most, or until the next message. Tried again also where the
    /// connection broke: shown twice is shown once.
    ///
    /// Platform: Sender actions, <https://developers.facebook.com/docs/messenger-platform/send-messages/sender-actions>
    pub fn sender_action(&self, recipient: impl Into<Recipient>, action: &SenderAction) -> Request<Sent> {
        self.draft_to(Method::POST, self.messages_url())
            .json(&SenderActionBody {
                recipient: &recipient.into(),
                sender_action: action,
            })
            .repeatable()
            .pace(Pace::Send)
            .reads(|answer| answer.object())
    }
}
