//! Calls that leave no faster than they may, over the wire.

use std::time::Instant;

use super::*;
use crate::graph::{Action, Pacing};

fn usage(minutes: u32) -> String {
    json!({"9": [{"type": "messenger", "call_count": 100, "estimated_time_to_regain_access": minutes}]})
        .to_string()
}

const BUSINESS: &str = "x-business-use-case-usage";

#[tokio::test]
async fn calls_of_a_page_wait_for_their_turn_and_those_of_another_do_not() {
    let server = Server::start([Reply::sent()]).await;
    let pacing = Pacing::default().sends(2, Duration::from_millis(400));
    let client = server.client().pacing(pacing).build().unwrap();
    let started = Instant::now();
    let busy = async {
        // Bound anew each time, it is still the same page.
        let sends = (0..8).map(|_| async { client.page("42").send("7", "hello").await.unwrap() });
        futures_util::future::join_all(sends).await;
        started.elapsed()
    };
    let other = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        client.page("43").send("7", "hello").await.unwrap();
        started.elapsed()
    };
    let (busy, other) = tokio::join!(busy, other);
    assert!(busy >= Duration::from_millis(1200), "{busy:?}");
    assert!(other < busy, "{other:?}");
    assert_eq!(server.asked().len(), 9);
}

#[tokio::test]
async fn a_call_whose_turn_comes_too_late_does_not_leave() {
    let server = Server::start([
        Reply::graph(80_006, None).header(BUSINESS, usage(19)),
        Reply::sent(),
    ])
    .await;
    let client = server.client().build().unwrap();
    let page = client.page("42");
    let refused = page.send("7", "hello").await.unwrap_err();
    assert_eq!(refused.id(), "MSG511");
    let started = Instant::now();
    let error = page.send("7", "hello").await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(5), "it fails at once");
    assert_eq!((error.id(), error.is_doubtful()), ("MSG518", false));
    let Action::Retry { after: Some(after) } = error.action() else {
        panic!("{error:?}");
    };
    assert!(
        after > Duration::from_secs(18 * 60) && after <= Duration::from_secs(19 * 60),
        "{after:?}"
    );
    assert_eq!(
        (error.method(), error.path()),
        (Some("POST"), Some("/v25.0/me/messages"))
    );
    assert!(
        error.to_string().contains("try again after 1140 seconds"),
        "{error}"
    );
    assert_eq!(
        server.asked().len(),
        1,
        "the other calls of the page do not run into the wall"
    );
    client.page("43").send("7", "hello").await.unwrap();
    assert_eq!(server.asked().len(), 2);
    let off = server.client().pacing(Pacing::off()).build().unwrap().page("42");
    off.send("7", "hello").await.unwrap();
}

#[tokio::test]
async fn the_apps_throttle_and_usage_stop_every_page() {
    for (status, body, header) in [
        (
            200,
            r#"{"message_id":"m"}"#,
            ("x-app-usage", r#"{"call_count":100}"#),
        ),
        (400, r#"{"error":{"code":4}}"#, ("retry-after", "60")),
    ] {
        let reply = Reply::new(status, body).header(header.0, header.1);
        let server = Server::start([reply, Reply::sent()]).await;
        let client = server.client().build().unwrap();
        let first = client.page("42").send("7", "hello").await;
        assert_eq!(first.is_ok(), status == 200);
        for page in ["42", "43"] {
            let error = client.page(page).send("7", "hello").await.unwrap_err();
            assert_eq!(error.id(), "MSG518", "{page}");
        }
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn further_tries_wait_for_their_turn_too() {
    let server = Server::start([Reply::graph(2, None), Reply::graph(2, None), Reply::sent()]).await;
    let pacing = Pacing::default().sends(1, Duration::from_millis(150));
    let graph = server.client().pacing(pacing).build().unwrap().page("42");
    let started = Instant::now();
    graph.send("7", "hello").await.unwrap();
    assert_eq!(server.asked().len(), 3);
    assert!(
        started.elapsed() >= Duration::from_millis(300),
        "the waits between are 2 ms at most"
    );
}

#[tokio::test]
async fn a_further_try_that_comes_too_late_leaves_the_first_trys_error() {
    let server = Server::start([Reply::new(502, "").header("x-app-usage", r#"{"call_count":100}"#)]).await;
    let error = server.graph().profile("7").await.unwrap_err();
    assert_eq!(
        (error.id(), error.is_doubtful()),
        ("MSG509", true),
        "its doubt is not lost"
    );
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn who_keeps_its_own_count_waits_for_a_moment_only() {
    let server = Server::start([Reply::sent()]).await;
    let pacing = Pacing::default().sends(1, Duration::from_secs(2));
    let graph = server.client().pacing(pacing).build().unwrap().page("42").once();
    graph.send("7", "hello").await.unwrap();
    let error = graph.send("7", "hello").await.unwrap_err();
    let Action::Retry { after: Some(after) } = error.action() else {
        panic!("{error:?}");
    };
    assert!(error.is_paced() && after <= Duration::from_secs(2));
    let error = graph.send("7", "hello").await.unwrap_err();
    let Action::Retry { after: Some(later) } = error.action() else {
        panic!("{error:?}");
    };
    assert!(later > after, "those turned away come back one after the other");
}

#[tokio::test]
async fn pages_that_are_not_in_use_are_forgotten() {
    let server = Server::start([Reply::sent()]).await;
    let client = server.client().build().unwrap();
    let kept = client.page("kept");
    for page in 0..20_000 {
        drop(client.page(page.to_string()));
    }
    assert!(client.pages() <= 2048, "{}", client.pages());
    let pacing = Pacing::default().sends(1, Duration::from_secs(600));
    let client = server.client().pacing(pacing).build().unwrap();
    client.page("busy").send("7", "hello").await.unwrap();
    for page in 0..5_000 {
        drop(client.page(page.to_string()));
    }
    let error = client.page("busy").send("7", "hello").await.unwrap_err();
    assert_eq!(error.id(), "MSG518", "what a page has used up is not");
    drop(kept);
}

#[tokio::test]
async fn what_is_too_much_for_a_user_holds_no_page() {
    for (reply, held) in [
        (Reply::graph(17, None), false),
        (Reply::graph(613, None), false),
        (Reply::new(429, "slow down"), false),
        (Reply::graph(17, None).header(BUSINESS, usage(19)), false),
        (Reply::graph(4, None).header("retry-after", "60"), true),
    ] {
        let retry = Retry::none().waits(Duration::from_secs(60), Duration::from_secs(60));
        let server = Server::start([reply, Reply::sent()]).await;
        let client = server.client().retry(retry).build().unwrap();
        let refused = client.app().accounts(&"USER".into()).all().await.unwrap_err();
        let sent = client.page("42").once().send("7", "hello").await;
        assert_eq!(sent.is_err(), held, "{refused}: {sent:?}");
    }
    let reply = Reply::graph(17, None).header("retry-after", "60");
    let server = Server::start([reply, Reply::sent()]).await;
    let client = server.client().build().unwrap();
    client.page("42").send("7", "hello").await.unwrap_err();
    let error = client.page("43").send("7", "hello").await.unwrap_err();
    assert_eq!(error.id(), "MSG518", "the pages' own tokens are of one user");
}
