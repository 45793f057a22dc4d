//! Batches: what leaves.

pub(super) mod answers;
mod failures;
mod order;
mod pacing;

use url::{Url, form_urlencoded};

use super::{requests::PROOF, *};
use crate::graph::{
    Action, GraphError, MessageTag, Persona, Request, Sent, Source, Upload, answer::Answer, call::Pace,
};

/// A member of the platform's answer.
fn part(code: u16, body: &Value) -> Value {
    json!({"code": code, "headers": [{"name": "Content-Type", "value": "text/javascript"}], "body": body.to_string()})
}

fn sent(mid: &str) -> Value {
    part(200, &json!({"recipient_id": "7", "message_id": mid}))
}

fn answers(parts: &[Value]) -> Reply {
    Reply::new(200, Value::from(parts).to_string())
}

fn pairs(form: &Value) -> Vec<(String, String)> {
    form_urlencoded::parse(form.as_str().unwrap().as_bytes())
        .into_owned()
        .collect()
}

#[tokio::test]
async fn calls_of_any_type_leave_together_and_are_read_each_in_its_own() {
    let profile = json!({"id": "7", "first_name": "Ann"});
    let owner = json!({"data": [{"thread_owner": {"app_id": 12}}]});
    let server = Server::start([answers(&[
        sent("m_1"),
        part(200, &profile),
        part(200, &owner),
        part(200, &json!({"data": [{"id": 5}]})),
        part(200, &json!({"any": "thing"})),
    ])])
    .await;
    let graph = server.graph();
    let mut batch = graph.batch();
    let message = batch.add(graph.send("7", "50 % & more").tag(MessageTag::HumanAgent));
    let profile = batch.add(graph.profile("7"));
    let owner = batch.add(graph.thread_owner("7"));
    let personas = batch.add(graph.personas().limit(2).page());
    let raw = batch.add(graph.raw(Method::GET, "me/anything"));
    assert_eq!((batch.len(), batch.is_empty()), (5, false));
    let answers = batch.await.unwrap();
    let sent: Sent = answers.get(&message).unwrap();
    assert_eq!(sent.message_id.as_deref(), Some("m_1"));
    assert_eq!(answers.get(&profile).unwrap().first_name(), Some("Ann"));
    let owner = answers.get(&owner).unwrap().unwrap();
    assert_eq!(owner.app_id.as_deref(), Some("12"));
    assert_eq!(answers.get(&personas).unwrap().items[0].id, "5");
    assert_eq!(answers.get(&raw).unwrap(), json!({"any": "thing"}));
    assert_eq!(answers.errors().count(), 0);

    let asked = &server.asked()[0];
    assert_eq!((asked.method.as_str(), asked.uri.path()), ("POST", "/v25.0/"));
    assert_eq!(
        asked.uri.query(),
        Some(format!("appsecret_proof={PROOF}").as_str())
    );
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let body = asked.json();
    assert_eq!(body["access_token"], "TOKEN");
    assert_eq!(body["include_headers"], true);
    let items = body["batch"].as_array().unwrap();
    assert_eq!(items[0]["method"], "POST");
    assert_eq!(
        items[0]["relative_url"],
        format!("me/messages?appsecret_proof={PROOF}")
    );
    let mut form = pairs(&items[0]["body"]);
    form.sort();
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        form,
        [
            pair("message", r#"{"text":"50 % & more"}"#),
            pair("messaging_type", "MESSAGE_TAG"),
            pair("recipient", r#"{"id":"7"}"#),
            pair("tag", "HUMAN_AGENT"),
        ]
    );
    assert_eq!(
        items[1],
        json!({"method": "GET", "relative_url": format!("7?fields=id%2Cname%2Cfirst_name%2Clast_name%2Cprofile_pic&appsecret_proof={PROOF}")}),
    );
    assert_eq!(
        items[3]["relative_url"],
        format!("me/personas?limit=2&appsecret_proof={PROOF}")
    );
}

#[tokio::test]
async fn later_calls_can_name_earlier_ones() {
    let server = Server::start([answers(&[
        sent("m"),
        sent("m"),
        part(200, &json!({})),
        part(200, &json!({})),
    ])])
    .await;
    let graph = server.graph();
    let mut batch = graph.batch().include_headers(false);
    let first = batch.named("first").add(graph.send("7", "1"));
    let second = batch.named("second").after(&first).add(graph.send("7", "2"));
    let recipient = batch.result(&second, "$.recipient_id");
    batch.after(&second).add(graph.profile(&recipient));
    let ids = batch.result(&first, "$.data.*.id");
    batch.add(
        graph
            .raw(Method::GET, "")
            .segment("x")
            .query("ids", &ids)
            .query("q", "{result=first:$.x}"),
    );
    batch.await.unwrap();
    let body = server.asked()[0].json();
    assert_eq!(body["include_headers"], false);
    assert_eq!(body["batch"][0]["name"], "first");
    assert_eq!(body["batch"][1]["depends_on"], "first");
    let url = |n: usize| body["batch"][n]["relative_url"].as_str().unwrap().to_owned();
    assert!(
        url(2).starts_with("{result=second:$.recipient_id}?fields="),
        "{}",
        url(2)
    );
    assert_eq!(
        url(3),
        format!("x?ids={{result=first:$.data.*.id}}&q=%7Bresult%3Dfirst%3A%24.x%7D&appsecret_proof={PROOF}"),
        "only references of this batch are written plainly"
    );
}

#[tokio::test]
async fn calls_of_others_carry_their_own_tokens() {
    let server = Server::start([answers(&[
        sent("1"),
        sent("2"),
        part(200, &json!({"id": "7"})),
        part(200, &json!({"data": {}})),
        sent("5"),
        part(
            400,
            &json!({"error": {"code": 190, "message": "bad OTHER, GIVEN and 99|secret"}}),
        ),
    ])])
    .await;
    let keys = Arc::new(Keys {
        app: Some("99".into()),
        pages: vec![("43", "OTHER")],
        ..Arc::into_inner(Keys::new("TOKEN", "secret")).unwrap()
    });
    let client = server.client_with(keys).build().unwrap();
    let (page, other) = (client.page("42"), client.page("43"));
    let mut batch = page.batch();
    batch.add(page.send("7", "a"));
    batch.add(other.send("7", "a"));
    batch.add(other.profile("7"));
    batch.add(client.app().debug_token(&"GIVEN".into()));
    batch.add(page.send("7", "a").request().token("TOKEN".to_owned().into()));
    let last = batch.add(page.send("7", "a").request().token("GIVEN".to_owned().into()));
    let answers = batch.await.unwrap();
    let error = answers.get(&last).unwrap_err();
    for secret in ["OTHER", "GIVEN", "99|secret"] {
        assert!(!format!("{error:?}").contains(secret), "{error:?}");
    }
    let body = server.asked()[0].json();
    let item = |n: usize| {
        let item = &body["batch"][n];
        let url = Url::parse("http://x/")
            .unwrap()
            .join(item["relative_url"].as_str().unwrap())
            .unwrap();
        let of = |pairs: Vec<(String, String)>, name: &str| {
            pairs.into_iter().find(|pair| pair.0 == name).map(|pair| pair.1)
        };
        let query = |name: &str| of(url.query_pairs().into_owned().collect(), name);
        let form = item.get("body").and_then(|form| of(pairs(form), "access_token"));
        (form, query("access_token"), query("appsecret_proof").unwrap())
    };
    let proof = |token: &str| hex::encode(AppSecret::from("secret").sign(token.as_bytes()));
    let some = |token: &str| Some(token.to_owned());
    assert_eq!(item(0), (None, None, proof("TOKEN")));
    assert_eq!(item(1), (some("OTHER"), None, proof("OTHER")));
    assert_eq!(item(2), (None, some("OTHER"), proof("OTHER")));
    assert_eq!(item(3), (None, some("99|secret"), proof("99|secret")));
    assert_eq!(
        item(4),
        (None, None, proof("TOKEN")),
        "the batch's own need not be said again"
    );
    assert_eq!(item(5), (some("GIVEN"), None, proof("GIVEN")));
}

#[tokio::test]
async fn the_batch_itself_can_bear_another_token() {
    let server = Server::start([answers(&[part(200, &json!({"id": "7"}))])]).await;
    let keys = Arc::new(Keys {
        app: Some("99".into()),
        ..Arc::into_inner(Keys::new("TOKEN", "secret")).unwrap()
    });
    let client = server.client_with(keys).app_secret_proof(false).build().unwrap();
    let mut batch = client.page("42").batch().token("GIVEN".to_owned().into());
    batch.add(client.page("42").profile("7"));
    batch.await.unwrap();
    let mut batch = client.app().batch();
    batch.add(client.page("42").profile("7"));
    batch.await.unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].json()["access_token"], "GIVEN");
    assert_eq!(asked[0].uri.query(), None);
    let url = asked[0].json()["batch"][0]["relative_url"].to_string();
    assert!(!url.contains("access_token"), "{url}");
    assert_eq!(asked[1].json()["access_token"], "99|secret");
    let url = asked[1].json()["batch"][0]["relative_url"].to_string();
    assert!(
        url.contains("access_token=TOKEN") && !url.contains("proof"),
        "{url}"
    );
}

