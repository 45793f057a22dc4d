//! A Graph API that takes everything and remembers it.

use std::{
    collections::{HashMap, VecDeque},
    fmt, io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Semaphore};

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
    /// The access token it came with.
    pub token: Option<String>,
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
    /// It is taken, and not answered before there is a permit.
    Held(Arc<Semaphore>),
    /// It is taken, and the connection dies after a while without an answer.
    Lost(Duration),
    /// It is not taken, and the connection dies without an answer.
    Cut,
    /// It is taken, and after a while the Graph API answers as if it had been refused.
    TakenButRefused(Duration, StatusCode, Value),
    /// The Graph API refuses it and says more in a header.
    RefusedWith(StatusCode, Value, &'static str, String),
}

impl Fate {
    /// Whether the person sees the message.
    fn is_taken(&self) -> bool {
        match self {
            Self::Late(_) | Self::Held(_) | Self::Lost(_) | Self::TakenButRefused(..) => true,
            Self::Refused(..) | Self::RefusedWith(..) | Self::Cut => false,
        }
    }

    /// Refused with a code of the platform.
    #[must_use]
    pub fn code(status: StatusCode, code: i64) -> Self {
        Self::Refused(
            status,
            json!({"error": {"message": "refused", "type": "OAuthException", "code": code}}),
        )
    }
}

type Rule = Arc<dyn Fn(&Call) -> Option<Fate> + Send + Sync>;

#[derive(Default)]
struct Inner {
    calls: Mutex<Vec<Call>>,
    taken: Mutex<Vec<Call>>,
    rule: Mutex<Option<Rule>>,
    answers: Mutex<VecDeque<(StatusCode, Value)>>,
    fates: Mutex<HashMap<String, VecDeque<Fate>>>,
}

/// A recording Graph API on a port of its own.
#[derive(Clone)]
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

    /// Every call that was taken: what people have seen. Those that [`answer_with`](Self::answer_with) answers
    /// count as well.
    #[must_use]
    pub fn taken(&self) -> Vec<Call> {
        self.inner.taken.lock().expect("no panic under the lock").clone()
    }

    /// How often people have seen this text.
    #[must_use]
    pub fn copies(&self, text: &str) -> usize {
        self.taken()
            .iter()
            .filter(|call| call.text() == Some(text))
            .count()
    }

    /// What happens to every call from now on that no [`fate`](Self::fate) is meant for.
    pub fn rule(&self, rule: impl Fn(&Call) -> Option<Fate> + Send + Sync + 'static) {
        *self.inner.rule.lock().expect("no panic under the lock") = Some(Arc::new(rule));
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

    fn ruled(&self, call: &Call) -> Option<Fate> {
        let rule = self.rule.lock().expect("no panic under the lock").clone();
        rule?(call)
    }
}

impl fmt::Debug for MockGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockGraph")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn broken_off() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(io::Error::other("on purpose")) });
    Body::from_stream(broken).into_response()
}

async fn answer(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
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
        token: headers
            .get("authorization")
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .map(str::to_owned),
    };
    let fate = inner.fate_of(&call).or_else(|| inner.ruled(&call));
    if fate.as_ref().is_none_or(Fate::is_taken) {
        let mut taken = inner.taken.lock().expect("no panic under the lock");
        taken.push(call.clone());
    }
    let count = {
        let mut calls = inner.calls.lock().expect("no panic under the lock");
        calls.push(call);
        calls.len()
    };
    match fate {
        None => {}
        Some(Fate::Refused(status, answer)) => return (status, Json(answer)).into_response(),
        Some(Fate::Late(after)) => tokio::time::sleep(after).await,
        Some(Fate::Held(gate)) => gate.acquire().await.expect("it is never closed").forget(),
        Some(Fate::Lost(after)) => {
            tokio::time::sleep(after).await;
            return broken_off();
        }
        Some(Fate::Cut) => return broken_off(),
        Some(Fate::TakenButRefused(after, status, answer)) => {
            tokio::time::sleep(after).await;
            return (status, Json(answer)).into_response();
        }
        Some(Fate::RefusedWith(status, answer, name, value)) => {
            let header = [(HeaderName::from_static(name), value)];
            return (status, header, Json(answer)).into_response();
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
