//! Messages that wait or never leave: what handlers, other pages and the bot itself are told of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use messenger_runtime::{
    GivenUp, Handle, SendError,
    event::Object,
    graph::Pacing,
    message::{BoxError, UtilityTemplate},
    prelude::*,
    store::{Conversation, DeadKind, DeadLetters, MemoryStore, StoreError},
};
use messenger_tests::{
    Stage,
    faulty::{FaultyStore, Op},
    graph::{Call, Fate},
    stage::{PAGE, PERSON, from_person, until},
};
use serde_json::json;

/// A page that is not [`PAGE`].
const OTHER_PAGE: &str = "20002";

bot! {
    /// Says something before its answer.
    Clerk;
    progress, who, hello,
}

#[on_text(words = ["progress"])]
async fn progress(chat: Chat) -> Result<&'static str, BoxError> {
    chat.send("working").await?;
    Ok("done")
}

#[on_text(words = ["who"])]
async fn who(profile: Profile) -> String {
    format!("you are {}", profile.first_name().unwrap_or("nobody"))
}

#[fallback]
async fn hello(text: Text) -> String {
    format!("hello {text}")
}

fn token_of(page: &str) -> String {
    format!("token-of-{page}")
}

fn is_of(page: &str, call: &Call) -> bool {
    call.token == Some(token_of(page))
}

/// Somebody writes to a page; nobody waits for the answer.
async fn writes(stage: &Stage, page: &str, person: &str, text: &str) {
    let mut item = from_person(json!({"message": {"mid": stage.mid(), "text": text}}));
    item["sender"]["id"] = json!(person);
    item["recipient"]["id"] = json!(page);
    let body = json!({"object": "page", "entry": [{"id": page, "time": 1, "messaging": [item]}]});
    assert_eq!(stage.post(body.to_string().as_bytes()).await, 200);
}

async fn dead_letters(stage: &Stage) -> Vec<(DeadKind, String)> {
    let letters = stage.handle.dead_letters(DeadLetters::default()).await;
    let letters = letters.expect("memory can be read").into_iter();
    letters.map(|letter| (letter.kind, letter.cause.code)).collect()
}

#[tokio::test]
async fn a_store_that_is_away_for_a_moment_fails_no_handler() {
    let store = FaultyStore::default();
    let bot = Clerk::stateless().store(store.clone());
    let wait = Duration::from_millis(20);
    let stage = Stage::with(bot, |settings| settings, |config| config.send_waits.store = wait).await;
    let away = || StoreError::Unavailable("away".to_owned());
    store.fail(Op::Enqueue, [away(), away(), away()]);
    stage.says("progress").await;
    until("both messages", || stage.texts().len() == 2).await;
    assert_eq!(stage.texts(), ["working", "done"]);
    assert_eq!(dead_letters(&stage).await, []);

    // One that stays away fails it.
    store.fail(Op::Enqueue, std::iter::repeat_with(away).take(10));
    stage.says("progress").await;
    until("the handler fails", || stage.handle.counts().turns_failed == 1).await;
}

#[tokio::test]
async fn a_throttled_page_takes_no_turns_from_the_others() {
    let stage = Stage::with(
        Clerk::stateless().store(MemoryStore::new()),
        |settings| {
            [PAGE, OTHER_PAGE]
                .into_iter()
                .fold(settings, |settings, page| settings.page(page, token_of(page)))
        },
        |config| config.concurrent_turns = 2,
    )
    .await;
    stage.graph.rule(|call| {
        let usage = json!({PAGE: [{"type": "messenger", "call_count": 100, "total_cputime": 1, "total_time": 1,
            "estimated_time_to_regain_access": 5}]});
        let refusal = json!({"error": {"message": "too many", "type": "OAuthException", "code": 613}});
        is_of(PAGE, call).then(|| {
            let name = "x-business-use-case-usage";
            Fate::RefusedWith(StatusCode::BAD_REQUEST, refusal, name, usage.to_string())
        })
    });
    for person in 0..4 {
        writes(&stage, PAGE, &format!("4000{person}"), "progress").await;
    }
    let since = Instant::now();
    writes(&stage, OTHER_PAGE, PERSON, "hi").await;
    until("an answer of the other page", || {
        stage.graph.taken().iter().any(|call| is_of(OTHER_PAGE, call))
    })
    .await;
    until("its settlement", || stage.handle.counts().sent == 1).await;
    let left = loop {
        let left = stage.handle.backlog().await.expect("memory can be read");
        if left.events == 0 {
            break left;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    };
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    assert_eq!(left.rows, 8, "what was said by `Chat`, and the answers behind it");
    assert_eq!(dead_letters(&stage).await, []);
    assert_eq!(stage.handle.counts().turns_failed, 0);
}

#[tokio::test]
async fn chat_waits_for_a_message_that_leaves_however_long_the_platform_takes() {
    let stage = Stage::of(Clerk::stateless().store(MemoryStore::new())).await;
    let slow = Duration::from_millis(1500);
    stage.graph.fate("working", [Fate::Late(slow)]);
    let since = Instant::now();
    writes(&stage, PAGE, PERSON, "progress").await;
    until("its turn", || stage.handle.counts().handled == 1).await;
    stage.quiet().await;
    assert_eq!(stage.texts(), ["working", "done"]);
    // Between the two the bot is seen typing.
    let calls = stage.graph.calls();
    let texts: Vec<_> = calls.iter().filter(|call| call.text().is_some()).collect();
    let between = texts[1].at - texts[0].at;
    assert!(between >= slow && since.elapsed() >= slow, "{between:?}");
}

#[tokio::test]
async fn whoever_waits_for_a_message_is_told_when_its_conversation_is_erased() {
    let stage = Stage::of(Clerk::stateless().store(MemoryStore::new())).await;
    stage.graph.fate("first", [Fate::Late(Duration::from_secs(5))]);
    let person = stage.handle.to(PAGE, PERSON);
    person.send("first").await.expect("it is queued");
    let sending = person.clone();
    let second = tokio::spawn(async move { sending.send_and_wait("second").await });
    until("the first on its way", || stage.texts().len() == 1).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!second.is_finished());
    assert_eq!(stage.handle.erase(&of(PERSON)).await, Ok(true));
    let told = tokio::time::timeout(Duration::from_secs(2), second).await;
    let told = told.expect("it does not wait on").expect("it does not panic");
    assert!(matches!(told, Err(SendError::Erased)), "{told:?}");
    stage.quiet().await;
    assert_eq!(stage.texts(), ["first"]);
}

