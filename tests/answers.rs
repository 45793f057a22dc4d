//! The answer to the platform comes in time, whatever the store does, and is true.

use std::time::{Duration, Instant};

use messenger_runtime::prelude::*;
use messenger_tests::{
    Stage,
    faulty::{FaultyStore, Op},
    stage::{PERSON, text_body, until},
};

bot! {
    /// Repeats.
    Echo;
    echo,
}

#[fallback]
async fn echo(text: Text) -> String {
    text.into_string()
}

async fn posted(stage: &Stage, body: &str) -> (u16, Duration) {
    let since = Instant::now();
    (stage.post(body.as_bytes()).await, since.elapsed())
}

#[tokio::test]
async fn no_answer_waits_for_a_store_that_stalls_and_what_was_kept_is_handled_once() {
    let store = FaultyStore::default();
    let stage = Stage::of(Echo::stateless().store(store.clone())).await;
    let stall = Duration::from_secs(6);
    store.stall(Op::Append, [stall; 4]);
    let since = Instant::now();
    let bodies: Vec<_> = (0..4)
        .map(|number| {
            text_body(
                &format!("5{number}"),
                &format!("m{number}"),
                &format!("text {number}"),
            )
        })
        .collect();
    let answers = bodies.iter().map(|body| posted(&stage, body));
    for (status, took) in futures_util::future::join_all(answers).await {
        assert_eq!(status, 503);
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
    assert_eq!((stage.handle.counts().full, stage.texts().len()), (4, 0));
    let (status, took) = posted(&stage, &text_body(PERSON, "m5", "another")).await;
    assert!(
        status == 200 && took < Duration::from_secs(1),
        "{status} after {took:?}"
    );
    // The store keeps them after all, and the platform delivers them again.
    until("the answers", || stage.texts().len() == 5).await;
    assert!(since.elapsed() >= stall);
    for body in &bodies {
        assert_eq!(posted(&stage, body).await.0, 200);
    }
    stage.quiet().await;
    let mut texts = stage.texts();
    texts.sort();
    assert_eq!(texts, ["another", "text 0", "text 1", "text 2", "text 3"]);
    let counts = stage.handle.counts();
    assert_eq!((counts.received, counts.duplicates, counts.handled), (5, 4, 5));
}

#[tokio::test]
async fn a_body_for_which_there_is_no_room_counts_as_refused_for_want_of_it() {
    let bot = Echo::stateless().store(FaultyStore::default());
    let (short, long) = (text_body(PERSON, "m1", "hi"), text_body(PERSON, "m2", "hello"));
    let room = short.len();
    let stage = Stage::with(
        bot,
        |settings| settings,
        |config| config.webhook.limits.bodies_bytes = room,
    )
    .await;
    assert_eq!(posted(&stage, &long).await.0, 503);
    assert_eq!(stage.handle.counts().full, 1);
    assert_eq!(posted(&stage, &short).await.0, 200);
    assert_eq!(stage.handle.counts().full, 1);
}
