//! What the delivery engine promises: order, retries, sends in doubt, and who waits for whom.

use std::{
    error::Error,
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use messenger_runtime::{
    graph::Pacing,
    message::{Message, UtilityTemplate},
    prelude::*,
};
use messenger_tests::{
    Stage,
    graph::{Call, Fate},
    stage::{APP_ID, PAGE, PERSON, echo, from_person},
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

/// A person who is not [`PERSON`].
const OTHER: &str = "300002";

/// Handlers that have to wait take a permit of it.
#[derive(Clone, Debug)]
struct Gate(Arc<Semaphore>);

impl Gate {
    async fn pass(&self) {
        self.0.acquire().await.expect("it is never closed").forget();
    }

    fn open(&self) {
        self.0.add_permits(1);
    }
}

bot! {
    /// Answers in several messages, late, or not at all.
    Porter(Gate);
    guard, count, report, refused, wait, who, noted, shipped, hello,
}

/// Stops whoever knocks.
#[before]
async fn guard(text: Option<Text>) -> ControlFlow<&'static str> {
    match text.as_deref() {
        Some("knock") => ControlFlow::Break("we are closed"),
        _ => ControlFlow::Continue(()),
    }
}

#[on_text(words = ["count"])]
async fn count() -> Reply {
    Reply::text("one").then("two").then("three")
}

#[on_text(words = ["report"])]
async fn report(chat: Chat, State(gate): State<Gate>) -> Result<Reply, Box<dyn Error + Send + Sync>> {
    chat.typing_on().await?;
    chat.send(Reply::text("one").then("two")).await?;
    gate.pass().await;
    chat.send("three").await?;
    Ok(Reply::text("four").then("five"))
}

#[on_text(words = ["refused"])]
async fn refused(chat: Chat) -> String {
    match chat.send("no").await {
        Ok(()) => "it was taken".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[on_text(words = ["wait"])]
async fn wait(State(gate): State<Gate>) -> &'static str {
    gate.pass().await;
    "waited"
}

#[on_text(words = ["who"])]
async fn who(profile: Profile) -> String {
    format!("first name: {:?}", profile.first_name())
}

#[on_text(words = ["noted"])]
async fn noted() -> Message {
    Message::text("with a note").metadata("mine")
}

#[on_text(words = ["shipped"])]
async fn shipped() -> Reply {
    Reply::utility(UtilityTemplate::new("order_shipped", "en"))
}

#[fallback]
async fn hello(text: Text) -> String {
    format!("hello {}", text.as_str())
}

async fn stage() -> (Stage, Gate) {
    let gate = Gate(Arc::new(Semaphore::new(0)));
    let state = gate.clone();
    (Stage::of(Porter::with(async move || state)).await, gate)
}

/// Posts an item and does not wait for what comes of it.
async fn post(stage: &Stage, item: Value) {
    let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]});
    assert_eq!(stage.post(body.to_string().as_bytes()).await, 200);
}

/// The person writes; nobody waits for the answer.
async fn writes(stage: &Stage, person: &str, text: &str) {
    let mut item = from_person(json!({"message": {"mid": stage.mid(), "text": text}}));
    item["sender"]["id"] = json!(person);
    post(stage, item).await;
}

/// Waits until it is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(15), wait)
        .await
        .unwrap_or_else(|_| panic!("it never came to: {what}"));
}

fn sent(stage: &Stage, text: &str) -> Call {
    stage
        .graph
        .calls()
        .into_iter()
        .find(|call| call.text() == Some(text))
        .expect("it was sent")
}

/// The echo of a message that the bot sent.
fn echo_of(stage: &Stage, text: &str, metadata: &str) -> Value {
    let mut echo = echo(APP_ID, &stage.mid(), text);
    echo["message"]["metadata"] = json!(metadata);
    echo
}

#[tokio::test]
async fn chat_sends_in_order_while_the_handler_runs_and_before_its_reply() {
    let (stage, gate) = stage().await;
    writes(&stage, PERSON, "report").await;
    until("two messages", || stage.texts().len() == 2).await;
    assert_eq!(
        stage.handle.backlog().await.expect("the store can tell").events,
        1,
        "the handler is still at work"
    );
    gate.open();
    stage.quiet().await;
    assert_eq!(stage.texts(), ["one", "two", "three", "four", "five"]);
    assert_eq!(stage.graph.calls()[0].body["sender_action"], "typing_on");
}

