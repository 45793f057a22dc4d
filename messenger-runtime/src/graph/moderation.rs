//! Moderation: keeping a person from writing, and conversations out of the inbox.
//!
//! Platform: Moderate conversations, <https://developers.facebook.com/documentation/business-messaging/instagram-messaging/features/moderate-conversations>

use reqwest::Method;
use serde::Serialize;

use super::{Graph, Request, Unsupported, answer::Answer, client::ME};
use crate::message::{Fields, Platform, limits};

/// What is done to a person's conversation with the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModerationAction {
    /// Neither can write to the other.
    BlockUser,
    /// Both can again.
    UnblockUser,
    /// The person can no longer interact with the page at all. Not on Instagram.
    BanUser,
    /// The person can again. Not on Instagram.
    UnbanUser,
    /// The conversation moves into the inbox's spam folder.
    MoveToSpam,
}

impl ModerationAction {
    fn opposite(self) -> Option<Self> {
        match self {
            Self::BlockUser => Some(Self::UnblockUser),
            Self::UnblockUser => Some(Self::BlockUser),
            Self::BanUser => Some(Self::UnbanUser),
            Self::UnbanUser => Some(Self::BanUser),
            Self::MoveToSpam => None,
        }
    }

    /// The action's name, where Instagram does not have it.
    fn messenger_only(self) -> Option<&'static str> {
        match self {
            Self::BanUser => Some("ban_user"),
            Self::UnbanUser => Some("unban_user"),
            Self::BlockUser | Self::UnblockUser | Self::MoveToSpam => None,
        }
    }
}

#[derive(Serialize)]
struct Body {
    user_ids: Vec<UserId>,
    actions: Vec<ModerationAction>,
}

#[derive(Serialize)]
struct UserId {
    id: String,
}

impl Graph {
    /// Does `actions` to the conversations of the people `user_ids`; there must be a conversation with each.
    ///
    /// On Instagram at most 10 people and 2 actions, of those that Instagram has. An action does not go with
    /// its opposite.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError, ModerationAction};
    /// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
    /// let actions = [ModerationAction::BlockUser, ModerationAction::MoveToSpam];
    /// graph.moderate_conversations([psid], actions).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 for a limit, MSG516 for an action that Instagram does not have.
    pub fn moderate_conversations(
        &self,
        user_ids: impl IntoIterator<Item = impl Into<String>>,
        actions: impl IntoIterator<Item = ModerationAction>,
    ) -> Request<()> {
        let body = Body {
            user_ids: user_ids.into_iter().map(|id| UserId { id: id.into() }).collect(),
            actions: actions.into_iter().collect(),
        };
        let mut draft = self.draft(Method::POST, [ME, "moderate_conversations"]);
        let mut fields = Fields::default();
        match self.platform() {
            Platform::Messenger => {
                if body.user_ids.is_empty() {
                    fields = fields.invalid("user_ids", "empty");
                }
                if body.actions.is_empty() {
                    fields = fields.invalid("actions", "empty");
                }
            }
            Platform::Instagram => {
                let (users, actions) = (body.user_ids.len(), body.actions.len());
                fields = fields
                    .number("user_ids", users, limits::INSTAGRAM_MODERATED_USERS)
                    .number("actions", actions, limits::INSTAGRAM_MODERATION_ACTIONS);
                for feature in body.actions.iter().filter_map(|action| action.messenger_only()) {
                    draft = draft.refuse(Unsupported::on_instagram(feature).into());
                }
            }
        }
        for (n, UserId { id }) in body.user_ids.iter().enumerate() {
            fields = fields.required(&format!("user_ids[{n}].id"), id);
        }
        let contrary = body.actions.iter().any(|action| {
            action
                .opposite()
                .is_some_and(|other| body.actions.contains(&other))
        });
        if contrary {
            fields = fields.invalid("actions", "an action together with its opposite");
        }
        draft
            .check(fields.finish())
            .json(&body)
            .repeatable()
            .reads(Answer::done)
    }
}