#[tokio::test]
async fn who_is_erased_is_asked_for_anew() {
    let stage = Stage::of(Clerk::stateless().store(MemoryStore::new())).await;
    let look_ups = || {
        stage
            .graph
            .calls()
            .iter()
            .filter(|call| call.method == "GET")
            .count()
    };
    stage.says("who").await;
    stage.says("who").await;
    assert_eq!(
        (look_ups(), stage.texts().len()),
        (1, 2),
        "profiles are kept for a while"
    );
    stage
        .handle
        .erase(&of(PERSON))
        .await
        .expect("memory can be changed");
    stage.says("who").await;
    assert_eq!(look_ups(), 2);
}

fn of(person: &str) -> Conversation {
    Conversation {
        object: Object::Page,
        page: PAGE.into(),
        person: Some(person.into()),
    }
}

/// Says by a utility message what came too late, and panics at what was refused for another reason.
fn instead(given_up: &GivenUp, bot: &Handle, told: &AtomicUsize) {
    told.fetch_add(1, Ordering::SeqCst);
    assert!(given_up.is_too_late(), "on purpose: {}", given_up.cause());
    let person = given_up.conversation().person.as_deref().expect("a person");
    let person = bot.to(&given_up.conversation().page, person);
    let key = format!("late {}", given_up.key());
    tokio::spawn(async move {
        let news = Reply::utility(UtilityTemplate::new("news", "en"));
        person.send_once(&key, news).await.expect("it is queued");
    });
}

#[tokio::test]
async fn a_bot_hears_of_what_was_given_up_and_says_something_else() {
    let told = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&told);
    let bot = Clerk::stateless()
        .store(MemoryStore::new())
        .pacing(Pacing::off())
        .on_given_up(move |given_up, bot| instead(given_up, bot, &count));
    let stage = Stage::of(bot).await;
    let refused = |code: i64, subcode: i64| {
        let error =
            json!({"message": "no", "type": "OAuthException", "code": code, "error_subcode": subcode});
        [Fate::Refused(StatusCode::BAD_REQUEST, json!({"error": error}))]
    };
    stage.graph.fate("hello late", refused(10, 2_018_278));
    stage.graph.fate("hello wrong", refused(100, 1));
    stage.says("fine").await;
    assert_eq!(told.load(Ordering::SeqCst), 0, "nothing was given up");
    stage.says("late").await;
    until("the message instead", || stage.graph.calls().len() == 3).await;
    stage.says("wrong").await;
    stage.says("well").await;
    let letters = dead_letters(&stage).await;
    let message = |code: &str| (DeadKind::Message, code.to_owned());
    assert_eq!(letters, [message("MSG513"), message("MSG510")]);
    assert_eq!(told.load(Ordering::SeqCst), 2);
    let sent = stage.graph.calls();
    assert_eq!(sent[2].body["messaging_type"], "UTILITY");
    assert_eq!(
        sent.last().and_then(Call::text),
        Some("hello well"),
        "a panic of the hook harms nobody"
    );
}

#[tokio::test]
async fn a_bot_hears_nothing_of_what_was_erased_meanwhile() {
    let told = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&told);
    let bot = Clerk::stateless()
        .store(MemoryStore::new())
        .on_given_up(move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
        });
    let stage = Stage::of(bot).await;
    let late =
        json!({"error": {"message": "no", "type": "OAuthException", "code": 10, "error_subcode": 2_018_278}});
    let refused = Fate::TakenButRefused(Duration::from_millis(700), StatusCode::BAD_REQUEST, late);
    stage.graph.fate("hello late", [refused]);
    writes(&stage, PAGE, PERSON, "late").await;
    until("the call", || stage.graph.calls().len() == 1).await;
    assert_eq!(stage.handle.erase(&of(PERSON)).await, Ok(true));
    until("its refusal", || stage.handle.counts().given_up == 1).await;
    assert_eq!(told.load(Ordering::SeqCst), 0);
    assert_eq!(dead_letters(&stage).await, []);
}