#[tokio::test]
async fn what_chat_could_not_send_its_handler_is_told() {
    let (stage, _) = stage().await;
    stage.graph.fate("no", [Fate::code(StatusCode::BAD_REQUEST, 100)]);
    stage.says("refused").await;
    let told = stage.texts().pop().expect("a reply");
    assert!(told.starts_with("MSG510 "), "{told}");
}

#[tokio::test]
async fn a_message_keeps_the_metadata_of_its_own() {
    let (stage, _) = stage().await;
    stage.says("noted").await;
    let sent = sent(&stage, "with a note");
    let metadata = sent.metadata().expect("the key and the note");
    assert!(metadata.ends_with(" mine"), "{metadata}");
}

#[tokio::test]
async fn a_utility_message_goes_as_one() {
    let (stage, _) = stage().await;
    stage.says("shipped").await;
    stage.says("hi").await;
    let types: Vec<_> = stage
        .graph
        .calls()
        .iter()
        .map(|call| call.body["messaging_type"].clone())
        .collect();
    assert_eq!(types, ["UTILITY", "RESPONSE"]);
}

#[tokio::test]
async fn every_message_carries_the_key_by_which_its_echo_is_known() {
    let (stage, gate) = stage().await;
    gate.open();
    stage.says("report").await;
    stage.says("count").await;
    let calls = stage.graph.calls();
    let mut keys: Vec<_> = calls.iter().filter_map(Call::metadata).collect();
    assert_eq!(keys.len(), stage.texts().len());
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 8, "no two alike");
}

#[tokio::test]
async fn a_slow_answer_holds_up_its_own_conversation_alone() {
    let (stage, _) = stage().await;
    let slow = Duration::from_millis(1500);
    stage.graph.fate("one", [Fate::Late(slow)]);
    writes(&stage, PERSON, "count").await;
    until("the first message", || !stage.texts().is_empty()).await;
    writes(&stage, PERSON, "hi").await;
    writes(&stage, OTHER, "you").await;
    stage.quiet().await;
    assert_eq!(stage.texts(), ["one", "hello you", "two", "three", "hello hi"]);
    let waited = sent(&stage, "two").at - sent(&stage, "one").at;
    assert!(
        waited >= slow,
        "the second was on its way {waited:?} after the first"
    );
}

#[tokio::test]
async fn a_slow_platform_is_sent_up_to_256_messages_at_once() {
    let gate = Gate(Arc::new(Semaphore::new(0)));
    let stage = Stage::of(Porter::with(async move || gate).pacing(Pacing::off())).await;
    let answers = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&answers);
    stage.graph.rule(move |_| Some(Fate::Held(Arc::clone(&held))));
    let say_hi = |person| {
        let mut item = from_person(json!({"message": {"mid": stage.mid(), "text": "hi"}}));
        item["sender"]["id"] = json!(format!("4000{person}"));
        item
    };
    let items: Vec<_> = (0..300).map(say_hi).collect();
    let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": items}]});
    assert_eq!(stage.post(body.to_string().as_bytes()).await, 200);
    until("256 at once", || stage.graph.calls().len() >= 256).await;
    until("all are handled", || stage.handle.counts().handled >= 300).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(stage.graph.calls().len(), 256, "no more than that");
    answers.add_permits(300);
    stage.quiet().await;
    assert_eq!(stage.graph.calls().len(), 300);
}

#[tokio::test]
async fn a_send_that_is_refused_for_now_is_tried_again_in_its_place() {
    let (stage, _) = stage().await;
    stage
        .graph
        .fate("two", [Fate::code(StatusCode::INTERNAL_SERVER_ERROR, 2)]);
    stage.says("count").await;
    assert_eq!(stage.texts(), ["one", "two", "two", "three"]);
    let counts = stage.handle.counts();
    assert_eq!((counts.sent, counts.retried, counts.given_up), (3, 1, 0));
}

#[tokio::test]
async fn messages_that_must_wait_for_their_turn_stay_in_the_outbox_and_are_not_counted_as_tried() {
    let gate = Gate(Arc::new(Semaphore::new(0)));
    let tick = Duration::from_millis(100);
    let bot = Porter::with(async move || gate).pacing(Pacing::default().sends(1, tick));
    let stage = Stage::of(bot).await;
    let started = Instant::now();
    for person in 0..20 {
        writes(&stage, &format!("4000{person}"), "hi").await;
    }
    stage.quiet().await;
    assert!(started.elapsed() >= tick * 19);
    let counts = stage.handle.counts();
    assert_eq!((counts.sent, counts.retried, counts.given_up), (20, 0, 0));
    assert_eq!(stage.texts(), vec!["hello hi"; 20]);
}

