//! The client against a real HTTP server that answers by script and remembers what it was asked.

mod account_linking;
mod answers;
mod batch;
mod calls;
mod codes;
mod connections;
mod conversation_routing;
mod conversations;
mod events;
mod failures;
mod id_matching;
mod insights;
mod labels;
mod lenient;
pub(crate) mod limits;
mod links;
mod lists;
mod message_templates;
pub(crate) mod messenger_profile;
mod moderation;
mod nlp;
mod pacing;
mod page;
mod personas;
mod private_replies;
mod profiles;
mod raw;
mod redaction;
mod requests;
mod resilience;
mod secrecy;
mod sending;
mod signed_request;
mod spans;
mod stickers;
mod subscriptions;
mod tokens;
pub(crate) mod uploads;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use ::secrecy::SecretString;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, Response, Uri},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{Client, ClientBuilder, Graph, Retry};
use crate::{AppSecret, Provider, message::SenderAction};

#[derive(Debug, Default)]
struct Keys {
    token: Mutex<Option<String>>,
    secrets: Mutex<Vec<AppSecret>>,
    app: Option<Arc<str>>,
    /// Tokens of pages that have one of their own.
    pages: Vec<(&'static str, &'static str)>,
}

impl Keys {
    fn new(token: &str, secret: &str) -> Arc<Self> {
        Arc::new(Self {
            token: Mutex::new(Some(token.to_owned())),
            secrets: Mutex::new(vec![AppSecret::from(secret)]),
            ..Self::default()
        })
    }
}

impl Provider for Keys {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        self.secrets.lock().unwrap().clone().into()
    }
    fn verify_token(&self) -> SecretString {
        "verify".into()
    }
    fn app_id(&self) -> Option<Arc<str>> {
        self.app.clone()
    }
    fn access_token(&self, page: &str) -> Option<SecretString> {
        if let Some((_, token)) = self.pages.iter().find(|(id, _)| *id == page) {
            return Some((*token).into());
        }
        self.token.lock().unwrap().clone().map(Into::into)
    }
    fn serves(&self, _page: &str) -> bool {
        true
    }
}

/// [`Keys`] of an app that knows its id.
#[derive(Debug)]
struct WithApp(Arc<Keys>);

impl Provider for WithApp {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        self.0.app_secrets()
    }
    fn verify_token(&self) -> SecretString {
        self.0.verify_token()
    }
    fn app_id(&self) -> Option<Arc<str>> {
        Some("99".into())
    }
    fn access_token(&self, page: &str) -> Option<SecretString> {
        self.0.access_token(page)
    }
    fn serves(&self, page: &str) -> bool {
        self.0.serves(page)
    }
}

#[derive(Clone)]
struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
    delay: Duration,
}

impl Reply {
    fn new(status: u16, body: impl Into<String>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            delay: Duration::ZERO,
        }
    }
    fn sent() -> Self {
        Self::new(200, r#"{"message_id":"m_1","recipient_id":"1"}"#)
    }
    fn graph(code: i64, subcode: Option<i64>) -> Self {
        let mut error =
            json!({"message": "(#1) no", "type": "OAuthException", "code": code, "fbtrace_id": "Abc"});
        if let Some(subcode) = subcode {
            error["error_subcode"] = subcode.into();
        }
        Self::new(
            if matches!(code, 1 | 2) { 500 } else { 400 },
            json!({"error": error}).to_string(),
        )
    }
    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

#[derive(Clone, Debug)]
struct Asked {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl Asked {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
    /// The method, the path below the version and the query without its proof.
    fn line(&self) -> String {
        let path = self.uri.path().strip_prefix("/v25.0").unwrap();
        let query: Vec<_> = self
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.starts_with("appsecret_proof="))
            .collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{} {path}{mark}{}", self.method, query.join("&"))
    }
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
    /// Method, path and decoded query, without the version and the proof.
    fn decoded(&self) -> String {
        let url = reqwest::Url::parse(&format!("http://host{}", self.uri)).unwrap();
        let query: Vec<_> = url
            .query_pairs()
            .filter(|(name, _)| name != "appsecret_proof")
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let path = url.path().trim_start_matches("/v25.0");
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{} {path}{mark}{}", self.method, query.join("&"))
    }
}

/// Answers with each reply once, and with the last one from then on.
#[derive(Clone)]
struct Server {
    origin: String,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            replies: Arc::new(Mutex::new(replies.into_iter().collect())),
            asked: Arc::default(),
        };
        let app = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        server
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    fn client(&self) -> ClientBuilder {
        self.client_with(Keys::new("TOKEN", "secret"))
    }

    fn client_with(&self, keys: Arc<Keys>) -> ClientBuilder {
        Client::builder(keys).origin(&self.origin).retry(quick())
    }

    fn graph(&self) -> Graph {
        self.client().build().unwrap().page("42")
    }

    /// A client whose app has the id 99.
    fn with_app(&self) -> Client {
        let keys = Arc::new(WithApp(Keys::new("TOKEN", "secret")));
        Client::builder(keys)
            .origin(&self.origin)
            .retry(quick())
            .build()
            .unwrap()
    }

    fn instagram(&self) -> Graph {
        self.client().build().unwrap().instagram("17841")
    }

    /// What was asked, in order, see [`Asked::line`].
    fn lines(&self) -> Vec<String> {
        self.asked().iter().map(Asked::line).collect()
    }
}

async fn answer(
    State(server): State<Server>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    server.asked.lock().unwrap().push(Asked {
        method,
        uri,
        headers,
        body,
    });
    let reply = {
        let mut replies = server.replies.lock().unwrap();
        if replies.len() > 1 {
            replies.pop_front().unwrap()
        } else {
            replies[0].clone()
        }
    };
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(reply.body.into()).unwrap()
}

/// Four tries without waiting for long.
fn quick() -> Retry {
    Retry::default().waits(Duration::from_millis(1), Duration::from_millis(2))
}
