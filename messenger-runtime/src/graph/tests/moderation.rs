//! Moderating conversations.

use super::*;
use crate::graph::ModerationAction::{self, *};

#[tokio::test]
async fn conversations_are_moderated() {
    let server = Server::start([
        Reply::new(200, r#"{"success":"true"}"#),
        Reply::new(200, r#"{"result":"success"}"#),
        Reply::new(200, r#"{"success":"false"}"#),
    ])
    .await;
    let graph = server.graph();
    graph
        .moderate_conversations(["7", "8"], [BanUser, BlockUser, MoveToSpam])
        .await
        .unwrap();
    graph
        .moderate_conversations(["7"], [UnbanUser, UnblockUser])
        .await
        .unwrap();
    let error = graph.moderate_conversations(["7"], [MoveToSpam]).await;
    assert_eq!(error.unwrap_err().id(), "MSG508");
    assert_eq!(server.lines(), ["POST /me/moderate_conversations"; 3]);
    let asked = server.asked();
    assert_eq!(
        asked[0].json(),
        json!({"user_ids": [{"id": "7"}, {"id": "8"}], "actions": ["ban_user", "block_user", "move_to_spam"]})
    );
    assert_eq!(
        asked[1].json(),
        json!({"user_ids": [{"id": "7"}], "actions": ["unban_user", "unblock_user"]})
    );
}

#[tokio::test]
async fn instagram_moderates_less() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let instagram = server.instagram();
    for (action, name) in [(BanUser, "ban_user"), (UnbanUser, "unban_user")] {
        let error = instagram
            .moderate_conversations(["7"], [MoveToSpam, action])
            .await
            .unwrap_err();
        assert_eq!(error.unsupported().map(|what| what.feature), Some(name));
    }
    assert!(server.asked().is_empty());
    instagram
        .moderate_conversations(["7"], [BlockUser, MoveToSpam])
        .await
        .unwrap();
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn what_contradicts_itself_does_not_leave() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let graph = server.graph();
    let nobody: [&str; 0] = [];
    let error = graph.moderate_conversations(nobody, []).await.unwrap_err();
    assert_eq!(
        error.limits().unwrap().to_string(),
        "MSG103 user_ids: empty\nMSG103 actions: empty"
    );
    let pairs: [[ModerationAction; 2]; 2] = [[UnblockUser, BlockUser], [BanUser, UnbanUser]];
    for pair in pairs {
        for graph in [server.graph(), server.instagram()] {
            graph.moderate_conversations(["7"], pair).await.unwrap_err();
        }
        let error = graph.moderate_conversations(["7", ""], pair).await.unwrap_err();
        assert_eq!(
            error.limits().unwrap().to_string(),
            "MSG103 user_ids[1].id: empty\nMSG103 actions: an action together with its opposite"
        );
    }
    assert!(server.asked().is_empty());
}
