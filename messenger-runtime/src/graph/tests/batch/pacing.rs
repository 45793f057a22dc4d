//! What a batch costs of the platform's rates, and what its answers tell about them.

use std::time::Instant;

use super::*;
use crate::graph::{Graph, Pacing};

const BUSINESS: &str = "X-Business-Use-Case-Usage";

fn refused(code: i64, minutes: u32) -> Value {
    let usage = json!({"1": [{"type": "messenger", "estimated_time_to_regain_access": minutes}]});
    json!({
        "code": 400,
        "headers": [{"name": BUSINESS, "value": usage.to_string()}],
        "body": json!({"error": {"code": code}}).to_string(),
    })
}

/// Whether the page's next message leaves.
async fn is_held(graph: &Graph) -> bool {
    match graph.once().send("7", "x").await {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error.id(), "MSG518");
            true
        }
    }
}

#[tokio::test]
async fn what_an_answer_in_a_batch_tells_holds_for_the_page_of_its_call() {
    let told = json!({
        "code": 200,
        "headers": [{"name": "X-Page-Usage", "value": r#"{"call_count":100}"#}],
        "body": r#"{"message_id":"m"}"#,
    });
    for (part, page, app) in [
        (refused(80_006, 19), true, false),
        (refused(4, 19), true, true),
        (told, true, false),
        (sent("m"), false, false),
    ] {
        let server = Server::start([answers(&[sent("m"), part.clone(), sent("m")]), Reply::sent()]).await;
        let client = server.client().build().unwrap();
        let (first, second) = (client.page("42"), client.page("43"));
        let mut batch = first.batch();
        for graph in [&first, &second, &first] {
            batch.add(graph.send("7", "x"));
        }
        batch.await.unwrap();
        assert_eq!(is_held(&second).await, page, "{part}");
        assert_eq!(is_held(&first).await, app, "{part}");
    }
}

#[tokio::test]
async fn throttled_batches_hold_longer_each_time() {
    let throttled = json!({"code": 400, "body": r#"{"error":{"code":613}}"#});
    let server = Server::start([answers(&[throttled, sent("m")])]).await;
    let retry = Retry::default().waits(Duration::from_millis(20), Duration::from_secs(3600));
    let graph = server.client().retry(retry).build().unwrap().page("42");
    let mut batches = 0;
    loop {
        let mut batch = graph.once().batch();
        batch.add(graph.send("7", "x"));
        batch.add(graph.send("8", "x"));
        if batch.await.is_err_and(|error| error.id() == "MSG518") {
            break;
        }
        batches += 1;
        assert!(batches < 40, "the successes beside them do not count");
    }
}

#[tokio::test]
async fn each_call_takes_the_turn_of_its_own_page() {
    let server = Server::start([answers(&vec![sent("m"); 3]), Reply::sent()]).await;
    let pacing = Pacing::default().sends(3, Duration::from_mins(10));
    let client = server.client().pacing(pacing).build().unwrap();
    let (first, second) = (client.page("42"), client.page("43"));
    let mut batch = first.batch();
    for _ in 0..3 {
        batch.add(second.send("7", "x"));
    }
    batch.await.unwrap();
    assert!(is_held(&second).await);
    for _ in 0..3 {
        assert!(!is_held(&first).await);
    }
    assert!(is_held(&first).await);
}

#[tokio::test]
async fn a_batch_whose_turns_come_too_late_fails_at_once_and_takes_none() {
    let server = Server::start([Reply::new(200, r#"{"data":[]}"#)]).await;
    let client = server.client().timeout(Duration::from_secs(12)).build().unwrap();
    let (graph, other) = (client.page("42"), client.page("43"));
    let mut batch = graph.batch();
    batch.add(other.conversations().page());
    for _ in 0..49 {
        batch.add(graph.conversations().page());
    }
    let started = Instant::now();
    let error = batch.await.unwrap_err();
    assert_eq!((error.id(), error.is_doubtful()), ("MSG518", false));
    for graph in [&graph, &other] {
        for _ in 0..2 {
            graph.conversations().page().await.unwrap();
        }
    }
    assert!(
        started.elapsed() < Duration::from_millis(900),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(server.asked().len(), 4, "the batch did not leave");
}

#[tokio::test]
async fn a_batch_may_take_as_long_as_the_slowest_of_its_calls() {
    let slow = Reply {
        delay: Duration::from_millis(700),
        ..answers(&[sent("1"), sent("2")])
    };
    let server = Server::start([slow]).await;
    let client = server.client().timeout(Duration::from_millis(300));
    let graph = client.build().unwrap().page("42");
    let film = Upload::video(Source::url("https://coffee.example/a.mp4"));
    let mut batch = graph.batch();
    batch.add(graph.send_file("7", film));
    batch.add(graph.send("8", "x"));
    batch.await.unwrap();
    let mut batch = graph.batch();
    batch.add(graph.send("7", "x"));
    batch.add(graph.send("8", "x"));
    assert_eq!(batch.await.unwrap_err().id(), "MSG506");
}

#[tokio::test]
async fn a_given_tokens_user_holds_nobody_in_a_batch_either() {
    for (given, held) in [(true, false), (false, true)] {
        let server = Server::start([answers(&[refused(17, 19), sent("m")]), Reply::sent()]).await;
        let client = server.client().build().unwrap();
        let graph = client.page("42");
        let mut batch = graph.batch();
        if given {
            batch = batch.token("GIVEN".to_owned().into());
        }
        batch.add(graph.profile("7"));
        batch.add(graph.send("7", "x"));
        batch.await.unwrap();
        assert_eq!(is_held(&client.page("43")).await, held);
    }
}
