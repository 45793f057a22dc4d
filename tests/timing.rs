//! What people see while a handler takes its time, and replies that take theirs.

use std::time::Duration;

use messenger_runtime::{message::BoxError, prelude::*};
use messenger_tests::{
    Stage, TempDir,
    graph::Call,
    shelf::reopened,
    stage::{text_body, until},
};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

bot! {
    /// Thinks.
    Thinker;
    quick, think, work, count, chat_count, rest, begin,
    flow Riddle,
}

#[on_text(words = ["quick"])]
async fn quick() -> &'static str {
    "done"
}

#[on_text(words = ["think"])]
async fn think() -> &'static str {
    sleep(Duration::from_millis(500)).await;
    "done"
}

#[on_text(words = ["work"])]
async fn work(chat: Chat) -> Result<&'static str, BoxError> {
    sleep(Duration::from_millis(500)).await;
    chat.send("half").await?;
    sleep(Duration::from_millis(1700)).await;
    Ok("done")
}

#[on_text(words = ["count"])]
async fn count() -> Reply {
    Reply::text("one")
        .pause(Duration::from_millis(400))
        .then("two")
        .typing(Duration::from_millis(400))
        .then("three")
}

#[on_text(words = ["chat"])]
async fn chat_count(chat: Chat) -> Result<&'static str, BoxError> {
    chat.send(Reply::text("one").pause(Duration::from_millis(400)).then("two"))
        .await?;
    Ok("three")
}

#[on_text(words = ["rest"])]
async fn rest() -> Reply {
    Reply::text("one").pause(Duration::from_secs(4)).then("two")
}

#[on_text(words = ["begin"])]
async fn begin(dialog: Dialog) -> Reply {
    dialog.begin(Riddle {})
}

#[derive(Serialize, Deserialize)]
struct Riddle {}

#[flow(start = what)]
impl Riddle {
    #[ask("What walks on four legs?", next = [done])]
    async fn what(&mut self, _answer: String) -> Next {
        sleep(Duration::from_millis(500)).await;
        Next::done
    }

    #[end]
    async fn done(&mut self) -> &'static str {
        "A chair."
    }
}

async fn stage(typing_after: Option<Duration>) -> Stage {
    let change = |config: &mut messenger_runtime::config::Config| config.typing_after = typing_after;
    Stage::with(Thinker::stateless(), |settings| settings, change).await
}

/// The texts and sender actions so far, in order.
fn seen(stage: &Stage) -> Vec<String> {
    let text = |call: &Call| {
        let action = call.body["sender_action"].as_str();
        Some(call.text().or(action)?.to_owned())
    };
    stage.graph.calls().iter().filter_map(text).collect()
}

const SOON: Option<Duration> = Some(Duration::from_millis(100));

#[tokio::test]
async fn a_handler_that_takes_long_shows_that_it_types_and_a_quick_one_does_not() {
    let stage = stage(SOON).await;
    stage.says("quick").await;
    assert_eq!(seen(&stage), ["done"]);
    stage.says("think").await;
    assert_eq!(seen(&stage), ["done", "typing_on", "done"]);
}

#[tokio::test]
async fn it_is_shown_again_after_what_the_handler_sends_meanwhile() {
    let stage = stage(SOON).await;
    stage.says("work").await;
    assert_eq!(seen(&stage), ["typing_on", "half", "typing_on", "done"]);
}

#[tokio::test]
async fn a_step_that_takes_long_shows_it_too() {
    let stage = stage(SOON).await;
    stage.says("begin").await;
    stage.says("man").await;
    assert_eq!(
        seen(&stage),
        ["What walks on four legs?", "typing_on", "A chair."]
    );
}

#[tokio::test]
async fn by_default_it_takes_a_second_and_it_can_be_turned_off() {
    let default = Stage::of(Thinker::stateless()).await;
    let off = stage(None).await;
    for stage in [&default, &off] {
        stage.says("think").await;
        assert_eq!(seen(stage), ["done"]);
    }
    default.says("work").await;
    off.says("work").await;
    assert_eq!(seen(&default)[1..], ["half", "typing_on", "done"]);
    assert_eq!(seen(&off)[1..], ["half", "done"]);
}

/// When each of the texts was sent, after the first.
fn times(stage: &Stage, texts: &[&str]) -> Vec<Duration> {
    let calls = stage.graph.calls();
    let at = |text: &&str| {
        calls
            .iter()
            .find(|call| call.text() == Some(text))
            .expect("it was sent")
            .at
    };
    texts.iter().map(|text| at(text) - at(&texts[0])).collect()
}

#[tokio::test]
async fn the_parts_of_a_reply_leave_in_order_with_their_pauses() {
    let stage = stage(None).await;
    stage.says("count").await;
    assert_eq!(seen(&stage), ["one", "two", "typing_on", "three"]);
    let times = times(&stage, &["one", "two", "three"]);
    assert!(times[1] >= Duration::from_millis(400), "{times:?}");
    assert!(times[2] >= Duration::from_millis(800), "{times:?}");
}

#[tokio::test]
async fn a_handler_can_pause_what_it_sends_while_it_runs() {
    let stage = stage(None).await;
    stage.says("chat").await;
    assert_eq!(seen(&stage), ["one", "two", "three"]);
    assert!(times(&stage, &["one", "two"])[1] >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_pause_holds_up_nobody_else() {
    let stage = stage(None).await;
    assert_eq!(stage.post(text_body("5001", "m1", "count").as_bytes()).await, 200);
    until("the first part", || stage.texts().len() == 1).await;
    assert_eq!(stage.post(text_body("5002", "m2", "quick").as_bytes()).await, 200);
    until("the other's answer", || {
        stage.texts().contains(&"done".to_owned())
    })
    .await;
    assert!(!stage.texts().contains(&"three".to_owned()));
    stage.quiet().await;
    assert_eq!(stage.texts().last().map(String::as_str), Some("three"));
}

#[tokio::test]
async fn what_follows_a_pause_is_sent_after_a_restart() {
    let folder = TempDir::new("timing");
    let path = folder.path().join("bot.db");
    let before = {
        let bot = Thinker::stateless().store(reopened(&path).await);
        let stage = Stage::of(bot).await;
        assert_eq!(stage.post(text_body("5001", "m1", "rest").as_bytes()).await, 200);
        until("the first part", || stage.texts().len() == 1).await;
        stage.graph.clone()
    };
    let stage = Stage::of(Thinker::stateless().store(reopened(&path).await)).await;
    until("the rest", || !stage.texts().is_empty()).await;
    stage.quiet().await;
    assert_eq!(
        (before.texts(), stage.texts()),
        (vec!["one".to_owned()], vec!["two".to_owned()])
    );
}
