//! Private replies: a message to somebody who commented on the page or wrote on it.
//!
//! Platform: Private replies, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/private-replies>

use super::{Graph, SendRequest};
use crate::message::{Message, MessagingType, Recipient};

impl Graph {
    /// Answers a comment in private; takes every option that other messages take.
    ///
    /// One message for a comment, within 7 days of it (on Instagram Live while the broadcast lasts); the
    /// 24 hour window opens only once the person answers. The rate is 750 an hour for a page. Tried again
    /// only while it surely did not arrive.
    ///
    /// ```
    /// # use messenger_runtime::graph::{Graph, GraphError};
    /// # async fn example(graph: Graph, comment_id: &str) -> Result<(), GraphError> {
    /// let sent = graph.private_reply_to_comment(comment_id, "We have it in blue too.").await?;
    /// println!("sent as {:?}", sent.message_id);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// MSG517 for an empty id and for a message over a limit. Code 100/2534025 refuses a second reply and one
    /// that comes too late on Instagram.
    pub fn private_reply_to_comment(
        &self,
        comment_id: impl Into<String>,
        message: impl Into<Message>,
    ) -> SendRequest {
        self.private_reply(Recipient::CommentId(comment_id.into()), message)
    }

    /// Answers in private what a visitor wrote on the page; Messenger only. What
    /// [`private_reply_to_comment`](Self::private_reply_to_comment) says holds for posts too.
    pub fn private_reply_to_post(
        &self,
        post_id: impl Into<String>,
        message: impl Into<Message>,
    ) -> SendRequest {
        self.private_reply(Recipient::PostId(post_id.into()), message)
    }

    fn private_reply(&self, to: Recipient, message: impl Into<Message>) -> SendRequest {
        self.send(to, message).usually(MessagingType::Response)
    }
}
