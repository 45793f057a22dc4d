//! Which calls failed, and which were therefore not made.

use super::*;

#[tokio::test]
async fn what_waited_for_a_sure_failure_was_not_made() {
    let no = |status, code| part(status, &json!({"error": {"code": code}}));
    for (first, doubtful, action) in [
        (no(400, 613), false, Action::Retry { after: None }),
        (no(400, 551), false, Action::Unreachable),
        (
            json!({"code": 502, "body": "<html>"}),
            true,
            Action::Retry { after: None },
        ),
    ] {
        let server = Server::start([answers(&[
            first.clone(),
            sent("other"),
            Value::Null,
            Value::Null,
            Value::Null,
        ])])
        .await;
        let graph = server.graph();
        let mut batch = graph.batch().in_order();
        batch.add(graph.send("7", "1"));
        batch.add(graph.send("8", "1"));
        let second = batch.add(graph.send("7", "2"));
        let third = batch.add(graph.send("7", "3"));
        let omitting = batch.after(&second).add_omitting(graph.profile("7"));
        let answers = batch.await.unwrap();
        let errors = [
            answers.get(&second).unwrap_err(),
            answers.get(&third).unwrap_err(),
            answers.get(&omitting).unwrap_err(),
        ];
        let id = if doubtful { "MSG521" } else { "MSG522" };
        for error in errors {
            assert_eq!(
                (error.id(), error.is_doubtful(), error.action()),
                (id, doubtful, action),
                "{first}"
            );
        }
    }
}

#[tokio::test]
async fn what_was_not_made_says_nothing_about_answers_left_out() {
    let server = Server::start([answers(&[
        part(400, &json!({"error": {"code": 551}})),
        Value::Null,
        Value::Null,
    ])])
    .await;
    let graph = server.graph();
    let mut batch = graph.batch();
    let first = batch.add(graph.send("7", "1"));
    let second = batch.after(&first).add(graph.send("7", "2"));
    let omitting = batch.add_omitting(graph.send("8", "1"));
    let answers = batch.await.unwrap();
    let error = answers.get(&second).unwrap_err();
    assert_eq!(
        error.to_string(),
        "MSG522 POST /v25.0/me/messages: the call of the batch that it waits for failed, so that it was not \
         made; do what the error of that call says"
    );
    answers.get(&omitting).unwrap();
}

#[tokio::test]
async fn errors_say_which_call_failed() {
    let no = part(400, &json!({"error": {"code": 551}}));
    let server = Server::start([answers(&[sent("m"), no.clone(), sent("m"), no])]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    batch.add(graph.send("7", "x"));
    let second = batch.named("offer").add(graph.send("8", "x"));
    batch.named("fine").add(graph.send("9", "x"));
    let fourth = batch.add(graph.send("10", "x"));
    let answers = batch.await.unwrap();
    let failed: Vec<_> = answers
        .errors()
        .map(|failed| (failed.index, failed.name, failed.error.code()))
        .collect();
    assert_eq!(
        failed,
        [
            (second.index(), Some("offer"), Some(551)),
            (fourth.index(), None, Some(551))
        ]
    );
    assert_eq!((second.index(), fourth.index()), (1, 3));
}
