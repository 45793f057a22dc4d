//! Messages with all that goes with them, and what is shown without one.

use super::*;
use crate::{
    graph::{
        MessageTag, MessagingType, NotificationType, ThreadControl,
        call::{Call, Pace},
    },
    message::{
        CustomerFeedback, Keyed, Media, Message, NotificationMessages, QuickReply, Recipient, Score,
        ScoreQuestion, SendOptions, UtilityTemplate,
    },
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
        (
            graph.send(Recipient::PostId("1_2".to_owned()), "hello").request(),
            "private replies to posts",
        ),
        (
            graph.typing_on(Recipient::PostId("1_2".to_owned())).request(),
            "private replies to posts",
        ),
        (
            graph.send(Recipient::UserRef("r".to_owned()), "hello").request(),
            "checkbox plugin",
        ),
        (
            graph
                .send(Recipient::phone_number("+15105551234"), "hello")
                .request(),
            "customer matching",
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
    graph
        .send("7", NotificationMessages::new("ROASTS"))
        .await
        .unwrap();
    let token = Recipient::NotificationMessagesToken("t".to_owned());
    graph.send(token, "hello").await.unwrap();
    let comment = Recipient::CommentId("1_2".to_owned());
    graph.send(comment, "hello").await.unwrap();
    assert_eq!(server.asked().len(), 5);
}

#[tokio::test]
async fn a_message_to_nobody_does_not_leave() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.graph();
    for (to, path) in [
        ("".into(), "id"),
        (Recipient::UserRef(String::new()), "user_ref"),
        (Recipient::CommentId(String::new()), "comment_id"),
        (Recipient::PostId(String::new()), "post_id"),
        (
            Recipient::NotificationMessagesToken(String::new()),
            "notification_messages_token",
        ),
        (
            Recipient::OneTimeNotifToken(String::new()),
            "one_time_notif_token",
        ),
        (Recipient::phone_number(""), "phone_number"),
    ] {
        for request in [graph.send(&to, "hello").request(), graph.mark_seen(&to).request()] {
            let error = request.await.unwrap_err();
            let words = format!("MSG103 recipient.{path}: empty");
            assert_eq!(error.limits().unwrap().to_string(), words);
        }
        let message = Message::text("hello");
        let keyed = Keyed {
            message: &message,
            key: "k",
        };
        let options = SendOptions::default();
        let error = graph.send_keyed(&to, keyed, &options).await.unwrap_err();
        assert_eq!(error.id(), "MSG517", "{path}");
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn options_that_contradict_each_other_or_the_message_do_not_leave() {
    let server = Server::start([Reply::sent()]).await;
    let graph = server.graph();
    let hello = || graph.send("7", "hello");
    let utility = || graph.send("7", UtilityTemplate::new("order_shipped", "en"));
    let survey = || {
        let question = ScoreQuestion::new("q1", Score::Nps);
        graph.send(
            "7",
            CustomerFeedback::new(
                "How was it?",
                "Rate us",
                question,
                "https://coffee.example/privacy",
            ),
        )
    };
    for (request, words) in [
        (
            hello().messaging_type(MessagingType::MessageTag),
            "MSG103 tag: missing; MESSAGE_TAG needs HUMAN_AGENT or CUSTOMER_FEEDBACK",
        ),
        (
            hello().messaging_type(MessagingType::Utility),
            "MSG103 messaging_type: UTILITY is for utility templates only; send one (`Message::utility`), or \
             another type",
        ),
        (
            utility().messaging_type(MessagingType::Response),
            "MSG103 messaging_type: a utility template goes as UTILITY only; leave the type out",
        ),
        (
            utility().tag(MessageTag::HumanAgent),
            "MSG103 tag: a utility template goes without a tag; leave it out",
        ),
        (
            hello().tag(MessageTag::CustomerFeedback),
            "MSG103 tag: CUSTOMER_FEEDBACK goes with the customer feedback template only; send that, or no tag",
        ),
        (
            hello().thread_control(ThreadControl::Pass {
                app_id: Some(String::new()),
            }),
            "MSG103 thread_control.app_id: empty",
        ),
    ] {
        let error = request.await.unwrap_err();
        assert_eq!(error.id(), "MSG517");
        assert_eq!(error.limits().unwrap().to_string(), words);
    }
    assert!(server.asked().is_empty());
    utility().messaging_type(MessagingType::Utility).await.unwrap();
    survey().tag(MessageTag::CustomerFeedback).await.unwrap();
    hello()
        .tag(MessageTag::HumanAgent)
        .messaging_type(MessagingType::Response)
        .await
        .unwrap();
    hello()
        .thread_control(ThreadControl::Pass { app_id: None })
        .await
        .unwrap();
    let types: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| asked.json()["messaging_type"].clone())
        .collect();
    assert_eq!(types, ["UTILITY", "MESSAGE_TAG", "RESPONSE", "UPDATE"]);
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
            graph.typing_on("7").persona("").request(),
            "MSG103 persona_id: empty",
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
