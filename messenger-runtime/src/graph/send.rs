//! Sending messages.

use std::{borrow::Cow, fmt, time::Duration};

use bytes::Bytes;
use reqwest::Method;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::{
    Graph, GraphError, Request, Upload,
    answer::{Answer, Id},
    call::{Body, Pace},
    request::Draft,
    upload::{FileForm, UPLOAD_TIME},
};
use crate::{
    BoxFuture,
    message::{
        Keyed, Media, MediaKind, Message, MessageTag, MessagingType, NotificationType, QuickReplies,
        Recipient, ReplyTo, SendOptions, ThreadControl, check_sent,
    },
};

/// Stands in a message for the id of the file that comes with it.
const FILE_TO_COME: &str = "filedata";

/// The body of a message as the Send API takes it.
#[derive(Serialize)]
struct SendBody<'a, M> {
    messaging_type: MessagingType,
    recipient: &'a Recipient,
    message: M,
    #[serde(flatten)]
    options: Cow<'a, SendOptions>,
}

impl<'a, M: Serialize> SendBody<'a, M> {
    /// `message` with its options, of the type `usual` unless they or a utility template say otherwise.
    fn new(
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

    /// The same as a form with a file in it: every member is a part, and the file comes after the message.
    fn form(&self, upload: Upload) -> Result<FileForm, GraphError> {
        let json = |error: serde_json::Error| {
            GraphError::request(
                "the request's body does not serialise to JSON",
                Some(error.into()),
            )
        };
        let mut message = serde_json::to_value(&self.message).map_err(json)?;
        message["attachment"]["payload"] = match upload.reusable {
            None => json!({}),
            Some(reusable) => json!({"is_reusable": reusable}),
        };
        let mut form = FileForm::new(upload)
            .part("message", message)
            .file()
            .part(
                "messaging_type",
                serde_json::to_value(self.messaging_type).map_err(json)?,
            )
            .part("recipient", serde_json::to_value(self.recipient).map_err(json)?);
        if let Value::Object(options) = serde_json::to_value(&self.options).map_err(json)? {
            for (name, value) in options {
                form = form.part(name, value);
            }
        }
        Ok(form)
    }
}

/// At whose expense a message goes, and how long it may take: the platform answers when it has fetched what
/// stands at an address.
fn pace(recipient: &Recipient, message: &Message) -> (Pace, Duration) {
    let media = message.media_kind();
    let time = match media {
        Some((MediaKind::Video, true)) => UPLOAD_TIME,
        _ => Duration::ZERO,
    };
    let pace = match (recipient, media) {
        (Recipient::CommentId(_) | Recipient::PostId(_), _) => Pace::PrivateReply,
        (_, Some((MediaKind::Audio | MediaKind::Video, _))) => Pace::SendMedia,
        _ => Pace::Send,
    };
    (pace, time)
}

impl Draft {
    fn paced(self, (pace, time): (Pace, Duration)) -> Self {
        self.pace(pace).at_least(time)
    }
}

/// A message to be sent; awaiting it sends it.
///
/// Made by [`Graph::send`] and the methods beside it. Goes as `UPDATE`, and a private reply as `RESPONSE`,
/// unless [`messaging_type`](Self::messaging_type) says otherwise, or a tag or a utility template does.
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
    /// The file that takes the place of the message's attachment.
    file: Option<Upload>,
    options: SendOptions,
    /// The type, where neither the options nor the message ask for one.
    usual: MessagingType,
}

impl SendRequest {
    fn with(mut self, change: impl FnOnce(&mut SendOptions)) -> Self {
        change(&mut self.options);
        self
    }

    /// The same, of this type unless its options or its message ask for another.
    pub(super) fn usually(self, usual: MessagingType) -> Self {
        Self { usual, ..self }
    }

    /// Why it is sent. It wins over the type that a tag implies: [`MessageTag::HumanAgent`] with
    /// [`MessagingType::Response`] goes as `RESPONSE`, with the tag beside it.
    ///
    /// Refused before sending (MSG517) are [`MessagingType::MessageTag`] without a tag, and
    /// [`MessagingType::Utility`] and a utility template without each other.
    pub fn messaging_type(self, messaging_type: MessagingType) -> Self {
        self.with(|options| options.messaging_type = Some(messaging_type))
    }

    /// Sends outside the 24 hour window; makes it [`MessagingType::MessageTag`], unless
    /// [`messaging_type`](Self::messaging_type) says otherwise. [`MessageTag::CustomerFeedback`] goes with the
    /// customer feedback template only.
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

