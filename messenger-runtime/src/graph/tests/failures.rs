//! What goes wrong, how often it is tried, and what the error says to do.

use super::*;
use crate::graph::Action;

const RETRY: Action = Action::Retry { after: None };

#[tokio::test]
async fn what_may_pass_is_tried_four_times_and_the_rest_once() {
    for (code, subcode, tries) in [
        (1, None, 4),
        (2, None, 4),
        (4, None, 4),
        (613, None, 4),
        (80_006, None, 4),
        (1, Some(1_357_046), 1),
        (4, Some(2_018_354), 1),
        (10, Some(2_018_278), 1),
        (100, None, 1),
        (190, Some(463), 1),
        (368, None, 1),
        (551, None, 1),
    ] {
        let server = Server::start([Reply::graph(code, subcode)]).await;
        let error = server.graph().send("7", "hello").await.unwrap_err();
        assert_eq!((error.code(), error.subcode()), (Some(code), subcode));
        assert_eq!(server.asked().len(), tries, "{code}/{subcode:?}");
        let once = server.graph().once();
        once.send("7", "hello").await.unwrap_err();
        assert_eq!(server.asked().len(), tries + 1, "once is once");
    }
}

#[tokio::test]
async fn a_throttle_that_counts_over_minutes_is_not_tried_again_within_seconds() {
    let profile = || crate::graph::MessengerProfile::new().greeting("Hi!");
    for code in [4, 17, 32, 613, 80_001, 80_006] {
        let server = Server::start([Reply::graph(code, None)]).await;
        let error = server
            .graph()
            .set_messenger_profile(&profile())
            .await
            .unwrap_err();
        assert_eq!(server.asked().len(), 1, "{code}");
        assert_eq!(error.action(), RETRY);
        let advice = "; a profile takes 10 calls in 10 minutes: try again after 10 minutes";
        assert!(error.to_string().ends_with(advice), "{error}");
    }
    let server = Server::start([Reply::graph(613, None)]).await;
    let graph = server.graph();
    graph.delete_user_menu("7").await.unwrap_err();
    assert_eq!(server.asked().len(), 1);
    // A service that is down is another matter, and so is a throttle that says how long it lasts.
    let done = Reply::new(200, r#"{"result":"success"}"#);
    for first in [
        Reply::graph(2, None),
        Reply::graph(613, None).header("Retry-After", "0.2"),
    ] {
        let server = Server::start([first, done.clone()]).await;
        let graph = server.graph();
        graph.set_messenger_profile(&profile()).await.unwrap();
        assert_eq!(server.asked().len(), 2);
    }
}

#[tokio::test]
async fn an_echo_is_waited_for_where_one_comes() {
    let unsure = Reply::graph(1, Some(1_357_046));
    let server = Server::start([unsure]).await;
    let graph = server.graph();
    let sent = graph.send("7", "hello").await.unwrap_err();
    assert!(
        sent.to_string()
            .ends_with("; do not send it again without looking whether it arrived"),
        "{sent}"
    );
    let written = graph.subscribe_app(["messages"]).await.unwrap_err();
    assert!(
        written
            .to_string()
            .ends_with("; look whether it was done before doing it again"),
        "{written}"
    );

    let mut late = Reply::sent();
    late.delay = Duration::from_secs(5);
    let server = Server::start([late]).await;
    let client = server
        .client()
        .timeout(Duration::from_millis(100))
        .retry(Retry::none());
    let graph = client.build().unwrap().page("42");
    let sent = graph.send("7", "hello").await.unwrap_err().to_string();
    assert!(
        sent.starts_with("MSG506") && sent.ends_with("; wait for the echo before sending again"),
        "{sent}"
    );
    let written = graph.subscribe_app(["messages"]).await.unwrap_err().to_string();
    assert!(
        written.starts_with("MSG506")
            && written.ends_with("; look whether it was done before doing it again"),
        "{written}"
    );
    let read = graph.subscribed_apps().await.unwrap_err().to_string();
    assert!(
        read.starts_with("MSG506") && read.ends_with("; try again"),
        "{read}"
    );
}

#[tokio::test]
async fn a_further_try_can_succeed() {
    let server = Server::start([Reply::graph(2, None), Reply::graph(32, None), Reply::sent()]).await;
    server.graph().send("7", "hello").await.unwrap();
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    assert_eq!(asked[0].body, asked[2].body);
    let never = server.client().retry(Retry::none()).build().unwrap().page("42");
    server.replies.lock().unwrap().push_front(Reply::graph(2, None));
    never.send("7", "hello").await.unwrap_err();
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn the_wait_that_the_platform_asks_for_is_passed_on() {
    let minutes = |minutes: u64| Action::Retry {
        after: Some(Duration::from_secs(minutes * 60)),
    };
    let usage = |kind: &str, minutes: u32| json!({"type": kind, "call_count": 50, "estimated_time_to_regain_access": minutes});
    for (headers, action) in [
        (json!({"1": [usage("messenger", 19)]}), minutes(19)),
        (
            json!({"1": [usage("ads_management", 90), usage("messenger", 5)], "2": [usage("pages", 7)]}),
            minutes(7),
        ),
        (json!({"1": [usage("ads_management", 90)]}), minutes(90)),
        (
            json!({"1": [usage("messenger", 4_000_000_000)]}),
            minutes(24 * 60),
        ),
        (json!({"1": [usage("messenger", 0)]}), RETRY),
        (json!([1, {"a": "b"}]), RETRY),
        (json!("not an object"), RETRY),
    ] {
        let server = Server::start([
            Reply::graph(80_006, None).header("X-Business-Use-Case-Usage", headers.to_string())
        ])
        .await;
        let error = server.graph().send("7", "hello").await.unwrap_err();
        assert_eq!(error.action(), action, "{headers}");
        let tries = if action == RETRY { 4 } else { 1 };
        assert_eq!(
            server.asked().len(),
            tries,
            "a wait longer than the call may take is not begun"
        );
    }
    let server = Server::start([Reply::new(429, "slow down").header("Retry-After", "120")]).await;
    let error = server.graph().send("7", "hello").await.unwrap_err();
    assert_eq!((error.id(), error.action()), ("MSG509", minutes(2)));
    assert!(!error.is_doubtful());
}

#[tokio::test]
async fn an_error_with_status_200_is_an_error() {
    let body = json!({"error": {"message": "(#10) outside", "type": "OAuthException", "code": "10", "error_subcode": 2_018_278, "fbtrace_id": "Tr4ce"}});
    for body in [body.to_string(), format!("  {body}\n")] {
        let server = Server::start([Reply::new(200, body)]).await;
        let error = server.graph().send("7", "hello").await.unwrap_err();
        assert_eq!(
            (error.id(), error.action(), error.status()),
            ("MSG513", Action::WindowClosed, Some(200))
        );
        assert_eq!(
            (error.error_type(), error.fbtrace_id()),
            (Some("OAuthException"), Some("Tr4ce"))
        );
        assert_eq!(
            error.to_string(),
            "MSG513 POST /v25.0/me/messages: outside the 24 hour window (code 10/2018278, trace Tr4ce); \
             wait until the person writes again"
        );
    }
}

#[tokio::test]
async fn an_error_deeper_in_an_answer_is_not_the_answers_own() {
    for body in [
        json!([{"code": 400, "body": "{\"error\":{\"code\":190}}"}, null]),
        json!([{"error": {"code": 190}}]),
        json!({"data": [{"error": {"code": 190}}]}),
        json!({"id": "1", "text": "\"error\": {}"}),
        json!({"error": null, "id": "1"}),
        json!({"error": false}),
    ] {
        let server = Server::start([Reply::new(200, body.to_string())]).await;
        let answer = server.graph().raw(Method::GET, "me").await;
        assert_eq!(answer.unwrap(), body);
    }
}

#[tokio::test]
async fn errors_of_odd_shapes_are_errors() {
    for (status, body, id, doubtful) in [
        (200, json!({"error": "text"}), "MSG510", false),
        (200, json!({"error": {}}), "MSG510", false),
        (
            200,
            json!({"error": {"code": -1, "is_transient": true}}),
            "MSG511",
            false,
        ),
        (500, json!({"error": {"code": -1}}), "MSG511", true),
        (
            500,
            json!({"error": {"code": 77, "is_transient": false}}),
            "MSG510",
            true,
        ),
        (
            400,
            json!({"error": {"code": 1e300, "error_subcode": [], "message": 5}}),
            "MSG510",
            false,
        ),
        (400, json!({"error": null}), "MSG509", false),
        (403, json!([]), "MSG509", false),
    ] {
        let server = Server::start([Reply::new(status, body.to_string())]).await;
        let error = server.graph().send("7", "hello").await.unwrap_err();
        assert_eq!(
            (error.id(), error.is_doubtful()),
            (id, doubtful),
            "{body}: {error}"
        );
    }
}

#[tokio::test]
async fn answers_that_cannot_be_read_leave_doubt_and_are_not_sent_again() {
    for body in [
        "",
        "  \n",
        "<html>oops</html>",
        r#"{"message_id":"#,
        r#"{"message_id" 5}"#,
        "\u{feff}{}",
    ] {
        let server = Server::start([Reply::new(200, body)]).await;
        let error = server.graph().send("7", "hello").await.unwrap_err();
        assert_eq!(error.id(), "MSG508", "{body}");
        assert!(error.is_doubtful());
        assert_eq!(server.asked().len(), 1);
    }
    let server = Server::start([Reply::new(200, ""), Reply::new(200, r#"{"name":"Ann"}"#)]).await;
    assert_eq!(
        server.graph().profile("7").await.unwrap().name(),
        Some("Ann"),
        "a read is tried again"
    );
    for body in ["[]", "5", r#"{"message_id":{}}"#] {
        let server = Server::start([Reply::new(200, body)]).await;
        let error = server.graph().send("7", "hello").await.unwrap_err();
        assert_eq!(
            (error.id(), error.action(), error.is_doubtful()),
            ("MSG508", Action::Permanent, true),
            "{body}"
        );
    }
}

#[tokio::test]
async fn http_errors_without_graph_errors_go_by_their_status() {
    for (status, action, doubtful) in [
        (302, Action::Permanent, false),
        (401, Action::Permanent, false),
        (404, Action::Permanent, false),
        (408, RETRY, true),
        (429, RETRY, false),
        (502, RETRY, true),
        (504, RETRY, true),
    ] {
        let reply = Reply::new(status, "<html>proxy</html>").header("location", "http://127.0.0.1:9/");
        let server = Server::start([reply]).await;
        let error = server.graph().send("7", "hello").await.unwrap_err();
        assert_eq!((error.id(), error.status()), ("MSG509", Some(status)));
        assert_eq!(
            (error.action(), error.is_doubtful()),
            (action, doubtful),
            "{status}"
        );
        let tries = if action == RETRY && !doubtful { 4 } else { 1 };
        assert_eq!(server.asked().len(), tries, "{status}");
    }
}

#[tokio::test]
async fn without_a_usable_token_nothing_leaves() {
    let server = Server::start([Reply::sent()]).await;
    let keys = Keys::new("TOKEN", "secret");
    let graph = server.client_with(Arc::clone(&keys)).build().unwrap().page("42");
    for token in [None, Some("EAABline\nbreak".to_owned())] {
        *keys.token.lock().unwrap() = token;
        let error = graph.send("7", "hello").await.unwrap_err();
        assert_eq!(
            (error.id(), error.action(), error.is_doubtful()),
            ("MSG502", Action::TokenDead, false)
        );
        assert!(!format!("{error:?} {error}").contains("line\n"));
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_body_that_does_not_serialise_is_an_error() {
    let graph = Client::builder(Keys::new("TOKEN", "secret"))
        .build()
        .unwrap()
        .page("42");
    let keys_that_are_no_strings = std::collections::BTreeMap::from([((1, 2), 3)]);
    let error = graph
        .raw(Method::POST, "me/messages")
        .json(&keys_that_are_no_strings)
        .await
        .unwrap_err();
    assert_eq!((error.id(), error.action()), ("MSG503", Action::Permanent));
}

#[test]
fn tests_elsewhere_can_make_errors() {
    let closed = crate::graph::GraphError::refused(10, Some(2_018_278));
    assert_eq!(
        (closed.action(), closed.is_doubtful()),
        (Action::WindowClosed, false)
    );
    let lost = crate::graph::GraphError::lost();
    assert_eq!((lost.action(), lost.is_doubtful()), (RETRY, true));
}

#[test]
fn errors_are_small_and_can_travel() {
    fn travels<T: Send + Sync + Clone + std::error::Error + 'static>() {}
    travels::<crate::graph::GraphError>();
    assert_eq!(size_of::<crate::graph::GraphError>(), size_of::<usize>());
}
