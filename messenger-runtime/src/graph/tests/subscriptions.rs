//! App subscriptions and the page's own.

use super::*;
use crate::graph::{NewSubscription, RequestHook, RequestView, SubscribedApp, Subscription};

#[derive(Debug)]
struct App;

impl Provider for App {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        [AppSecret::from("secret")].into()
    }
    fn verify_token(&self) -> SecretString {
        "verify".into()
    }
    fn app_id(&self) -> Option<Arc<str>> {
        Some("99".into())
    }
    fn access_token(&self, _page: &str) -> Option<SecretString> {
        None
    }
    fn serves(&self, _page: &str) -> bool {
        true
    }
}

async fn server(body: &str) -> (Server, Client) {
    let server = Server::start([Reply::new(200, body)]).await;
    let client = Client::builder(Arc::new(App)).origin(&server.origin);
    let client = client.retry(quick()).build().unwrap();
    (server, client)
}

#[tokio::test]
async fn a_subscription_is_made_with_the_apps_token() {
    let (server, client) = server(r#"{"success":true}"#).await;
    let plain = NewSubscription::new("https://shop.example/webhook", "a word".into());
    client.app().create_subscription(&plain).await.unwrap();
    let whole = plain
        .object("instagram")
        .fields(["messages", "comments"])
        .include_values(true);
    client.app().create_subscription(&whole).await.unwrap();
    let asked = server.asked();
    assert_eq!(
        (asked[0].method.as_str(), asked[0].uri.path()),
        ("POST", "/v25.0/99/subscriptions")
    );
    assert_eq!(asked[0].header("authorization"), Some("Bearer 99|secret"));
    assert_eq!(
        asked[0].json(),
        json!({
            "object": "page", "callback_url": "https://shop.example/webhook", "verify_token": "a word",
            "fields": "messages,messaging_postbacks,messaging_optins,messaging_referrals,\
                       messaging_handovers,messaging_policy_enforcement",
        })
    );
    assert_eq!(
        asked[1].json(),
        json!({
            "object": "instagram", "callback_url": "https://shop.example/webhook", "verify_token": "a word",
            "fields": "messages,comments", "include_values": true,
        })
    );
}

#[tokio::test]
async fn subscriptions_are_listed_and_that_of_pages_is_found() {
    let body = r#"{"data":[
        {"object":"instagram","callback_url":"https://i.example","active":true,"fields":["messages"]},
        {"object":"page","callback_url":"https://p.example","active":true,
         "fields":[{"name":"messages","version":"v25.0"},{"name":"feed"},7]},
        {}
    ]}"#;
    let (server, client) = server(body).await;
    let all: Vec<Subscription> = client.app().subscriptions().await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(all[2].fields, [""; 0]);
    let page = client.app().page_subscription().await.unwrap().unwrap();
    assert_eq!(page.callback_url.as_deref(), Some("https://p.example"));
    assert_eq!(page.active, Some(true));
    assert_eq!(page.fields, ["messages", "feed"]);
    assert!(server.asked().iter().all(|asked| asked.method == Method::GET));
}

#[tokio::test]
async fn a_subscription_is_deleted_by_its_object() {
    let (server, client) = server(r#"{"success":"true"}"#).await;
    client.app().delete_subscription("page").await.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.method.as_str(), asked.uri.path(), asked.json()),
        ("DELETE", "/v25.0/99/subscriptions", json!({"object": "page"}))
    );
}

#[tokio::test]
async fn without_an_app_id_nothing_leaves() {
    let server = Server::start([Reply::new(200, "{}")]).await;
    let error = server.client().build().unwrap().app().subscriptions().await;
    assert_eq!(error.unwrap_err().id(), "MSG502");
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_page_is_subscribed_listed_and_unsubscribed() {
    let server = Server::start([
        Reply::new(200, r#"{"success":true}"#),
        Reply::new(
            200,
            r#"{"data":[{"id":99,"name":"Shop","subscribed_fields":["messages"],"link":"x"},{"id":"7"}]}"#,
        ),
        Reply::new(200, r#"{"success":true}"#),
    ])
    .await;
    let graph = server.graph();
    graph.subscribe_app(["messages", "message_reads"]).await.unwrap();
    let apps: Vec<SubscribedApp> = graph.subscribed_apps().await.unwrap();
    assert_eq!(apps[0].id, "99");
    assert_eq!(apps[0].subscribed_fields, ["messages"]);
    assert_eq!((&*apps[1].id, apps[1].name.as_deref()), ("7", None));
    graph.unsubscribe_app().await.unwrap();
    let asked: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| format!("{} {}", asked.method, asked.uri.path()))
        .collect();
    assert_eq!(
        asked,
        [
            "POST /v25.0/me/subscribed_apps",
            "GET /v25.0/me/subscribed_apps",
            "DELETE /v25.0/me/subscribed_apps"
        ]
    );
    let query = server.asked()[0].uri.query().unwrap().to_owned();
    assert!(
        query.starts_with("subscribed_fields=messages%2Cmessage_reads"),
        "{query}"
    );
}

#[tokio::test]
async fn a_page_is_not_subscribed_to_nothing() {
    let server = Server::start([Reply::new(200, "{}")]).await;
    let error = server.graph().subscribe_app([""; 0]).await.unwrap_err();
    assert_eq!(error.id(), "MSG503");
    assert!(server.asked().is_empty());
}

#[derive(Debug, Default)]
struct Seen(Mutex<String>);

impl RequestHook for Seen {
    fn on_request(&self, request: &RequestView<'_>) {
        *self.0.lock().unwrap() += &format!("{request:?} {:?}", request.body);
    }
}

#[tokio::test]
async fn a_verify_token_is_shown_nowhere() {
    let server = Server::start([Reply::graph(2200, None)]).await;
    let seen = Arc::new(Seen::default());
    let client = Client::builder(Arc::new(App)).origin(&server.origin);
    let client = client
        .retry(quick())
        .hook(Arc::clone(&seen) as _)
        .build()
        .unwrap();
    let new = NewSubscription::new("https://shop.example", "my canary \"word\", of words".into());
    let error = client.app().create_subscription(&new).await.unwrap_err();
    for shown in [
        format!("{new:?} {error} {error:?}"),
        seen.0.lock().unwrap().clone(),
    ] {
        assert!(
            !shown.contains("canary") && !shown.contains("of words"),
            "{shown}"
        );
        assert!(shown.contains("callback_url"), "{shown}");
    }
}