    /// Adds quick replies; a message takes at most 13.
    pub fn quick_replies(mut self, quick_replies: impl QuickReplies) -> Self {
        self.message = self.message.quick_replies(quick_replies);
        self
    }

    /// Adds a note that the message's echo repeats; fewer than 1000 characters.
    pub fn metadata(mut self, metadata: impl Into<String>) -> Self {
        self.message = self.message.metadata(metadata);
        self
    }

    /// The request, to be put into a batch.
    pub fn request(self) -> Request<Sent> {
        let Self {
            graph,
            recipient,
            message,
            file,
            options,
            usual,
        } = self;
        let mut draft = graph.draft_to(Method::POST, graph.messages_url());
        let body = SendBody::new(&recipient, &message, &options, message.is_utility(), usual);
        draft = match file {
            None => draft.json(&body),
            Some(upload) => {
                draft = draft.check(upload.check(graph.platform())).at_least(UPLOAD_TIME);
                match body.form(upload) {
                    Ok(form) => draft.multipart(form),
                    Err(error) => draft.refuse(error),
                }
            }
        };
        draft
            .paced(pace(&recipient, &message))
            .check(recipient.check(graph.platform()))
            .check(check_sent(&message, &options, graph.platform()))
            .reads(Sent::read)
    }
}

impl IntoFuture for SendRequest {
    type Output = Result<Sent, GraphError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.request().send())
    }
}

impl fmt::Debug for SendRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendRequest")
            .field("message", &self.message)
            .field("file", &self.file)
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
            recipient_id: recipient_id.named().or(nested.id.named()),
            message_id: message_id.named().or(nested.message_id.named()),
            attachment_id: attachment_id.named(),
        })
    }
}

impl Sent {
    /// Reads the answer to a message, which names the person, the message or both.
    fn read(answer: &Answer) -> Result<Self, GraphError> {
        let sent: Self = answer.object()?;
        if sent.recipient_id.is_none() && sent.message_id.is_none() {
            return Err(answer.unexpected("the answer has neither message_id nor recipient_id"));
        }
        Ok(sent)
    }
}

impl Graph {
    /// A message of the page's own accord; awaiting it sends it.
    ///
    /// Tried again only while it surely did not arrive; see [`GraphError::is_doubtful`]. A film at an
    /// address may take the platform 75 seconds, and so the call up to two minutes.
    pub fn send(&self, recipient: impl Into<Recipient>, message: impl Into<Message>) -> SendRequest {
        SendRequest {
            graph: self.clone(),
            recipient: recipient.into(),
            message: message.into(),
            file: None,
            options: SendOptions::default(),
            usual: MessagingType::Update,
        }
    }

    /// A message that carries a picture, sound, film or file; awaiting it sends it. It takes every option
    /// that other messages take.
    ///
    /// A file or stream is read while it is sent. The call may take two minutes, or the client's own
    /// time-out where that is longer.
    ///
    /// ```
    /// # use messenger_runtime::{graph::{Graph, GraphError, Source, Upload}, message::QuickReply};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let receipt = Upload::file(Source::file("/var/receipts/1042.pdf").named("receipt.pdf"));
    /// graph
    ///     .send_file("1254459154682919", receipt)
    ///     .quick_replies([QuickReply::email()])
    ///     .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`upload`](Self::upload).
    ///
    /// Platform: Send API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages>
    pub fn send_file(&self, recipient: impl Into<Recipient>, upload: Upload) -> SendRequest {
        match upload.media() {
            Some(media) => self.send(recipient, media),
            None => SendRequest {
                message: Media::attachment_id(upload.kind, FILE_TO_COME).into(),
                file: Some(upload),
                ..self.send(recipient, Message::default())
            },
        }
    }

    /// Sends a message whose whole request body is at hand as JSON, such as one kept in an outbox.
    pub fn send_body(&self, body: Bytes) -> Request<Sent> {
        self.draft_to(Method::POST, self.messages_url())
            .body(Body::Json(body))
            .pace(Pace::Send)
            .reads(Sent::read)
    }

    /// A message of the outbox with its key, checked before: a reply, unless its options say otherwise.
    pub(crate) async fn send_keyed(
        &self,
        recipient: &Recipient,
        keyed: Keyed<'_>,
        options: &SendOptions,
    ) -> Result<Sent, GraphError> {
        let message = keyed.message;
        let utility = message.is_utility();
        let body = SendBody::new(recipient, keyed, options, utility, MessagingType::Response);
        self.draft_to(Method::POST, self.messages_url())
            .json(&body)
            .paced(pace(recipient, message))
            .check(recipient.check(self.platform()))
            .reads(Sent::read)
            .send()
            .await
    }
}