#[tokio::test]
async fn bodies_of_deletions_go_into_the_query() {
    let server = Server::start([answers(&[part(200, &json!({"result": "success"}))])]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    let fields = json!({"fields": ["greeting"], "n": 5});
    batch.add(graph.raw(Method::DELETE, "me/messenger_profile").json(&fields));
    batch.await.unwrap();
    let item = &server.asked()[0].json()["batch"][0];
    let url = "me/messenger_profile?fields=%5B%22greeting%22%5D&n=5&appsecret_proof=";
    assert_eq!(item["method"], "DELETE");
    assert_eq!(item["relative_url"], format!("{url}{PROOF}"));
    assert_eq!(item.get("body"), None);
}

async fn of(count: usize) -> (Result<(), GraphError>, usize) {
    let server = Server::start([answers(&vec![sent("m"); count])]).await;
    let graph = server.graph();
    let mut batch = graph.batch();
    for n in 0..count {
        batch.add(graph.send(n.to_string(), "x"));
    }
    (batch.await.map(drop), server.asked().len())
}

#[tokio::test]
async fn a_batch_has_one_to_fifty_calls() {
    assert!(matches!(of(1).await, (Ok(()), 1)));
    assert!(matches!(of(50).await, (Ok(()), 1)));
    for (count, text) in [(51, "batch: 51 items, 1 to 50"), (0, "batch: 0 items, 1 to 50")] {
        let (error, asked) = of(count).await;
        let error = error.unwrap_err();
        assert_eq!((error.id(), asked), ("MSG517", 0));
        assert_eq!(
            error.to_string(),
            format!("MSG517: MSG102 {text}; correct the call")
        );
    }
}

#[tokio::test]
async fn what_cannot_leave_keeps_the_whole_batch() {
    let server = Server::start([answers(&[])]).await;
    let (graph, other) = (server.graph(), Server::start([answers(&[])]).await.graph());
    let refused = async |add: &dyn Fn(&mut crate::graph::Batch)| {
        let mut batch = graph.batch();
        batch.add(graph.send("7", "fine"));
        add(&mut batch);
        batch.await.unwrap_err()
    };
    let error = refused(&|batch| {
        batch.add(graph.send("7", "x".repeat(2000)));
    })
    .await;
    assert_eq!(error.id(), "MSG517");
    let error = refused(&|batch| {
        batch.add(other.profile("7"));
    })
    .await;
    assert_eq!(
        error.to_string(),
        "MSG503: a call in the batch belongs to a client of another origin or version; correct the call"
    );
    let error = refused(&|batch| {
        batch.add(graph.raw(Method::POST, "x").json(&[1]));
    })
    .await;
    assert_eq!(error.id(), "MSG503");
    let error = refused(&|batch| {
        batch.named("twin").add(graph.profile("1"));
        batch.named("twin").add(graph.profile("2"));
    })
    .await;
    assert_eq!(
        error.to_string(),
        "MSG503: two calls of the batch have the name `twin`; correct the call"
    );
    let error = refused(&|batch| {
        batch.named("call7").add(graph.profile("1"));
    })
    .await;
    assert_eq!(
        error.to_string(),
        "MSG503: the name `call7` stands for a call of the batch without a name; correct the call"
    );
    let foreign = graph.batch().add(graph.profile("1"));
    let error = refused(&|batch| {
        batch.after(&foreign).add(graph.profile("2"));
    })
    .await;
    assert_eq!(
        error.to_string(),
        "MSG503: a key of another batch; correct the call"
    );
    let error = refused(&|batch| {
        batch.add(upload(&graph));
    })
    .await;
    assert_eq!(
        error.to_string(),
        "MSG503: a file's content cannot be part of a batch; upload it before and send its attachment id; \
         correct the call"
    );
    assert_eq!(server.asked().len(), 0);
}

/// A request with a file's content in it.
fn upload(graph: &Graph) -> Request<String> {
    graph.upload(Upload::image(Source::bytes("cup.png", &b"pixels"[..])))
}

#[tokio::test]
async fn each_call_counts_at_its_own_rate() {
    let graph = Server::start([answers(&[])]).await.graph();
    let mut batch = graph.batch();
    batch.add(graph.send("7", "x"));
    batch.add(graph.profile("7"));
    let (call, _) = batch.wire().unwrap();
    let paces: Vec<_> = call.parts.iter().map(|(_, pace)| pace).collect();
    assert_eq!(paces, [&Pace::Send, &Pace::Other]);
}
