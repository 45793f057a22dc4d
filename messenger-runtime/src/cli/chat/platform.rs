//! The platform's side: it takes what the bot sends and delivers what people do, over real HTTP on loopback.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::wire::{self, APP, Act, INBOX, PERSON};
use crate::AppSecret;

/// What reaches the person's screen.
#[derive(Debug)]
pub(super) enum Arrival {
    /// The `message` object that the bot sent.
    Message(Value),
    /// A sender action: `typing_on`, `typing_off`, `mark_seen`.
    SenderAction(String),
    /// The conversation has changed hands.
    Control(Owner),
    /// Something went wrong, on either side.
    Problem(String),
}

/// Who answers the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Owner {
    Bot,
    Inbox,
}

/// The platform, as far as a conversation of one person with one page needs it.
pub(super) struct Platform {
    token: String,
    secret: AppSecret,
    /// That of the person's profile.
    locale: Option<String>,
    owner: Mutex<Owner>,
    /// In every message id, since a store knows those of earlier chats.
    chat: u64,
    mids: AtomicU64,
    /// Bodies that are not yet delivered, and how many there ever were.
    undelivered: AtomicU64,
    posted: AtomicU64,
    outgoing: mpsc::UnboundedSender<String>,
    screen: mpsc::UnboundedSender<Arrival>,
}

/// The bodies on their way to the webhook, in order.
pub(super) type Bodies = mpsc::UnboundedReceiver<String>;

impl Platform {
    /// A platform that knows the bot by `token` and `secret`, and a person of this locale.
    pub(super) fn new(
        token: String,
        secret: AppSecret,
        locale: Option<String>,
        screen: mpsc::UnboundedSender<Arrival>,
    ) -> (Arc<Self>, Bodies) {
        let (outgoing, bodies) = mpsc::unbounded_channel();
        let platform = Self {
            token,
            secret,
            locale,
            owner: Mutex::new(Owner::Bot),
            chat: fastrand::u64(..),
            mids: AtomicU64::new(1),
            undelivered: AtomicU64::new(0),
            posted: AtomicU64::new(0),
            outgoing,
            screen,
        };
        (Arc::new(platform), bodies)
    }

    /// The Graph API, as far as it goes here.
    pub(super) fn graph(self: &Arc<Self>) -> Router {
        Router::new()
            .route("/{version}/{page}/messages", post(messages))
            .route("/{version}/{page}/pass_thread_control", post(pass))
            .route("/{version}/{page}/take_thread_control", post(take))
            .route("/{version}/{page}/release_thread_control", post(take))
            .route("/{version}/{person}", get(profile))
            .fallback(unknown)
            .method_not_allowed_fallback(unknown)
            .with_state(Arc::clone(self))
    }

