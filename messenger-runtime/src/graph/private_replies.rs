//! Private replies: a message to somebody who commented on the page or wrote on it.
//!
//! Platform: Private replies, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/private-replies>

use super::{Graph, GraphError, Request, Sent, call::Pace};
use crate::message::{Message, MessagingType, Platform, Recipient};

impl Graph {
    /// Answers a comment in private.
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
    /// MSG503 for an empty id, MSG517 for a message over a limit. Code 100/2534025 refuses a second reply
    /// and one that comes too late on Instagram.
    pub fn private_reply_to_comment(&self, comment_id: &str, message: impl Into<Message>) -> Request<Sent> {
        self.private_reply(comment_id, Recipient::CommentId, message.into())
    }

    /// Answers in private what a visitor wrote on the page; Messenger only. What
    /// [`private_reply_to_comment`](Self::private_reply_to_comment) says holds for posts too.
    pub fn private_reply_to_post(&self, post_id: &str, message: impl Into<Message>) -> Request<Sent> {
        let mut request = self.private_reply(post_id, Recipient::PostId, message.into());
        if self.platform() == Platform::Instagram {
            request.call = Err(super::Unsupported::on_instagram("private replies to posts").into());
        }
        request
    }

    fn private_reply(
        &self,
        id: &str,
        recipient: impl FnOnce(String) -> Recipient,
        message: Message,
    ) -> Request<Sent> {
        let mut request = self
            .send(recipient(id.to_owned()), message)
            .messaging_type(MessagingType::Response)
            .request();
        if id.is_empty() {
            request.call = Err(GraphError::request("the id to reply to is empty", None));
        }
        if let Ok(call) = &mut request.call {
            call.pace = Pace::PrivateReply;
        }
        request
    }
}
