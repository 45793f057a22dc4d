//! Private replies to comments and posts.

use super::*;
use crate::{
    graph::{MessageTag, MessagingType, call::Pace},
    message::{QuickReply, limits},
};

#[tokio::test]
async fn a_private_reply_goes_to_a_comment_or_a_post() {
    let server = Server::start([Reply::sent()]).await;
    let client = server.client().build().unwrap();
    let sent = client
        .page("42")
        .private_reply_to_comment("1_2", "In blue too.")
        .await
        .unwrap();
    assert_eq!(sent.message_id.as_deref(), Some("m_1"));
    client
        .page("42")
        .private_reply_to_post("42_3", "Hello")
        .await
        .unwrap();
    client
        .instagram("178")
        .private_reply_to_comment("17", "Hello")
        .await
        .unwrap();
    let asked: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| (asked.decoded(), asked.json()))
        .collect();
    let line = || "POST /me/messages".to_owned();
    assert_eq!(
        asked,
        [
            (
                line(),
                json!({"messaging_type": "RESPONSE", "recipient": {"comment_id": "1_2"}, "message": {"text": "In blue too."}})
            ),
            (
                line(),
                json!({"messaging_type": "RESPONSE", "recipient": {"post_id": "42_3"}, "message": {"text": "Hello"}})
            ),
            (
                line(),
                json!({"messaging_type": "RESPONSE", "recipient": {"comment_id": "17"}, "message": {"text": "Hello"}})
            ),
        ]
    );
}

#[tokio::test]
async fn it_counts_against_its_own_rate() {
    let graph = Client::builder(Keys::new("TOKEN", "secret"))
        .build()
        .unwrap()
        .page("42");
    for request in [
        graph.private_reply_to_comment("1", "Hello"),
        graph.private_reply_to_post("1", "Hello"),
    ] {
        assert_eq!(request.request().call.unwrap().pace, Pace::PrivateReply);
    }
    assert_eq!(graph.send("1", "Hello").request().call.unwrap().pace, Pace::Send);
}

#[tokio::test]
async fn what_cannot_be_sent_does_not_leave() {
    let server = Server::start([Reply::sent()]).await;
    let client = server.client().build().unwrap();
    let page = client.page("42");
    for request in [
        page.private_reply_to_comment("", "Hello"),
        page.private_reply_to_post("", "Hello"),
    ] {
        assert_eq!(request.await.unwrap_err().id(), "MSG517");
    }
    let long = "x".repeat(limits::TEXT.max + 1);
    assert_eq!(
        page.private_reply_to_comment("1", long).await.unwrap_err().id(),
        "MSG517"
    );
    let error = client
        .instagram("178")
        .private_reply_to_post("1", "Hello")
        .await
        .unwrap_err();
    assert_eq!(
        error.unsupported().map(|what| what.feature),
        Some("private replies to posts")
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn it_takes_the_options_of_every_message() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.graph();
    let reply = || graph.private_reply_to_comment("1_2", "Hello");
    reply()
        .persona("p1")
        .quick_replies([QuickReply::email()])
        .metadata("order 7")
        .await
        .unwrap();
    reply().messaging_type(MessagingType::Update).await.unwrap();
    reply().tag(MessageTag::HumanAgent).await.unwrap();
    let asked: Vec<_> = server.asked().iter().map(Asked::json).collect();
    assert_eq!(
        asked[0],
        json!({
            "messaging_type": "RESPONSE", "recipient": {"comment_id": "1_2"}, "persona_id": "p1",
            "message": {"text": "Hello", "quick_replies": [{"content_type": "user_email"}], "metadata": "order 7"},
        })
    );
    assert_eq!(asked[1]["messaging_type"], "UPDATE");
    assert_eq!(asked[2]["messaging_type"], "MESSAGE_TAG");
}

#[tokio::test]
async fn a_reply_that_may_have_arrived_is_not_repeated() {
    let server = Server::start([Reply::new(200, "{\"message_id\":")]).await;
    let error = server
        .graph()
        .private_reply_to_comment("1", "Hello")
        .await
        .unwrap_err();
    assert!(error.is_doubtful());
    assert_eq!(server.asked().len(), 1);
}
