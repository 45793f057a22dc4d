//! Messages with all that goes with them, and what is shown without one.

use super::*;
use crate::{
    graph::{
        MessageTag, MessagingType, NotificationType, ThreadControl,
        call::{Call, Pace},
    },
    message::{Media, Message, QuickReply, Recipient},
};

fn call<T>(request: crate::graph::Request<T>) -> Call {
    request.call.unwrap()
}

#[tokio::test]
async fn every_option_goes_beside_the_message() {
    let server = Server::start([Reply::sent()]).await;
    server
        .graph()
        .send("7", "hello")
        .tag(MessageTag::HumanAgent)
        .notification_type(NotificationType::NoPush)
        .persona("p1")
        .reply_to("m_0")
        .thread_control(ThreadControl::Pass {
            app_id: Some("99".to_owned()),
        })
        .quick_replies([QuickReply::phone()])
        .metadata("order 7")
        .await
        .unwrap();
    assert_eq!(
        server.asked()[0].json(),
        json!({
            "messaging_type": "MESSAGE_TAG",
            "tag": "HUMAN_AGENT",
            "notification_type": "NO_PUSH",
            "persona_id": "p1",
            "reply_to": {"mid": "m_0"},
            "thread_control": {"control_type": "pass", "app_id": "99"},
            "recipient": {"id": "7"},
            "message": {
                "text": "hello",
                "quick_replies": [{"content_type": "user_phone_number"}],
                "metadata": "order 7",
            },
        })
    );
}

#[tokio::test]
async fn the_person_sees_typing_seen_and_reactions() {
    let server = Server::start([Reply::new(200, r#"{"recipient_id":7}"#)]).await;
    let graph = server.graph();
    let shown = graph.typing_on("7").persona("p1").await.unwrap();
    assert_eq!(
        (shown.recipient_id.as_deref(), shown.message_id),
        (Some("7"), None)
    );
    graph.typing_off("7").await.unwrap();
    graph.mark_seen("7").await.unwrap();
    graph.react("7", "m_1", "😍").await.unwrap();
    graph.unreact("7", "m_1").await.unwrap();
    let bodies: Vec<_> = server.asked().iter().map(Asked::json).collect();
    let to = json!({"id": "7"});
    assert_eq!(
        bodies,
        [
            json!({"recipient": to, "sender_action": "typing_on", "persona_id": "p1"}),
            json!({"recipient": to, "sender_action": "typing_off"}),
            json!({"recipient": to, "sender_action": "mark_seen"}),
            json!({"recipient": to, "sender_action": "react", "payload": {"message_id": "m_1", "reaction": "😍"}}),
            json!({"recipient": to, "sender_action": "unreact", "payload": {"message_id": "m_1"}}),
        ]
    );
}

#[tokio::test]
async fn what_instagram_lacks_does_not_leave() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.client().build().unwrap().instagram("17");
    let hello = || graph.send("7", "hello");
    for (request, feature) in [
        (hello().persona("p1").request(), "personas"),
        (
            hello().tag(MessageTag::CustomerFeedback).request(),
            "tag CUSTOMER_FEEDBACK",
        ),
        (
            hello().messaging_type(MessagingType::Utility).request(),
            "utility messages",
        ),
        (
            graph
                .send(Recipient::OneTimeNotifToken("t".to_owned()), "hello")
                .request(),
            "one-time notifications",
        ),
        (graph.typing_on("7").persona("p1").request(), "personas"),
        (graph.react("7", "m_1", "😍").request(), "reaction but `love`"),
    ] {
        let error = request.await.unwrap_err();
        assert_eq!(error.id(), "MSG516");
        assert_eq!(error.unsupported().unwrap().feature, feature);
    }
    assert_eq!(server.asked().len(), 0);
    graph.react("7", "m_1", "love").await.unwrap();
    hello()
        .tag(MessageTag::HumanAgent)
        .notification_type(NotificationType::SilentPush)
        .reply_to("m_1")
        .await
        .unwrap();
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn what_the_platform_would_refuse_does_not_leave() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.graph();
    for (request, words) in [
        (
            graph.send("7", "x".repeat(2000)).request(),
            "MSG101 text: 2000 characters, at most 1999",
        ),
        (
            graph.send("7", "a").persona("").request(),
            "MSG103 persona_id: empty",
        ),
        (
            graph.send("7", "a").reply_to("").request(),
            "MSG103 reply_to.mid: empty",
        ),
        (
            graph.unreact("7", "").request(),
            "MSG103 payload.message_id: empty",
        ),
        (
            graph.react("7", "m", "").request(),
            "MSG103 payload.reaction: empty",
        ),
    ] {
        let error = request.await.unwrap_err();
        assert_eq!(error.id(), "MSG517");
        assert_eq!(error.limits().unwrap().to_string(), words);
    }
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn each_message_counts_against_its_rate() {
    let graph = Client::builder(Keys::new("TOKEN", "secret"))
        .build()
        .unwrap()
        .page("42");
    let film = Media::video("https://coffee.example/a.mp4");
    let sound = Media::attachment_id(crate::message::MediaKind::Audio, "1");
    let comment = Recipient::CommentId("1_2".to_owned());
    for (message, to, pace) in [
        (Message::text("a"), "7".into(), Pace::Send),
        (
            Media::image("https://coffee.example/a.png").into(),
            "7".into(),
            Pace::Send,
        ),
        (film.clone().into(), "7".into(), Pace::SendMedia),
        (sound.into(), "7".into(), Pace::SendMedia),
        (film.into(), comment, Pace::PrivateReply),
        (
            Message::text("a"),
            Recipient::PostId("1_2".to_owned()),
            Pace::PrivateReply,
        ),
    ] {
        assert_eq!(call(graph.send(to, message).request()).pace, pace);
    }
}

#[test]
fn the_platform_has_time_to_fetch_a_film() {
    let graph = Client::builder(Keys::new("TOKEN", "secret"))
        .build()
        .unwrap()
        .page("42");
    let time = |message: Message| call(graph.send("7", message).request()).at_least;
    assert_eq!(time("a".into()), Duration::ZERO);
    let film = Media::video("https://coffee.example/a.mp4");
    assert!(time(film.into()) > Duration::from_secs(75));
    let known = Media::attachment_id(crate::message::MediaKind::Video, "1");
    assert_eq!(time(known.into()), Duration::ZERO);
}
