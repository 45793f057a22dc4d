//! What an answer repeats of the request is found, however long the answer, and with little work.

use super::*;
use crate::{
    graph::{
        Graph, NlpConfigs,
        call::Call,
        redact::{self, SEARCHED, Texts},
        transport::judge,
    },
    message::{Button, Card, Message},
};

fn refusal(message: &str) -> String {
    json!({"error": {"code": 100, "message": message}}).to_string()
}

fn calls(graph: &Graph) -> Call {
    let calls: Vec<_> = (0..50)
        .map(|person| {
            let cards = (0..10).map(|card| {
                Card::new(format!("canary {person} {card} title"))
                    .subtitle("canary lorem ipsum dolor sit amet")
                    .buttons([Button::url("canary", "https://example.com/canary")])
            });
            graph.send(format!("9{person}"), Message::carousel(cards.collect::<Vec<_>>()))
        })
        .map(|send| {
            String::from_utf8(send.request().call.unwrap().body.text().unwrap().into_owned()).unwrap()
        })
        .map(|body| json!({"method": "POST", "relative_url": "me/messages?q=canary+words", "body": body}))
        .collect();
    let request = graph.raw(Method::POST, "x").json(&json!({"batch": calls}));
    request.request().call.unwrap()
}

#[tokio::test]
async fn what_stands_in_the_query_is_not_repeated() {
    let words = "my canary words";
    for quoted in ["my canary words", "my+canary+words", "my%20canary%20words"] {
        let message = format!("Nothing for {quoted} of CANARYWIT found");
        let server = Server::start([Reply::new(400, refusal(&message))]).await;
        let app = server.with_app().app();
        let search = app.sticker_search(words, Some("vi_VN")).page();
        let graph = server.graph();
        let configs = NlpConfigs::enabled(true).custom_token("CANARYWIT");
        let set = graph.set_nlp_configs(&configs);
        let raw = graph
            .raw(Method::GET, "me")
            .query("note", words)
            .query("fields", "found");
        let search = search.await.unwrap_err();
        let set = set.await.unwrap_err();
        let raw = raw.await.unwrap_err();
        for (error, hidden) in [(&search, "canary"), (&set, "CANARYWIT"), (&raw, "canary")] {
            let shown = format!("{error} {error:?} {:?}", error.response());
            assert!(!shown.contains(hidden), "{shown}");
            assert!(
                shown.contains("Nothing for") && shown.contains("found"),
                "{shown}"
            );
        }
    }
}

#[tokio::test]
async fn a_batch_does_not_repeat_the_queries_of_its_calls() {
    let server = Server::start([Reply::new(400, refusal("canary words and CANARYWIT"))]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    batch.add(graph.raw(Method::GET, "x").query("q", "canary words"));
    batch.add(graph.set_nlp_configs(&NlpConfigs::enabled(true).custom_token("CANARYWIT")));
    let error = batch.await.unwrap_err();
    let shown = format!("{error} {error:?}").to_lowercase();
    assert!(shown.contains("and") && !shown.contains("canary"), "{shown}");
}

#[tokio::test]
async fn a_long_refusal_is_little_work() {
    let server = Server::start([Reply::sent()]).await;
    let call = calls(&server.graph());
    let words = "lorem ipsum dolor sit amet ";
    let many: Vec<_> = (0..200_000).map(|_| "lorem ipsum").collect();
    let nothings = vec![""; 800_000];
    for body in [
        refusal(&words.repeat(100_000)),
        json!({"error": {"code": 100, "message": "no", "error_data": many}}).to_string(),
        json!({"error": {"code": 100, "message": "no", "error_data": nothings}}).to_string(),
        words.repeat(100_000),
    ] {
        assert!(body.len() > 2 << 20);
        SEARCHED.set(0);
        let error = judge(400, &HeaderMap::new(), body.as_bytes(), &call, &["canary-secret"]).unwrap();
        let searched = SEARCHED.get();
        assert!(
            (1..200 << 10).contains(&searched),
            "{searched} of {} bytes",
            body.len()
        );
        assert!(error.message().is_none_or(|message| message.len() < 2100));
        assert!(error.response().is_none_or(|response| response.len() < 2100));
    }
}

#[test]
fn nothing_is_left_of_what_a_cut_goes_through() {
    let secret = "canary-plain-token".repeat(100);
    let text = "my canary text ".repeat(100);
    let texts = Texts::new("", None, json!({"text": text}).to_string().as_bytes());
    // Every `EAA..` shrinks, so that what stands at the cut comes near the beginning.
    let shrinking = format!("EAA{} ", "x".repeat(2_000)).repeat(7);
    for hidden in [
        secret.as_str(),
        &text,
        "\"a canary that somebody wrote",
        "'a canary of somebody",
    ] {
        for length in (0..5_000).step_by(97) {
            let message = format!("{shrinking}{} {hidden}{}", "-".repeat(length), "-".repeat(9_000));
            for kept in [
                redact::scrub_message(&message, &texts, &[&secret]),
                redact::answer(message.as_bytes(), &texts, &[&secret]),
                redact::answer(refusal(&message).as_bytes(), &texts, &[&secret]),
            ] {
                assert!(
                    !kept.contains("canary") && !kept.contains("EAAx"),
                    "{length}: {kept}"
                );
                assert!(
                    kept.starts_with("[REDACTED] ") || kept.starts_with("{\"error\""),
                    "{kept}"
                );
            }
        }
    }
}

#[test]
fn texts_that_overlap_all_go() {
    let body = json!({"a": "my name", "b": "name is Bob", "c": "https://example.com/one", "d": "https://example.com/two",
        "e": "no", "f": "ä".repeat(20)});
    let texts = Texts::new("", None, body.to_string().as_bytes());
    for (message, kept) in [
        ("so my name is Bob then", "so [...] then"),
        ("at https://example.com/tw cut", "at [...] cut"),
        ("at https://example.com/three", "at [...]hree"),
        ("nobody says no now", "nobody says [...] now"),
        ("say ääääääääääääääääää.", "say [...]."),
        ("say äää.", "say äää."),
    ] {
        assert_eq!(redact::scrub_message(message, &texts, &[]), kept);
    }
}
