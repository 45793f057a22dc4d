//! A Graph API that takes everything and remembers it.

use std::{
    collections::{HashMap, VecDeque},
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// One call that a bot made.
#[derive(Debug, Clone)]
pub struct Call {
    /// GET or POST.
    pub method: String,
    /// The path without the version.
    pub path: String,
    /// The JSON body, or null.
    pub body: Value,
    /// When it arrived.
    pub at: Instant,
}

impl Call {
    /// The text of the message, if it sends one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.body.pointer("/message/text").and_then(Value::as_str)
    }

    /// To whom it sends.
    #[must_use]
    pub fn to(&self) -> Option<&str> {
        self.body.pointer("/recipient/id").and_then(Value::as_str)
    }

    /// What the echo of the message will repeat.
    #[must_use]
    pub fn metadata(&self) -> Option<&str> {
        self.body.pointer("/message/metadata").and_then(Value::as_str)
    }
}

/// What happens to a message instead of being taken at once.
#[derive(Debug, Clone)]
pub enum Fate {
    /// The Graph API refuses it.
    Refused(StatusCode, Value),
    /// It is taken, and the answer comes late.
    Late(Duration),
    /// It is taken, and the connection dies after a while without an answer.
    Lost(Duration),
}

impl Fate {
    /// Refused with a code of the platform.
    #[must_use]
    pub fn code(status: StatusCode, code: i64) -> Self {
        Self::Refused(
            status,
            json!({"error": {"message": "refused", "type": "OAuthException", "code": code}}),
        )
    }
}

#[derive(Debug, Default)]
struct Inner {
    calls: Mutex<Vec<Call>>,
    answers: Mutex<VecDeque<(StatusCode, Value)>>,
    fates: Mutex<HashMap<String, VecDeque<Fate>>>,
}

/// A recording Graph API on a port of its own.
#[derive(Debug, Clone)]
pub struct MockGraph {
    address: SocketAddr,
    inner: Arc<Inner>,
}

impl MockGraph {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let inner = Arc::<Inner>::default();
        let app = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, inner }
    }

    /// Where it listens.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every call so far, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.inner.calls.lock().expect("no panic under the lock").clone()
    }

    /// The texts sent so far, in order.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.calls()
            .iter()
            .filter_map(|call| call.text().map(str::to_owned))
            .collect()
    }

    /// What the next calls are answered, one each, instead of success.
    pub fn answer_with(&self, answers: impl IntoIterator<Item = (StatusCode, Value)>) {
        self.inner
            .answers
            .lock()
            .expect("no panic under the lock")
            .extend(answers);
    }

    /// What happens to the next messages with this text, one each.
    pub fn fate(&self, text: &str, fates: impl IntoIterator<Item = Fate>) {
        let mut known = self.inner.fates.lock().expect("no panic under the lock");
        known.entry(text.to_owned()).or_default().extend(fates);
    }
}

impl Inner {
    fn fate_of(&self, call: &Call) -> Option<Fate> {
        self.fates
            .lock()
            .expect("no panic under the lock")
            .get_mut(call.text()?)?
            .pop_front()
    }
}

async fn answer(State(inner): State<Arc<Inner>>, method: Method, uri: Uri, body: Bytes) -> Response {
    let path = uri
        .path()
        .trim_start_matches('/')
        .split_once('/')
        .map_or("", |(_, path)| path)
        .to_owned();
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let call = Call {
        method: method.to_string(),
        path: path.clone(),
        body: body.clone(),
        at: Instant::now(),
    };
    let fate = inner.fate_of(&call);
    let count = {
        let mut calls = inner.calls.lock().expect("no panic under the lock");
        calls.push(call);
        calls.len()
    };
    match fate {
        None => {}
        Some(Fate::Refused(status, answer)) => return (status, Json(answer)).into_response(),
        Some(Fate::Late(after)) => tokio::time::sleep(after).await,
        Some(Fate::Lost(after)) => {
            tokio::time::sleep(after).await;
            let broken =
                futures_util::stream::once(async { Err::<Bytes, _>(io::Error::other("on purpose")) });
            return Body::from_stream(broken).into_response();
        }
    }
    if let Some((status, answer)) = inner.answers.lock().expect("no panic under the lock").pop_front() {
        return (status, Json(answer)).into_response();
    }
    let answer = if method == Method::GET {
        json!({"id": path, "first_name": "Ann", "last_name": "Example"})
    } else if path.ends_with("_thread_control") {
        json!({"success": true})
    } else {
        json!({"recipient_id": body.pointer("/recipient/id"), "message_id": format!("m_{count}")})
    };
    Json(answer).into_response()
}
