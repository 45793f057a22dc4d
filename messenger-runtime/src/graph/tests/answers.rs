//! Answers of any shape: what reads them gives a value or an error, and never a panic.

use proptest::prelude::*;

use super::*;
use crate::graph::{
    AppEvent, GraphError, IdFilter, List, NewMessageTemplate, Request, TemplateSearch, answer::Answer,
};

/// Names under which something is looked for in an answer.
const KEYS: &[&str] = &[
    "data",
    "paging",
    "cursors",
    "after",
    "id",
    "success",
    "updated_time",
    "participants",
    "message_count",
    "can_reply",
    "from",
    "to",
    "message",
    "attachments",
    "shares",
    "reply_to",
    "mid",
    "size",
    "image_data",
    "url",
    "sticker_id",
    "app",
    "page",
    "link",
    "name",
    "status",
    "components",
    "type",
    "buttons",
    "body_params",
    "rejected_reason",
    "specific_rejection_reasons",
    "session",
    "sdp_response",
    "sdp",
    "recipient",
    "message_id",
    "width",
    "sticker_count",
    "other",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,6}|APPROVED|REJECTED|false".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..6).prop_map(|members| {
                members
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            }),
        ]
    })
}

/// Bodies as they stand: JSON, lists around it, pieces of it, and anything.
fn any_body() -> impl Strategy<Value = Bytes> {
    prop_oneof![
        4 => any_json().prop_map(|json| json.to_string().into()),
        4 => prop::collection::vec(any_json(), 0..4).prop_map(|items| json!({"data": items}).to_string().into()),
        1 => (any_json(), 0..40_usize).prop_map(|(json, cut)| {
            let text = json.to_string();
            Bytes::copy_from_slice(&text.as_bytes()[..cut.min(text.len())])
        }),
        1 => prop::collection::vec(any::<u8>(), 0..40).prop_map(Bytes::from),
    ]
}

fn read<T>(request: Request<T>, body: &Bytes) -> Result<(), GraphError> {
    let answer = Answer {
        call: request.call?,
        status: 200,
        body: body.clone(),
    };
    (request.read)(&answer).map(drop)
}

/// Reads `body` as the answer of every call of these areas.
fn read_all(client: &Client, body: &Bytes) -> Vec<(&'static str, Result<(), GraphError>)> {
    fn page<T: serde::de::DeserializeOwned>(list: List<T>, body: &Bytes) -> Result<(), GraphError> {
        read(list.page(), body)
    }
    let (graph, app, all) = (client.page("42"), client.app(), IdFilter::new());
    let template = NewMessageTemplate::new("n", "en", "x");
    vec![
        ("conversations", page(graph.conversations(), body)),
        ("conversation", read(graph.conversation("1"), body)),
        (
            "conversation_messages",
            page(graph.conversation_messages("1"), body),
        ),
        (
            "conversation_message",
            read(graph.conversation_message("1"), body),
        ),
        (
            "private_reply",
            read(graph.private_reply_to_comment("1", "x").request(), body),
        ),
        ("ids_for_apps", page(graph.ids_for_apps("1", &all), body)),
        ("ids_for_pages", page(app.ids_for_pages("1", &all), body)),
        (
            "log_events",
            read(graph.log_events("1", AppEvent::new("a")), body),
        ),
        (
            "library",
            page(graph.message_template_library(&TemplateSearch::new()), body),
        ),
        ("message_templates", page(graph.message_templates(), body)),
        (
            "create_message_template",
            read(graph.create_message_template(&template), body),
        ),
        (
            "delete_message_template",
            read(graph.delete_message_template("n"), body),
        ),
        ("sticker_packs", page(app.sticker_packs(None), body)),
        ("stickers", page(app.stickers("1", None), body)),
        ("accept_call", read(graph.accept_call("1", "v=0"), body)),
        ("connect_call", read(graph.connect_call("1", "v=0"), body)),
        ("reject_call", read(graph.reject_call("1"), body)),
    ]
}

#[tokio::test]
async fn any_answer_is_a_value_or_an_error() {
    let server = Server::start([Reply::sent()]).await;
    let client = server.with_app();
    proptest!(ProptestConfig::with_cases(512), |(body in any_body())| {
        for (call, outcome) in read_all(&client, &body) {
            if let Err(error) = outcome {
                prop_assert_eq!(error.id(), "MSG508", "{}", call);
            }
        }
    });
}

#[tokio::test]
async fn each_of_these_calls_also_has_a_good_answer() {
    let server = Server::start([Reply::sent()]).await;
    let client = server.with_app();
    let body = Bytes::from(
        r#"{"id":"1","message_id":"m","name":"n","success":true,"data":[{"id":"1","name":"n"}]}"#,
    );
    for (call, outcome) in read_all(&client, &body) {
        assert!(outcome.is_ok(), "{call}: {outcome:?}");
    }
}
