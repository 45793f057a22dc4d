//! Custom labels.

use super::*;

#[tokio::test]
async fn labels_are_made_read_attached_and_deleted() {
    let server = Server::start([
        Reply::new(200, r#"{"id":1712444532121303}"#),
        Reply::new(200, r#"{"page_label_name":"regular","name":"old","id":"9"}"#),
        Reply::new(200, r#"{"name":"regular","id":9}"#),
        Reply::new(200, r#"{"success":true}"#),
    ])
    .await;
    let graph = server.graph();
    assert_eq!(graph.create_label("regular").await.unwrap(), "1712444532121303");
    for _ in 0..2 {
        let label = graph.label("9").await.unwrap();
        assert_eq!((&*label.id, label.name.as_deref()), ("9", Some("regular")));
        assert!(!format!("{label:?}").contains("regular"));
    }
    graph.attach_label("7", "9").await.unwrap();
    graph.detach_label("7", "9").await.unwrap();
    graph.delete_label("9").await.unwrap();
    assert_eq!(
        server.lines(),
        [
            "POST /me/custom_labels",
            "GET /9?fields=page_label_name",
            "GET /9?fields=page_label_name",
            "POST /9/label",
            "DELETE /9/label",
            "DELETE /9",
        ]
    );
    let asked = server.asked();
    assert_eq!(asked[0].json(), json!({"page_label_name": "regular"}));
    assert_eq!(asked[3].json(), json!({"user": "7"}));
    assert_eq!(asked[4].json(), json!({"user": "7"}));
    assert!(asked[5].body.is_empty());
}

#[tokio::test]
async fn the_labels_of_a_page_and_of_a_person_are_lists() {
    let server = Server::start([
        Reply::new(
            200,
            r#"{"data":[{"page_label_name":"a","id":"1"}],"paging":{"cursors":{"after":"QVFI"}}}"#,
        ),
        Reply::new(
            200,
            r#"{"data":[{"name":"b","id":2},{"page_label_name":"no id"}]}"#,
        ),
        Reply::new(200, r#"{"data":[]}"#),
    ])
    .await;
    let graph = server.graph();
    let mut labels = graph.labels().limit(1);
    assert_eq!(labels.next().await.unwrap().unwrap().name.as_deref(), Some("a"));
    assert_eq!(labels.next().await.unwrap().unwrap().id, "2");
    assert_eq!(labels.next().await.unwrap().unwrap_err().id(), "MSG508");
    assert!(labels.next().await.is_none());
    assert!(graph.labels_of("7").all().await.unwrap().is_empty());
    assert_eq!(
        server.lines(),
        [
            "GET /me/custom_labels?fields=page_label_name&limit=1",
            "GET /me/custom_labels?fields=page_label_name&limit=1&after=QVFI",
            "GET /7/custom_labels?fields=page_label_name",
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_a_label_does_not_leave() {
    let server = Server::start([Reply::new(200, r#"{"success":true,"id":"1"}"#)]).await;
    let graph = server.graph();
    let error = graph.create_label("").await.unwrap_err();
    assert_eq!(
        error.limits().unwrap().to_string(),
        "MSG103 page_label_name: empty"
    );
    let error = graph.attach_label("", "9").await.unwrap_err();
    assert_eq!(error.limits().unwrap().to_string(), "MSG103 user: empty");
    assert_eq!(graph.label("").await.unwrap_err().id(), "MSG503");
    let instagram = server.instagram();
    for error in [
        instagram.create_label("a").await.unwrap_err(),
        instagram.label("9").await.unwrap_err(),
        instagram.labels().all().await.unwrap_err(),
        instagram.labels_of("7").all().await.unwrap_err(),
        instagram.attach_label("7", "9").await.unwrap_err(),
        instagram.detach_label("7", "9").await.unwrap_err(),
        instagram.delete_label("9").await.unwrap_err(),
    ] {
        assert_eq!(
            error.unsupported().map(|what| what.feature),
            Some("custom labels")
        );
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_label_that_exists_already_is_the_platforms_error() {
    let server = Server::start([Reply::graph(100, None)]).await;
    let error = server.graph().create_label("regular").await.unwrap_err();
    assert_eq!((error.id(), error.code()), ("MSG510", Some(100)));
}
