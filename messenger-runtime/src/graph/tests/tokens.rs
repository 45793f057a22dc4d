//! Tokens: looked at, exchanged, and listed by page.

use std::time::UNIX_EPOCH;

use ::secrecy::ExposeSecret as _;

use super::{batch::answers::Seen, *};
use crate::graph::App;

fn keys(secret: &str) -> Arc<Keys> {
    Arc::new(Keys {
        app: Some("99".into()),
        ..Arc::into_inner(Keys::new("TOKEN", secret)).unwrap()
    })
}

fn app(server: &Server) -> App {
    server.client_with(keys("secret")).build().unwrap().app()
}

fn query(asked: &Asked) -> Vec<(String, String)> {
    url::form_urlencoded::parse(asked.uri.query().unwrap().as_bytes())
        .into_owned()
        .collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn a_token_is_looked_at_with_the_apps_own() {
    let server = Server::start([Reply::new(
        200,
        json!({"data": {"app_id": 99, "application": "Shop", "type": "PAGE", "is_valid": true, "profile_id": "42",
            "expires_at": 0, "data_access_expires_at": "1700000001", "issued_at": 1_700_000_000,
            "scopes": ["pages_messaging"], "user_id": "5", "granular_scopes": []}})
        .to_string(),
    )])
    .await;
    let info = app(&server).debug_token(&"INPUT".into()).await.unwrap();
    assert!(info.is_valid);
    assert_eq!(info.app_id.as_deref(), Some("99"));
    assert_eq!(info.application.as_deref(), Some("Shop"));
    assert_eq!(info.token_type.as_deref(), Some("PAGE"));
    assert_eq!(info.profile_id.as_deref(), Some("42"));
    assert_eq!(info.user_id.as_deref(), Some("5"));
    assert_eq!(info.scopes, ["pages_messaging"]);
    assert_eq!(info.expires_at, None);
    let at = |seconds| Some(UNIX_EPOCH + Duration::from_secs(seconds));
    assert_eq!(info.issued_at, at(1_700_000_000));
    assert_eq!(info.data_access_expires_at, at(1_700_000_001));
    assert_eq!(info.invalid_because, None);
    let own = server.client_with(keys("secret")).build().unwrap().page("42");
    own.debug_token().await.unwrap();
    let asked = server.asked();
    let proof = hex::encode(AppSecret::from("secret").sign(b"99|secret"));
    for (asked, token) in asked.iter().zip(["INPUT", "TOKEN"]) {
        assert_eq!(
            (asked.method.as_str(), asked.uri.path()),
            ("GET", "/v25.0/debug_token")
        );
        assert_eq!(
            query(asked),
            [pair("input_token", token), pair("appsecret_proof", &proof)]
        );
        assert_eq!(asked.header("authorization"), Some("Bearer 99|secret"));
    }
}

#[tokio::test]
async fn a_dead_token_is_an_answer() {
    let server = Server::start([
        Reply::new(
            200,
            json!({"data": {"is_valid": false, "scopes": null,
            "error": {"code": 190, "subcode": 463, "message": "expired"}}})
            .to_string(),
        ),
        Reply::new(200, "{}"),
        Reply::new(200, r#"{"data":[]}"#),
    ])
    .await;
    let app = app(&server);
    let info = app.debug_token(&"INPUT".into()).await.unwrap();
    assert!(!info.is_valid && info.scopes.is_empty());
    assert_eq!(info.invalid_because, Some((190, Some(463))));
    for _ in 0..2 {
        assert_eq!(app.debug_token(&"INPUT".into()).await.unwrap_err().id(), "MSG508");
    }
}

#[tokio::test]
async fn a_short_lived_token_is_exchanged() {
    let server = Server::start([
        Reply::new(
            200,
            r#"{"access_token":"LONG","token_type":"bearer","expires_in":5183944}"#,
        ),
        Reply::new(200, r#"{"access_token":"LONG"}"#),
        Reply::new(200, r#"{"token_type":"bearer"}"#),
        Reply::new(200, r#"{"access_token":""}"#),
        Reply::graph(190, None),
    ])
    .await;
    let app = app(&server);
    let token = app.exchange_token(&"SHORT".into()).await.unwrap();
    assert_eq!(token.access_token.expose_secret(), "LONG");
    assert_eq!(token.token_type, "bearer");
    assert_eq!(token.expires_in, Some(Duration::from_secs(5_183_944)));
    assert!(!format!("{token:?}").contains("LONG"));
    let token = app.exchange_token(&"SHORT".into()).await.unwrap();
    assert_eq!((token.token_type.as_str(), token.expires_in), ("bearer", None));
    for _ in 0..2 {
        let error = app.exchange_token(&"SHORT".into()).await.unwrap_err();
        assert_eq!(
            (error.id(), error.meaning()),
            ("MSG508", "the answer has no access token")
        );
    }
    assert_eq!(
        app.exchange_token(&"SHORT".into()).await.unwrap_err().code(),
        Some(190)
    );
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.method.as_str(), asked.uri.path()),
        ("GET", "/v25.0/oauth/access_token")
    );
    assert_eq!(
        query(asked),
        [
            pair("grant_type", "fb_exchange_token"),
            pair("client_id", "99"),
            pair("client_secret", "secret"),
            pair("fb_exchange_token", "SHORT"),
        ]
    );
    assert_eq!(asked.header("authorization"), None);
}

#[tokio::test]
async fn without_the_apps_id_or_secret_nothing_is_asked() {
    let server = Server::start([Reply::new(200, "{}")]).await;
    let app = server.client().build().unwrap().app();
    let error = app.exchange_token(&"SHORT".into()).await.unwrap_err();
    assert_eq!((error.id(), error.meaning()), ("MSG502", "there is no app id"));
    let keys = keys("secret");
    keys.secrets.lock().unwrap().clear();
    *keys.token.lock().unwrap() = None;
    let client = server.client_with(keys).build().unwrap();
    let error = client.app().exchange_token(&"SHORT".into()).await.unwrap_err();
    assert_eq!(
        (error.id(), error.meaning()),
        ("MSG502", "there is no app secret")
    );
    let error = client.page("42").debug_token().await.unwrap_err();
    assert_eq!(
        (error.id(), error.meaning()),
        ("MSG502", "there is no access token for the page")
    );
    assert_eq!(server.asked().len(), 0);
}

#[tokio::test]
async fn the_pages_of_a_person_come_with_their_tokens() {
    let server = Server::start([
        Reply::new(
            200,
            json!({"data": [{"id": 42, "name": "Windmill", "access_token": "PAGE", "tasks": ["MESSAGING"],
            "category": "Cafe"}], "paging": {"cursors": {"after": "c"}}})
            .to_string(),
        ),
        Reply::new(
            200,
            json!({"data": [{"id": "43"}, {"name": "no id"}]}).to_string(),
        ),
    ])
    .await;
    let mut pages = app(&server).accounts(&"USER".into());
    let page = pages.next().await.unwrap().unwrap();
    assert_eq!((page.id.as_str(), page.name.as_deref()), ("42", Some("Windmill")));
    assert_eq!(page.access_token.as_ref().unwrap().expose_secret(), "PAGE");
    assert_eq!(
        (page.tasks.as_slice(), page.category.as_deref()),
        (&["MESSAGING".to_owned()][..], Some("Cafe"))
    );
    assert!(!format!("{page:?}").contains("PAGE"));
    let page = pages.next().await.unwrap().unwrap();
    assert!(page.access_token.is_none() && page.tasks.is_empty());
    assert_eq!(pages.next().await.unwrap().unwrap_err().id(), "MSG508");
    assert!(pages.next().await.is_none());
    let asked = server.asked();
    assert_eq!(
        (asked[0].method.as_str(), asked[0].uri.path()),
        ("GET", "/v25.0/me/accounts")
    );
    assert_eq!(asked[0].header("authorization"), Some("Bearer USER"));
    assert_eq!(
        query(&asked[0])[0],
        pair("fields", "id,name,access_token,tasks,category")
    );
    assert_eq!(query(&asked[1])[1], pair("after", "c"));
}

#[tokio::test]
async fn neither_asking_nor_failing_shows_a_token() {
    const CANARIES: [&str; 4] = ["canary-short", "canary-secret", "canary-input", "canary-answer"];
    let echo = |words: &str| Reply::new(400, json!({"error": {"code": 100, "message": words}}).to_string());
    let good =
        json!({"access_token": "canary-answer", "data": [{"id": "1", "access_token": "canary-answer"}]});
    let good = || Reply::new(200, good.to_string());
    let seen = Seen::default();
    let server = Server::start([
        echo("canary-short canary-secret"),
        echo("canary-input 99|canary-secret"),
        echo("canary-input"),
        good(),
        good(),
        good(),
        Reply::new(200, "["),
    ])
    .await;
    let client = server.client_with(keys("canary-secret"));
    let app = client
        .retry(Retry::none())
        .hook(Arc::new(seen.clone()))
        .build()
        .unwrap()
        .app();
    for _ in 0..3 {
        let exchange = app.exchange_token(&"canary-short".into());
        let debug = app.debug_token(&"canary-input".into());
        let accounts = app.accounts(&"canary-input".into());
        seen.say(format!("{exchange:?} {debug:?} {accounts:?}"));
        seen.say(format!("{:?}", exchange.await));
        seen.say(format!("{:?}", debug.await));
        seen.say(format!("{:?}", accounts.all().await));
    }
    let said = seen.0.lock().unwrap().join("\n");
    assert!(
        said.contains("fb_exchange_token=") && said.contains("input_token="),
        "{said}"
    );
    for canary in CANARIES {
        assert!(!said.contains(canary), "{canary}: {said}");
    }
}
