//! What was said: the conversations of a page or an Instagram account, and their messages.
//!
//! Platform: Conversations API, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversations>

use std::fmt;

use reqwest::Method;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{
    Graph, List, Request,
    answer::{self, Answer, lenient, lenient_id, nested},
    call::Pace,
    client::ME,
    request::Draft,
};
use crate::message::{Fields, Platform};

const FIELDS: &str = "id,updated_time,participants,message_count,unread_count,can_reply,is_owner";
/// Instagram counts no messages and always lets the page reply within the window.
const INSTAGRAM_FIELDS: &str = "id,updated_time,participants,is_owner";
const MESSAGE_FIELDS: &str = "id,created_time,from,to,message,attachments,shares,reply_to";

/// A conversation of a page or an Instagram account with a person.
///
/// `Debug` shows no name and no address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Conversation {
    /// The id that [`Graph::conversation_messages`] takes.
    #[serde(deserialize_with = "answer::id")]
    pub id: String,
    /// When the last message came or went, as the platform writes it: `2026-03-09T18:30:00+0000`.
    #[serde(default, deserialize_with = "lenient_id")]
    pub updated_time: Option<String>,
    /// The person, and the page or account.
    #[serde(default, deserialize_with = "nested")]
    pub participants: Vec<Participant>,
    /// How many messages there are; Messenger only.
    #[serde(default, deserialize_with = "lenient")]
    pub message_count: Option<u64>,
    /// How many of them nobody of the page has read; Messenger only.
    #[serde(default, deserialize_with = "lenient")]
    pub unread_count: Option<u64>,
    /// Whether the page can write; Messenger only.
    #[serde(default, deserialize_with = "lenient")]
    pub can_reply: Option<bool>,
    /// Whether this app holds the conversation; missing without conversation routing.
    #[serde(default, deserialize_with = "lenient")]
    pub is_owner: Option<bool>,
}

/// Somebody who takes part in a conversation.
///
/// `Debug` shows the id alone.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Participant {
    /// The page, the account, or the id by which it knows the person.
    #[serde(deserialize_with = "answer::id")]
    pub id: String,
    /// The name; Messenger only.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// An address of the platform's making, not the person's own; Messenger only.
    #[serde(default, deserialize_with = "lenient")]
    pub email: Option<String>,
    /// The user name; Instagram only.
    #[serde(default, deserialize_with = "lenient")]
    pub username: Option<String>,
}

impl fmt::Debug for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Participant")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A message of a conversation.
///
/// `Debug` shows ids, the time and how much there is, never what it says.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ConversationMessage {
    /// The id, the `mid` of its event.
    #[serde(deserialize_with = "answer::id")]
    pub id: String,
    /// When it was sent, as the platform writes it: `2026-03-09T18:30:00+0000`.
    #[serde(default, deserialize_with = "lenient_id")]
    pub created_time: Option<String>,
    /// Who sent it.
    #[serde(default, deserialize_with = "lenient")]
    pub from: Option<Participant>,
    /// Whom it was sent to.
    #[serde(default, deserialize_with = "nested")]
    pub to: Vec<Participant>,
    /// The text; empty where there is none.
    #[serde(default, deserialize_with = "lenient")]
    pub message: Option<String>,
    /// Pictures, films, sound, files and stickers.
    #[serde(default, deserialize_with = "nested")]
    pub attachments: Vec<ConversationAttachment>,
    /// Links and posts that were shared.
    #[serde(default, deserialize_with = "nested")]
    pub shares: Vec<Share>,
    /// The id of the message that this one replies to.
    #[serde(default, deserialize_with = "replied_to")]
    pub reply_to: Option<String>,
}

fn replied_to<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let reply_to = Value::deserialize(deserializer)?;
    let id = reply_to
        .get("mid")
        .or_else(|| reply_to.get("id"))
        .unwrap_or(&reply_to);
    Ok(id.as_str().map(str::to_owned))
}

impl fmt::Debug for ConversationMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConversationMessage")
            .field("id", &self.id)
            .field("created_time", &self.created_time)
            .field("from", &self.from)
            .field("bytes", &self.message.as_deref().map(str::len))
            .field("attachments", &self.attachments.len())
            .field("shares", &self.shares.len())
            .finish_non_exhaustive()
    }
}

/// Something that came with a message.
///
/// `Debug` shows its kind and size.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConversationAttachment {
    /// The attachment's id.
    pub id: Option<String>,
    /// Such as `image/jpeg`.
    pub mime_type: Option<String>,
    /// The file's name.
    pub name: Option<String>,
    /// How large it is, in bytes.
    pub size: Option<u64>,
    /// Where it is; the address expires.
    pub url: Option<String>,
    /// Which sticker it is.
    pub sticker_id: Option<String>,
}

