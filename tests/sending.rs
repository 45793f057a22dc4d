//! What a bot sends: with options, reactions and metadata, and to Instagram.

use std::time::{Duration, SystemTime};

use messenger_runtime::{graph::NotificationType, message::Platform, prelude::*};
use messenger_tests::{
    Stage,
    graph::Fate,
    stage::{APP_ID, PAGE, PERSON, echo, millis},
};
use serde_json::{Value, json};

bot! {
    /// Sends everything there is.
    Courier;
    options, reaction, noted, long_note, where_am_i, film, seen_echo, comment, failed,
}

#[on_text(words = ["options"])]
async fn options() -> Reply {
    Reply::text("quietly")
        .persona("p1")
        .notification_type(NotificationType::SilentPush)
        .reply_to("m_0")
}

#[on_text(words = ["reaction"])]
async fn reaction() -> Reply {
    Reply::react("m_0", "love").then(Reply::unreact("m_0"))
}

fn note(text: &str, metadata: &str) -> Reply {
    Reply::message(messenger_runtime::message::Message::text(text).metadata(metadata))
}

#[on_text(words = ["noted"])]
async fn noted() -> Reply {
    note("noted", "order 7").then("plain")
}

#[on_text(words = ["long note"])]
async fn long_note() -> Reply {
    note("never sent", &"x".repeat(947))
}

#[on_text(words = ["where"])]
async fn where_am_i(graph: Graph) -> &'static str {
    match graph.platform() {
        Platform::Messenger => "on Messenger",
        Platform::Instagram => "on Instagram",
    }
}

#[on_text(words = ["film"])]
async fn film() -> Reply {
    Reply::video("https://coffee.example/a.mp4")
}

#[on_echo(own)]
async fn seen_echo(event: Event<'_>) -> String {
    let metadata = event.message().and_then(|message| message.metadata.as_deref());
    format!("echo with {metadata:?}")
}

#[on_change("feed")]
async fn comment() -> Reply {
    Reply::text("Thank you for your comment.").hand_over()
}

#[on_error]
async fn failed(error: HandlerError) -> String {
    error.to_string()
}

async fn stage() -> Stage {
    Stage::of(Courier::stateless()).await
}

fn bodies(stage: &Stage) -> Vec<Value> {
    stage.graph.calls().into_iter().map(|call| call.body).collect()
}

#[tokio::test]
async fn a_reply_keeps_its_options() {
    let stage = stage().await;
    stage.says("options").await;
    let mut body = bodies(&stage).remove(0);
    body["message"].as_object_mut().unwrap().remove("metadata");
    assert_eq!(
        body,
        json!({
            "messaging_type": "RESPONSE",
            "recipient": {"id": PERSON},
            "message": {"text": "quietly"},
            "persona_id": "p1",
            "notification_type": "SILENT_PUSH",
            "reply_to": {"mid": "m_0"},
        })
    );
}

#[tokio::test]
async fn a_reply_reacts() {
    let stage = stage().await;
    stage.says("reaction").await;
    let payload = json!({"message_id": "m_0"});
    assert_eq!(
        bodies(&stage),
        [
            json!({"recipient": {"id": PERSON}, "sender_action": "react",
                "payload": {"message_id": "m_0", "reaction": "love"}}),
            json!({"recipient": {"id": PERSON}, "sender_action": "unreact", "payload": payload}),
        ]
    );
}

