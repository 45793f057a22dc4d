//! What each call's answer becomes.

use futures_util::FutureExt as _;
use proptest::prelude::*;

use super::*;
use crate::graph::{RequestHook, RequestView, ResponseView};

#[tokio::test]
async fn a_call_that_fails_is_judged_as_if_made_alone_and_fails_no_other() {
    let no = |code, subcode: Option<i64>, text: &str| json!({"error": {"message": text, "code": code, "error_subcode": subcode, "fbtrace_id": "T"}});
    let throttled = json!({"code": 400, "body": no(613, None, "(#613) slow").to_string(), "headers": [
        {"name": "X-Business-Use-Case-Usage", "value": r#"{"1":[{"type":"messenger","estimated_time_to_regain_access":3}]}"#},
        {"name": "not a name", "value": "x"},
    ]});
    let server = Server::start([answers(&[
        part(400, &no(10, Some(2_018_278), "outside")),
        sent("m_2"),
        part(200, &no(190, Some(463), "expired")),
        throttled,
        part(500, &no(1, Some(1_357_046), "invalid JSON")),
        json!({"code": 500, "body": "<html>"}),
        json!({"code": 200, "body": ""}),
        json!({"body": "{}"}),
        json!(false),
        json!({"code": 200, "body": {"message_id": "m_9"}}),
        part(400, &no(100, None, "Param text 'my words' and TOKEN")),
    ])])
    .await;
    let graph = server.graph();
    let mut batch = graph.batch().in_order();
    let keys: Vec<_> = (0..11)
        .map(|n| batch.add(graph.send(n.to_string(), "my words")))
        .collect();
    let answers = batch.await.unwrap();
    let error = |n: usize| answers.get(&keys[n]).unwrap_err();
    assert_eq!(error(0).action(), Action::WindowClosed);
    assert_eq!(error(0).path(), Some("/v25.0/me/messages"));
    assert_eq!(error(0).fbtrace_id(), Some("T"));
    assert_eq!(answers.get(&keys[1]).unwrap().message_id.as_deref(), Some("m_2"));
    assert_eq!(
        (error(2).action(), error(2).status()),
        (Action::TokenDead, Some(200))
    );
    let after = Some(Duration::from_mins(3));
    assert_eq!(error(3).action(), Action::Retry { after });
    assert!(error(4).is_doubtful());
    assert_eq!((error(5).id(), error(5).is_doubtful()), ("MSG509", true));
    assert_eq!(error(6).id(), "MSG508");
    assert_eq!(error(7).id(), "MSG508");
    assert_eq!(error(8).id(), "MSG508");
    assert_eq!(answers.get(&keys[9]).unwrap().message_id.as_deref(), Some("m_9"));
    let said = format!("{:?} {}", error(10), error(10));
    assert!(!said.contains("my words") && !said.contains("TOKEN"), "{said}");
    assert_eq!(answers.errors().count(), 9);
    assert_eq!(
        format!("{answers:?}").matches("Ok(200)").count(),
        2,
        "{answers:?}"
    );
}

#[tokio::test]
async fn a_missing_answer_may_have_been_carried_out() {
    let server = Server::start([answers(&[Value::Null, sent("m_2")])]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    let first = batch.add(graph.send("7", "a"));
    let second = batch.add(graph.send("8", "b"));
    let answers = batch.await.unwrap();
    let error = answers.get(&first).unwrap_err();
    assert_eq!((error.id(), error.is_doubtful()), ("MSG521", true));
    assert_eq!(error.action(), Action::Retry { after: None });
    assert_eq!(
        error.to_string(),
        "MSG521 POST /v25.0/me/messages: the batch came back without an answer to this call; it may have been \
         carried out; wait for the echo before sending again"
    );
    answers.get(&second).unwrap();
}

#[tokio::test]
async fn an_omitted_answer_is_a_success_where_nothing_speaks_against_it() {
    // Which of four answers are missing, and whether the first call, which omits its own, then succeeded. The
    // second waits for the first, and the third for the second, also without an answer of its own.
    let cases = [
        ([true, false, false, false], true),
        ([true, false, false, true], true),
        ([true, true, true, true], false),
        ([true, true, false, false], false),
    ];
    for (missing, succeeded) in cases {
        let parts: Vec<_> = missing
            .iter()
            .map(|missing| if *missing { Value::Null } else { sent("m") })
            .collect();
        let server = Server::start([answers(&parts)]).await;
        let graph = server.graph();
        let mut batch = graph.batch();
        let first = batch.add_omitting(graph.send("7", "1"));
        let second = batch.after(&first).add(graph.send("7", "2"));
        let third = batch.after(&second).add_omitting(graph.send("7", "3"));
        batch.add(graph.send("8", "4"));
        let answers = batch.await.unwrap();
        assert_eq!(answers.get(&first).is_ok(), succeeded, "{missing:?}");
        let alone = !missing[2] || !(missing[1] || missing[3]);
        assert_eq!(answers.get(&third).is_ok(), alone, "{missing:?}");
        let body = server.asked()[0].json();
        let item = |n: usize| {
            let item = &body["batch"][n];
            let text = |key: &str| item.get(key).cloned().unwrap_or_default();
            (text("name"), text("depends_on"), text("omit_response_on_success"))
        };
        assert_eq!(item(0), (json!("call0"), json!(null), json!(true)));
        assert_eq!(item(1), (json!("call1"), json!("call0"), json!(false)));
        assert_eq!(item(2), (json!(null), json!("call1"), json!(true)));
        assert_eq!(item(3), (json!(null), json!(null), json!(null)));
    }
    let server = Server::start([answers(&[
        part(400, &json!({"error": {"code": 100}})),
        Value::Null,
    ])])
    .await;
    let graph = server.graph();
    let mut batch = graph.batch();
    let failed = batch.add_omitting(graph.send("7", "1"));
    let alone = batch.add_omitting(graph.send("8", "2"));
    let answers = batch.await.unwrap();
    assert_eq!(answers.get(&failed).unwrap_err().code(), Some(100));
    answers.get(&alone).unwrap();
}

#[tokio::test]
async fn a_batch_that_fails_as_a_whole_is_one_error() {
    let server = Server::start([Reply::graph(190, Some(460))]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    batch.add(graph.profile("7"));
    let error = batch.await.unwrap_err();
    assert_eq!(
        (error.action(), error.path()),
        (Action::TokenDead, Some("/v25.0/"))
    );
    for body in ["[]", "{}", "[null,null]", "7"] {
        let server = Server::start([Reply::new(200, body)]).await;
        let graph = server.graph();
        let mut batch = graph.batch();
        batch.add(graph.send("7", "x"));
        let error = batch.await.unwrap_err();
        assert_eq!((error.id(), error.is_doubtful()), ("MSG508", true), "{body}");
    }
}

#[tokio::test]
async fn a_batch_is_tried_again_as_its_calls_allow() {
    let lost = || Reply::new(502, "<html>");
    let tries = async |sends: bool, reply: Reply| {
        let server = Server::start([reply]).await;
        let graph = server.graph();
        let mut batch = graph.batch();
        batch.add(graph.profile("7"));
        if sends {
            batch.add(graph.send("7", "x"));
        }
        batch.await.unwrap_err();
        server.asked().len()
    };
    assert_eq!(tries(false, lost()).await, 4, "reads alone may be repeated");
    assert_eq!(tries(true, lost()).await, 1, "a send may have arrived");
    assert_eq!(
        tries(true, Reply::graph(4, None)).await,
        4,
        "a throttled batch did not"
    );
    assert_eq!(tries(true, Reply::graph(1, Some(1_357_046))).await, 1);
    let server = Server::start([Reply::graph(1, Some(1_357_046))]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    batch.add(graph.send("7", "x"));
    assert!(batch.await.unwrap_err().is_doubtful());
}

#[tokio::test]
async fn a_key_opens_the_answers_of_its_own_batch_alone() {
    let server = Server::start([answers(&[part(200, &json!({"id": "1"}))])]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    batch.add(graph.persona("1"));
    let answers = batch.await.unwrap();
    let other = graph.batch().add(graph.persona("1"));
    let answer: Result<Persona, _> = answers.get(&other);
    assert_eq!(answer.unwrap_err().id(), "MSG503");
}

#[tokio::test]
async fn no_token_of_a_batch_is_shown() {
    const CANARIES: [&str; 4] = ["canary-page", "canary-given", "canary-input", "99|canary-secret"];
    let seen = Seen::default();
    let echo = json!({"error": {"code": 100, "message": CANARIES.join(" ")}});
    let replies = [
        answers(&[sent("m"), part(400, &echo), part(400, &echo)]),
        Reply::new(400, echo.to_string()),
    ];
    let server = Server::start(replies).await;
    let keys = Arc::new(Keys {
        app: Some("99".into()),
        ..Arc::into_inner(Keys::new("canary-page", "canary-secret")).unwrap()
    });
    let client = server
        .client_with(keys)
        .hook(Arc::new(seen.clone()))
        .build()
        .unwrap();
    let graph = client.page("42");
    for _ in 0..2 {
        let mut batch = graph.batch();
        batch.add(graph.send("7", "x"));
        let given = batch.add(
            graph
                .send("8", "x")
                .request()
                .token("canary-given".to_owned().into()),
        );
        let input = batch.add(client.app().debug_token(&"canary-input".into()));
        seen.say(format!("{batch:?} {given:?}"));
        match batch.await {
            Ok(answers) => {
                seen.say(format!("{answers:?}"));
                let errors = [answers.get(&given).unwrap_err(), answers.get(&input).unwrap_err()];
                errors
                    .iter()
                    .for_each(|error| seen.say(format!("{error} {error:?}")));
            }
            Err(error) => seen.say(format!("{error} {error:?}")),
        }
    }
    let said = seen.0.lock().unwrap().join("\n");
    assert!(
        said.contains("relative_url") && said.contains("MSG510"),
        "the hook and the errors were asked"
    );
    for canary in CANARIES {
        assert!(!said.contains(canary), "{canary}: {said}");
    }
}

/// Keeps whatever is shown.
#[derive(Debug, Clone, Default)]
pub(in crate::graph::tests) struct Seen(pub(in crate::graph::tests) Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(in crate::graph::tests) fn say(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
}

impl RequestHook for Seen {
    fn on_request(&self, request: &RequestView<'_>) {
        self.say(format!(
            "{} {:?} {:?}",
            request.url, request.headers, request.body
        ));
    }
    fn on_response(&self, response: &ResponseView<'_>) {
        self.say(format!("{} {}", response.url, response.body));
    }
}

#[tokio::test]
async fn a_batch_refused_as_a_whole_does_not_show_what_its_messages_say() {
    let refused = json!({"error": {"code": 100, "message": "bad: I like canaries, and so on"}});
    let server = Server::start([Reply::new(400, refused.to_string())]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    batch.add(graph.send("7", "I like canaries"));
    let error = batch.await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains("canaries"), "{error:?}");
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("{\"message_id\":\"m\"}")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let keys = prop_oneof!["code", "headers", "body", "name", "value", "error", "[a-z]{1,3}"];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((keys, inner), 0..4)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_stands_for_an_answer_spoils_no_other(odd in any_json(), at in 0..3_usize) {
        let client = Client::builder(Keys::new("TOKEN", "secret")).build().unwrap();
        let graph = client.page("42");
        let mut batch = graph.batch();
        let keys: Vec<_> = (0..3).map(|n| batch.add(graph.send(n.to_string(), "x"))).collect();
        let (call, secrets) = batch.wire().unwrap();
        let mut parts = vec![sent("m"); 3];
        parts[at] = odd;
        let answer = Answer { call, status: 200, body: Value::from(parts).to_string().into() };
        let answers = batch.answers(&answer, &secrets).now_or_never().unwrap().unwrap();
        for (n, key) in keys.iter().enumerate() {
            let read = answers.get(key);
            prop_assert!(n == at || read.unwrap().message_id.as_deref() == Some("m"));
        }
    }
}

#[tokio::test]
async fn one_call_that_went_on_proves_the_omitted_success() {
    let server = Server::start([answers(&[Value::Null, Value::Null, sent("m")])]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    let first = batch.add_omitting(graph.send("7", "1"));
    let missing = batch.after(&first).add(graph.send("7", "2"));
    let went_on = batch.after(&first).add(graph.send("7", "3"));
    let answers = batch.await.unwrap();
    answers.get(&first).unwrap();
    assert_eq!(answers.get(&missing).unwrap_err().id(), "MSG521");
    answers.get(&went_on).unwrap();
}
