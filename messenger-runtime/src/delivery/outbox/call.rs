//! The call that a row stands for.

use crate::{
    event::Object,
    graph::{Graph, GraphError, INSTAGRAM_INBOX, PAGE_INBOX},
    message::{Action, Keyed, Recipient},
    store::{NewRow, Row},
};

/// Makes the call that a row stands for.
pub(super) async fn call(graph: &Graph, row: &Row) -> Result<(), GraphError> {
    let NewRow { key, to, action } = &*row.new;
    match action {
        Action::Send { message, options, .. } => {
            // The platform repeats the metadata in its echo, by which a send in doubt is settled.
            graph
                .send_keyed(to, Keyed { message, key }, options)
                .await
                .map(drop)
        }
        Action::SenderAction(action) => graph.sender_action(to, action).await.map(drop),
        Action::PassThreadControl {
            target_app_id,
            metadata,
        } => {
            let target = target_app_id.as_deref().unwrap_or(match row.conversation.object {
                Object::Page => PAGE_INBOX,
                Object::Instagram => INSTAGRAM_INBOX,
            });
            graph
                .pass_thread_control(psid(to)?, Some(target), metadata.as_deref())
                .await
        }
        Action::TakeThreadControl { metadata } => {
            graph.take_thread_control(psid(to)?, metadata.as_deref()).await
        }
        Action::ReleaseThreadControl => graph.release_thread_control(psid(to)?, None).await,
        // Only a turn has a question, and it has taken it out; a pause ends before it comes to a call.
        Action::Question | Action::Pause(_) => Ok(()),
    }
}

/// The id that thread control goes by: only a person has one who wrote, not yet the author of a comment.
fn psid(to: &Recipient) -> Result<&str, GraphError> {
    match to {
        Recipient::Id(id) => Ok(id),
        _ => Err(GraphError::request(
            "a conversation is passed on by a person's id, and this event has none",
            None,
        )),
    }
}