#[tokio::test]
async fn a_send_that_is_refused_for_good_is_given_up_and_the_next_goes_on() {
    let (stage, _) = stage().await;
    stage
        .graph
        .fate("two", [Fate::code(StatusCode::BAD_REQUEST, 100)]);
    stage.says("count").await;
    assert_eq!(stage.texts(), ["one", "two", "three"]);
    let counts = stage.handle.counts();
    assert_eq!((counts.sent, counts.retried, counts.given_up), (2, 0, 1));
}

#[tokio::test]
async fn a_send_in_doubt_is_settled_by_its_echo_and_not_sent_twice() {
    let (stage, _) = stage().await;
    stage.graph.fate("two", [Fate::Lost(Duration::ZERO)]);
    writes(&stage, PERSON, "count").await;
    until("a send in doubt", || stage.handle.counts().retried == 1).await;
    let begun = Instant::now();
    let echo = echo_of(&stage, "two", sent(&stage, "two").metadata().expect("a key"));
    post(&stage, echo).await;
    stage.quiet().await;
    assert_eq!(stage.texts(), ["one", "two", "three"]);
    assert_eq!(
        (stage.handle.counts().sent, stage.handle.counts().given_up),
        (3, 0)
    );
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "the echo ended the wait, not the time"
    );
}

#[tokio::test]
async fn an_echo_that_comes_before_the_connection_dies_settles_the_send_too() {
    let (stage, _) = stage().await;
    stage.graph.fate("two", [Fate::Lost(Duration::from_millis(500))]);
    writes(&stage, PERSON, "count").await;
    until("the message on its way", || stage.texts().len() == 2).await;
    let echo = echo_of(&stage, "two", sent(&stage, "two").metadata().expect("a key"));
    post(&stage, echo).await;
    stage.quiet().await;
    assert_eq!(stage.texts(), ["one", "two", "three"]);
}

#[tokio::test]
async fn a_send_in_doubt_without_its_echo_is_sent_again_after_its_wait() {
    let (stage, _) = stage().await;
    stage.graph.fate("two", [Fate::Lost(Duration::ZERO)]);
    writes(&stage, PERSON, "count").await;
    until("a send in doubt", || stage.handle.counts().retried == 1).await;
    let first = sent(&stage, "two");
    let echo = echo_of(&stage, "one", sent(&stage, "one").metadata().expect("a key"));
    post(&stage, echo).await;
    stage.quiet().await;
    assert_eq!(
        stage.texts(),
        ["one", "two", "two", "three"],
        "the echo of another message settles nothing"
    );
    let again = stage
        .graph
        .calls()
        .into_iter()
        .rfind(|call| call.text() == Some("two"))
        .expect("it was sent");
    assert_eq!(again.metadata(), first.metadata(), "the same row");
    let waited = (again.at - first.at).as_secs_f64();
    assert!((9.5..15.0).contains(&waited), "it waited {waited} s");
}

#[tokio::test]
async fn a_failed_profile_look_up_does_not_fail_the_turn() {
    let (stage, _) = stage().await;
    let refusal = json!({"error": {"message": "no permission", "type": "GraphMethodException", "code": 100, "error_subcode": 33}});
    stage.graph.answer_with([(StatusCode::BAD_REQUEST, refusal)]);
    stage.says("who").await;
    assert_eq!(stage.texts(), ["first name: None"]);
    assert_eq!(stage.handle.counts().rejected, 0);
}

#[tokio::test]
async fn people_do_not_wait_for_one_another_but_their_own_messages_do() {
    let (stage, gate) = stage().await;
    writes(&stage, PERSON, "wait").await;
    writes(&stage, PERSON, "second").await;
    writes(&stage, OTHER, "you").await;
    until("an answer to the other person", || !stage.texts().is_empty()).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(stage.texts(), ["hello you"]);
    gate.open();
    stage.quiet().await;
    assert_eq!(stage.texts(), ["hello you", "waited", "hello second"]);
}

#[tokio::test]
async fn before_stops_an_event_or_lets_it_pass() {
    let (stage, _) = stage().await;
    stage.says("knock").await;
    stage.says("open").await;
    assert_eq!(stage.texts(), ["we are closed", "hello open"]);
    assert_eq!(
        (stage.handle.counts().stopped, stage.handle.counts().handled),
        (1, 1)
    );
}