#[tokio::test]
async fn the_metadata_of_the_bot_comes_back_in_the_echo_without_the_outbox_key() {
    let stage = stage().await;
    stage.says("noted").await;
    let sent = bodies(&stage);
    let metadata = |n: usize| sent[n]["message"]["metadata"].as_str().unwrap().to_owned();
    assert!(metadata(0).ends_with(" order 7"), "{}", metadata(0));
    for (n, app) in [(0, APP_ID), (1, APP_ID), (0, "55")] {
        let mut echo = echo(app, &stage.mid(), "noted");
        echo["message"]["metadata"] = json!(metadata(n));
        stage.event(echo).await;
    }
    let mut foreign = echo(APP_ID, &stage.mid(), "noted");
    foreign["message"]["metadata"] = json!("order 8");
    stage.event(foreign).await;
    assert_eq!(
        stage.texts()[2..],
        [
            "echo with Some(\"order 7\")",
            "echo with None",
            // The key tells whose it is, whatever app the echo names.
            "echo with Some(\"order 7\")",
            "echo with Some(\"order 8\")",
        ]
    );
}

#[tokio::test]
async fn an_echo_with_metadata_settles_a_send_in_doubt() {
    let stage = stage().await;
    stage
        .graph
        .fate("noted", [Fate::Lost(Duration::from_millis(500))]);
    let says = stage.says("noted");
    let echoed = async {
        while stage.texts().is_empty() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let mut echo = echo(APP_ID, "m_echo", "noted");
        echo["message"]["metadata"] = bodies(&stage)[0]["message"]["metadata"].clone();
        let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [echo]}]});
        assert_eq!(stage.post(body.to_string().as_bytes()).await, 200);
    };
    tokio::join!(says, echoed);
    assert_eq!(
        stage.texts(),
        ["noted", "plain", "echo with Some(\"order 7\")"],
        "sent once"
    );
}

#[tokio::test]
async fn the_author_of_a_comment_is_answered_but_cannot_be_handed_over() {
    let stage = stage().await;
    let change = json!({"field": "feed", "value": {
        "item": "comment", "verb": "add", "comment_id": "20001_5", "from": {"id": PERSON}, "message": "hm",
    }});
    let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "changes": [change]}]});
    assert_eq!(stage.post(body.to_string().as_bytes()).await, 200);
    stage.quiet().await;
    let calls = stage.graph.calls();
    assert_eq!(calls.len(), 1, "no call with an id that is none of a person");
    assert_eq!(calls[0].body["recipient"], json!({"comment_id": "20001_5"}));
    assert_eq!(stage.handle.counts().given_up, 1);
}

#[tokio::test]
async fn metadata_that_leaves_no_room_for_the_key_is_refused_before_sending() {
    let stage = stage().await;
    stage.says("long note").await;
    let texts = stage.texts();
    assert_eq!(texts.len(), 1);
    assert!(
        texts[0].contains("MSG101 metadata: 947 characters, at most 946"),
        "{texts:?}"
    );
}

async fn instagram_says(stage: &Stage, text: &str) {
    let item = json!({
        "sender": {"id": PERSON},
        "recipient": {"id": PAGE},
        "timestamp": millis(SystemTime::now()),
        "message": {"mid": stage.mid(), "text": text},
    });
    let body = json!({"object": "instagram", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]});
    assert_eq!(stage.post(body.to_string().as_bytes()).await, 200);
    stage.quiet().await;
}

#[tokio::test]
async fn a_conversation_on_instagram_is_answered_as_one() {
    let stage = stage().await;
    stage.says("where").await;
    instagram_says(&stage, "where").await;
    instagram_says(&stage, "options").await;
    let texts = stage.texts();
    assert_eq!(texts[..2], ["on Messenger", "on Instagram"]);
    assert!(
        texts[2].contains("MSG104 persona_id: Instagram has no personas"),
        "{texts:?}"
    );
    assert_eq!(texts.len(), 3);
    instagram_says(&stage, "reaction").await;
    assert_eq!(bodies(&stage)[3]["payload"]["reaction"], "love");
}

#[tokio::test]
async fn media_are_answers_too() {
    let stage = stage().await;
    stage.says("film").await;
    let body = &bodies(&stage)[0];
    assert_eq!(body["messaging_type"], "RESPONSE");
    assert_eq!(body["message"]["attachment"]["type"], "video");
}
