//! Showing what the page does: typing, seen, reactions.

use std::fmt;

use reqwest::Method;
use serde::Serialize;

use super::{Graph, GraphError, Request, Sent, answer::Answer, call::Pace};
use crate::{
    BoxFuture,
    message::{Action, Fields, Recipient, Reply, SenderAction},
};

#[derive(Serialize)]
struct SenderActionBody<'a> {
    recipient: &'a Recipient,
    #[serde(flatten)]
    sender_action: &'a SenderAction,
    #[serde(skip_serializing_if = "Option::is_none")]
    persona_id: Option<&'a str>,
}

/// Something to be shown without a message; awaiting it shows it.
///
/// Made by [`Graph::sender_action`] and the methods beside it.
///
/// ```
/// # use messenger_runtime::graph::{Graph, GraphError};
/// # async fn example(graph: Graph) -> Result<(), GraphError> {
/// graph.mark_seen("1254459154682919").await?;
/// graph.typing_on("1254459154682919").persona("1008240093456098").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "nothing is shown until it is awaited"]
pub struct SenderActionRequest {
    graph: Graph,
    recipient: Recipient,
    action: SenderAction,
    persona_id: Option<String>,
}

impl SenderActionRequest {
    /// Shows it under the name and picture of a persona, by its id. Not on Instagram.
    pub fn persona(self, id: impl Into<String>) -> Self {
        Self {
            persona_id: Some(id.into()),
            ..self
        }
    }

    /// The request, to be put into a batch.
    pub fn request(self) -> Request<Sent> {
        let Self {
            graph,
            recipient,
            action,
            persona_id,
        } = self;
        let mut draft = graph.draft_to(Method::POST, graph.messages_url());
        if let Some(persona) = &persona_id {
            draft = draft
                .messenger_only("personas")
                .check(Fields::default().required("persona_id", persona).finish());
        }
        draft
            .check(recipient.check(graph.platform()))
            .json(&SenderActionBody {
                recipient: &recipient,
                sender_action: &action,
                persona_id: persona_id.as_deref(),
            })
            .check(Reply::from(Action::SenderAction(action)).check(graph.platform()))
            .repeatable()
            .pace(Pace::Send)
            .reads(Answer::object)
    }
}

impl IntoFuture for SenderActionRequest {
    type Output = Result<Sent, GraphError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.request().into_future()
    }
}

impl fmt::Debug for SenderActionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SenderActionRequest")
            .field("action", &self.action)
            .field("persona_id", &self.persona_id)
            .finish_non_exhaustive()
    }
}

impl Graph {
    /// Shows the person that the page types, has read, or reacts.
    ///
    /// Tried again also where the connection broke: shown twice is shown once.
    ///
    /// Platform: Sender actions, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/sender-actions>
    pub fn sender_action(
        &self,
        recipient: impl Into<Recipient>,
        action: &SenderAction,
    ) -> SenderActionRequest {
        SenderActionRequest {
            graph: self.clone(),
            recipient: recipient.into(),
            action: action.clone(),
            persona_id: None,
        }
    }

    /// Shows that somebody is typing, for 20 seconds at most, or until the next message.
    pub fn typing_on(&self, recipient: impl Into<Recipient>) -> SenderActionRequest {
        self.sender_action(recipient, &SenderAction::TypingOn)
    }

    /// Stops showing that somebody is typing.
    pub fn typing_off(&self, recipient: impl Into<Recipient>) -> SenderActionRequest {
        self.sender_action(recipient, &SenderAction::TypingOff)
    }

    /// Marks the person's last message as seen.
    pub fn mark_seen(&self, recipient: impl Into<Recipient>) -> SenderActionRequest {
        self.sender_action(recipient, &SenderAction::MarkSeen)
    }

    /// Puts a reaction under the message with this `mid`, in place of the page's earlier one: any emoji on
    /// Messenger, `love` on Instagram.
    pub fn react(
        &self,
        recipient: impl Into<Recipient>,
        mid: impl Into<String>,
        reaction: impl Into<String>,
    ) -> SenderActionRequest {
        let action = SenderAction::React {
            message_id: mid.into(),
            reaction: reaction.into(),
        };
        self.sender_action(recipient, &action)
    }

    /// Takes the page's reaction away from the message with this `mid`.
    pub fn unreact(&self, recipient: impl Into<Recipient>, mid: impl Into<String>) -> SenderActionRequest {
        let message_id = mid.into();
        self.sender_action(recipient, &SenderAction::Unreact { message_id })
    }
}