impl<'de> Deserialize<'de> for ConversationAttachment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default, deserialize_with = "lenient_id")]
            id: Option<String>,
            #[serde(default, deserialize_with = "lenient")]
            mime_type: Option<String>,
            #[serde(default, deserialize_with = "lenient")]
            name: Option<String>,
            #[serde(default, deserialize_with = "lenient")]
            size: Option<u64>,
            #[serde(default, deserialize_with = "lenient")]
            image_data: Option<Media>,
            #[serde(default, deserialize_with = "lenient")]
            video_data: Option<Media>,
            #[serde(default, deserialize_with = "lenient")]
            file_url: Option<String>,
            #[serde(default, deserialize_with = "lenient_id")]
            sticker_id: Option<String>,
        }
        #[derive(Deserialize)]
        struct Media {
            url: Option<String>,
        }
        let wire = Wire::deserialize(deserializer)?;
        let of = |media: Option<Media>| media.and_then(|media| media.url);
        Ok(Self {
            url: of(wire.image_data)
                .or_else(|| of(wire.video_data))
                .or(wire.file_url),
            id: wire.id,
            mime_type: wire.mime_type,
            name: wire.name,
            size: wire.size,
            sticker_id: wire.sticker_id,
        })
    }
}

impl fmt::Debug for ConversationAttachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConversationAttachment")
            .field("mime_type", &self.mime_type)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// A link or a post that somebody shared.
///
/// `Debug` shows the id alone.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Share {
    /// The id of what was shared.
    #[serde(default, deserialize_with = "lenient_id")]
    pub id: Option<String>,
    /// Where it is.
    #[serde(default, deserialize_with = "lenient")]
    pub link: Option<String>,
    /// Its title.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// What it says about itself.
    #[serde(default, deserialize_with = "lenient")]
    pub description: Option<String>,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl Graph {
    /// The conversations of the page or Instagram account, the last one written to first.
    ///
    /// Requests that nobody touched for 30 days are left out. The rate is 2 calls a second for a page or
    /// account.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph) -> Result<(), GraphError> {
    /// let mut conversations = graph.conversations();
    /// while let Some(conversation) = conversations.next().await {
    ///     let conversation = conversation?;
    ///     for message in graph.conversation_messages(&conversation.id).limit(20).page().await?.items {
    ///         println!("{} at {:?}", message.id, message.created_time);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub fn conversations(&self) -> List<Conversation> {
        List::new(self.conversations_of(None))
    }

    /// The conversation with the person `user_id` (a PSID or an IGSID): a list of one, or of none.
    pub fn conversations_with(&self, user_id: &str) -> List<Conversation> {
        List::new(self.conversations_of(Some(user_id)))
    }

    /// One conversation, by its id.
    pub fn conversation(&self, id: &str) -> Request<Conversation> {
        self.draft(Method::GET, [id])
            .query("fields", self.conversation_fields())
            .pace(Pace::Conversations)
            .reads(Answer::object)
    }

    /// The messages of a conversation, the newest first.
    ///
    /// Only the 20 newest can be read; the platform refuses older ones as if they had been deleted (code
    /// 9000001). [`limit(20)`](List::limit) and [`page`](List::page) ask for no others.
    pub fn conversation_messages(&self, conversation_id: &str) -> List<ConversationMessage> {
        List::new(
            self.draft(Method::GET, [conversation_id, "messages"])
                .query("fields", MESSAGE_FIELDS)
                .pace(Pace::Conversations),
        )
    }

    /// One message, by its id; it must be among the 20 newest of its conversation.
    pub fn conversation_message(&self, message_id: &str) -> Request<ConversationMessage> {
        self.draft(Method::GET, [message_id])
            .query("fields", MESSAGE_FIELDS)
            .pace(Pace::Conversations)
            .reads(Answer::object)
    }

    fn conversations_of(&self, user_id: Option<&str>) -> Draft {
        let platform = match self.platform() {
            Platform::Messenger => "messenger",
            Platform::Instagram => "instagram",
        };
        let mut fields = Fields::default();
        if let Some(user_id) = user_id {
            fields = fields.required("user_id", user_id);
        }
        self.draft(Method::GET, [ME, "conversations"])
            .check(fields.finish())
            .query("platform", platform)
            .maybe_query("user_id", user_id)
            .query("fields", self.conversation_fields())
            .pace(Pace::Conversations)
    }

    fn conversation_fields(&self) -> &'static str {
        match self.platform() {
            Platform::Messenger => FIELDS,
            Platform::Instagram => INSTAGRAM_FIELDS,
        }
    }
}