    /// Delivers the bodies to `webhook`, one after the other, as long as the program runs.
    pub(super) async fn deliver(self: Arc<Self>, webhook: String, mut bodies: Bodies) {
        let http = reqwest::Client::new();
        while let Some(body) = bodies.recv().await {
            let request = http
                .post(&webhook)
                .header("Content-Type", "application/json")
                .header("X-Hub-Signature-256", wire::signature(&self.secret, &body))
                .body(body);
            match request.send().await {
                Ok(answer) if answer.status() == StatusCode::OK => {}
                Ok(answer) => self.problem(format!("the webhook answered {}, not 200", answer.status())),
                Err(error) => self.problem(format!("the webhook does not answer: {error}")),
            }
            self.undelivered.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// The person does something.
    pub(super) fn act(&self, act: &Act) {
        let standby = self.owner() == Owner::Inbox;
        self.post(act.item(&self.mid(), standby));
    }

    /// Somebody writes from the inbox.
    pub(super) fn write_from_inbox(&self, text: &str) {
        self.post(wire::echo(json!({"text": text}), &self.mid(), INBOX));
    }

    /// The inbox gives the conversation to the bot.
    pub(super) fn give_back(&self) {
        self.set_owner(Owner::Bot);
        self.post(json!({
            "pass_thread_control": {"previous_owner_app_id": INBOX, "new_owner_app_id": APP, "metadata": ""},
        }));
    }

    pub(super) fn owner(&self) -> Owner {
        *self.owner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many bodies were posted so far, or `None` while one of them is on its way.
    pub(super) fn settled(&self) -> Option<u64> {
        let posted = self.posted.load(Ordering::SeqCst);
        (self.undelivered.load(Ordering::SeqCst) == 0).then_some(posted)
    }

    pub(super) fn set_owner(&self, owner: Owner) {
        *self.owner.lock().unwrap_or_else(PoisonError::into_inner) = owner;
    }

    fn post(&self, item: Value) {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let body = wire::body(item, self.owner() == Owner::Inbox, now);
        self.undelivered.fetch_add(1, Ordering::SeqCst);
        self.posted.fetch_add(1, Ordering::SeqCst);
        // The delivery ends only with the program, and then nobody is left to miss a body.
        let _ = self.outgoing.send(body);
    }

    fn mid(&self) -> String {
        let number = self.mids.fetch_add(1, Ordering::Relaxed);
        format!("m_chat{:016x}_{number}", self.chat)
    }

    fn show(&self, arrival: Arrival) {
        // Likewise: the screen ends only with the program.
        let _ = self.screen.send(arrival);
    }

    fn problem(&self, what: String) {
        self.show(Arrival::Problem(what));
    }

    /// The body of a call, where the token is right and the body is JSON.
    fn read(&self, headers: &HeaderMap, body: &[u8]) -> Result<Value, Box<Response>> {
        self.authorise(headers)?;
        serde_json::from_slice(body)
            .map_err(|_| Box::new(self.refuse(100, None, "(#100) The body is not JSON")))
    }

    fn authorise(&self, headers: &HeaderMap) -> Result<(), Box<Response>> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        if token == Some(self.token.as_str()) {
            return Ok(());
        }
        Err(Box::new(self.refuse(190, None, "Invalid OAuth access token")))
    }

    /// The platform's error, told to the person as well.
    fn refuse(&self, code: u32, subcode: Option<u32>, message: &str) -> Response {
        self.problem(format!("the platform refused a call of the bot: {message}"));
        let error = json!({
            "message": message, "type": "OAuthException", "code": code, "error_subcode": subcode,
            "fbtrace_id": "chat",
        });
        answer(StatusCode::BAD_REQUEST, &json!({"error": error}))
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform")
            .field("owner", &self.owner())
            .finish_non_exhaustive()
    }
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

/// The Send API: messages and sender actions.
async fn messages(State(platform): State<Arc<Platform>>, headers: HeaderMap, body: Bytes) -> Response {
    let mut request = match platform.read(&headers, &body) {
        Ok(request) => request,
        Err(refusal) => return *refusal,
    };
    let person = request
        .pointer("/recipient/id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if person != PERSON {
        return platform.refuse(100, Some(2_018_001), "(#100) No matching user found");
    }
    if let Some(action) = request.get("sender_action").and_then(Value::as_str) {
        platform.show(Arrival::SenderAction(action.to_owned()));
        return answer(StatusCode::OK, &json!({"recipient_id": person}));
    }
    if platform.owner() == Owner::Inbox {
        let message = "(#10) Message failed to send because another app is controlling this thread now";
        return platform.refuse(10, Some(2_018_300), message);
    }
    let message = request["message"].take();
    if !message.is_object() {
        return platform.refuse(100, None, "(#100) Param message must be an object");
    }
    let mid = platform.mid();
    platform.show(Arrival::Message(message.clone()));
    platform.post(wire::echo(message, &mid, APP));
    answer(
        StatusCode::OK,
        &json!({"recipient_id": person, "message_id": mid}),
    )
}

/// The bot hands the conversation over.
async fn pass(State(platform): State<Arc<Platform>>, headers: HeaderMap, body: Bytes) -> Response {
    let request = match platform.read(&headers, &body) {
        Ok(request) => request,
        Err(refusal) => return *refusal,
    };
    match request.get("target_app_id").and_then(Value::as_str) {
        None | Some(INBOX) => control(&platform, Owner::Inbox),
        Some(_) => {
            let message = "(#100) There is no such app in this chat, only the inbox";
            platform.refuse(100, Some(2_018_164), message)
        }
    }
}

/// The bot takes the conversation, or lets it go: then it comes to the default app, which is the bot.
async fn take(State(platform): State<Arc<Platform>>, headers: HeaderMap, body: Bytes) -> Response {
    match platform.read(&headers, &body) {
        Ok(_) => control(&platform, Owner::Bot),
        Err(refusal) => *refusal,
    }
}

fn control(platform: &Platform, owner: Owner) -> Response {
    if platform.owner() != owner {
        platform.set_owner(owner);
        platform.show(Arrival::Control(owner));
    }
    answer(StatusCode::OK, &json!({"success": true}))
}

/// The profile of the person.
async fn profile(
    State(platform): State<Arc<Platform>>,
    Path((_, person)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if let Err(refusal) = platform.authorise(&headers) {
        return *refusal;
    }
    if person != PERSON {
        let message = "(#100) Unsupported get request";
        return platform.refuse(100, Some(33), message);
    }
    let mut profile = json!({"id": PERSON, "name": "Ann Lee", "first_name": "Ann", "last_name": "Lee"});
    if let Some(locale) = &platform.locale {
        profile["locale"] = json!(locale);
    }
    answer(StatusCode::OK, &profile)
}

/// Calls that a conversation does not need.
async fn unknown(State(platform): State<Arc<Platform>>, method: Method, uri: Uri) -> Response {
    let message = format!("(#100) `chat` does not play {method} {}", uri.path());
    platform.refuse(100, None, &message)
}
