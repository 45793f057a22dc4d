//! Passing, taking and asking for the control of a thread.

use super::*;
use crate::graph::{INSTAGRAM_INBOX, PAGE_INBOX};

#[tokio::test]
async fn threads_are_passed_taken_asked_for_and_released() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let graph = server.graph();
    graph
        .pass_thread_control("7", Some(PAGE_INBOX), Some("why"))
        .await
        .unwrap();
    graph.pass_thread_control("7", None, None).await.unwrap();
    graph.take_thread_control("7", None).await.unwrap();
    graph.request_thread_control("7", Some("please")).await.unwrap();
    graph.release_thread_control("7", None).await.unwrap();
    graph
        .extend_thread_control("7", Duration::from_hours(1))
        .await
        .unwrap();
    let asked: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| (asked.uri.path().to_owned(), asked.json()))
        .collect();
    let person = json!({"id": "7"});
    assert_eq!(
        asked,
        [
            (
                "/v25.0/me/pass_thread_control".to_owned(),
                json!({"recipient": person, "target_app_id": "263902037430900", "metadata": "why"})
            ),
            (
                "/v25.0/me/pass_thread_control".to_owned(),
                json!({"recipient": person})
            ),
            (
                "/v25.0/me/take_thread_control".to_owned(),
                json!({"recipient": person})
            ),
            (
                "/v25.0/me/request_thread_control".to_owned(),
                json!({"recipient": person, "metadata": "please"})
            ),
            (
                "/v25.0/me/release_thread_control".to_owned(),
                json!({"recipient": person})
            ),
            (
                "/v25.0/me/extend_thread_control".to_owned(),
                json!({"recipient": person, "duration": 3600})
            ),
        ]
    );
    let server = Server::start([Reply::new(200, r#"{"success":false}"#)]).await;
    assert_eq!(
        server
            .graph()
            .extend_thread_control("7", Duration::from_secs(1))
            .await
            .unwrap_err()
            .id(),
        "MSG508"
    );
    assert_eq!(
        server
            .graph()
            .take_thread_control("7", None)
            .await
            .unwrap_err()
            .id(),
        "MSG508"
    );
}

#[tokio::test]
async fn the_owner_of_a_thread_may_be_nobody() {
    let server = Server::start([
        Reply::new(
            200,
            r#"{"data":[{"thread_owner":{"app_id":"12","expiration":5}}]}"#,
        ),
        Reply::new(200, r#"{"data":[{"thread_owner":{"app_id":12}}]}"#),
        Reply::new(200, r#"{"data":[{"thread_owner":{}}]}"#),
        Reply::new(200, r#"{"data":[{"thread_owner":null}]}"#),
        Reply::new(200, r#"{"data":[]}"#),
        Reply::new(200, r#"{"data":[{"thread_owner":{"app_id":{}}}]}"#),
        Reply::new(200, "{}"),
    ])
    .await;
    let graph = server.graph();
    let owner = graph.thread_owner("7&8").await.unwrap().unwrap();
    assert_eq!(
        (owner.app_id.as_deref(), owner.expiration.as_deref()),
        (Some("12"), Some("5"))
    );
    let owner = graph.thread_owner("7").await.unwrap().unwrap();
    assert_eq!((owner.app_id.as_deref(), owner.expiration), (Some("12"), None));
    let hidden = graph.thread_owner("7").await.unwrap().unwrap();
    assert_eq!(hidden.app_id, None, "held by an app that we may not know");
    assert_eq!(graph.thread_owner("7").await.unwrap(), None, "idle");
    assert_eq!(graph.thread_owner("7").await.unwrap(), None, "idle");
    for _ in 0..2 {
        let error = graph.thread_owner("7").await.unwrap_err();
        assert_eq!(error.id(), "MSG508", "not taken for idle");
    }
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.method.as_str(), asked.uri.path()),
        ("GET", "/v25.0/me/thread_owner")
    );
    assert!(
        asked
            .uri
            .query()
            .unwrap()
            .starts_with("recipient=7%268&appsecret_proof=")
    );
}

#[tokio::test]
async fn each_platform_has_its_own_inbox() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    server
        .graph()
        .pass_thread_control_to_inbox("7", Some("why"))
        .await
        .unwrap();
    server
        .instagram()
        .pass_thread_control_to_inbox("7", None)
        .await
        .unwrap();
    let bodies: Vec<_> = server.asked().iter().map(Asked::json).collect();
    assert_eq!(
        bodies,
        [
            json!({"recipient": {"id": "7"}, "target_app_id": PAGE_INBOX, "metadata": "why"}),
            json!({"recipient": {"id": "7"}, "target_app_id": INSTAGRAM_INBOX}),
        ]
    );
    assert_eq!(server.lines(), ["POST /me/pass_thread_control"; 2]);
}

#[tokio::test]
async fn an_empty_app_id_is_refused_before_it_leaves() {
    let server = Server::start([Reply::new(200, r#"{"success":true}"#)]).await;
    let error = server
        .graph()
        .pass_thread_control("7", Some(""), None)
        .await
        .unwrap_err();
    assert_eq!(error.id(), "MSG517");
    assert_eq!(error.limits().unwrap().to_string(), "MSG103 target_app_id: empty");
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn secondary_receivers_are_listed() {
    let server = Server::start([Reply::new(
        200,
        json!({"data": [{"id": 12_345, "name": "Composer"}, {"id": "2", "name": null}, {"name": "x"}]})
            .to_string(),
    )])
    .await;
    let mut receivers = server.graph().secondary_receivers();
    let first = receivers.next().await.unwrap().unwrap();
    assert_eq!((&*first.id, first.name.as_deref()), ("12345", Some("Composer")));
    let second = receivers.next().await.unwrap().unwrap();
    assert_eq!((&*second.id, second.name), ("2", None));
    assert_eq!(receivers.next().await.unwrap().unwrap_err().id(), "MSG508");
    assert!(receivers.next().await.is_none());
    assert_eq!(server.lines(), ["GET /me/secondary_receivers?fields=id%2Cname"]);
}
