//! Whom a message goes to.

use serde::{Deserialize, Serialize};

/// Whom a message goes to; exactly one of these.
///
/// Platform: Send API, <https://developers.facebook.com/docs/messenger-platform/reference/send-api>.
///
/// ```
/// use messenger_runtime::message::Recipient;
///
/// let person = serde_json::to_string(&Recipient::Id("2541893".to_owned())).unwrap();
/// assert_eq!(person, r#"{"id":"2541893"}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Recipient {
    /// A person, by the id that this page (PSID) or Instagram account (IGSID) knows them by.
    Id(String),
    /// A person who ticked the checkbox plugin, by the reference the page gave it.
    UserRef(String),
    /// The author of a comment: the message is the private reply to it, one per comment.
    CommentId(String),
    /// The author of a visitor's post: the message is the private reply to it, one per post.
    PostId(String),
}

impl From<&str> for Recipient {
    fn from(id: &str) -> Self {
        Self::Id(id.to_owned())
    }
}

impl From<String> for Recipient {
    fn from(id: String) -> Self {
        Self::Id(id)
    }
}

impl From<&Self> for Recipient {
    fn from(recipient: &Self) -> Self {
        recipient.clone()
    }
}
