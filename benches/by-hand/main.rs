//! The load bot's job written by hand on axum, serde, regex and reqwest: the yardstick of the measurements.
//!
//! It does what a careful bot owes the platform. It verifies the signature over the raw bytes, answers before it
//! handles, reads every event of every entry, drops redelivered messages, and handles the events of one person one
//! at a time while different people proceed side by side.
//!
//! It is configured by its environment: `PORT`, `GRAPH_ORIGIN`, `APP_SECRET`, `VERIFY_TOKEN`, `PAGE_TOKEN`, and
//! `NO_SEND=1` to do everything but the call of the Graph API.

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::Entry},
    env,
    error::Error,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
    serve::ListenerExt,
};
use hmac::{Hmac, KeyInit, Mac};
use messenger_benches::LoadRoutes;
use regex::{RegexSet, RegexSetBuilder};
use reqwest::{Client, Url, header};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use tokio::{net::TcpListener, sync::Semaphore};

/// How many message ids are remembered to recognise a redelivery.
const REMEMBERED_MIDS: usize = 10_000;
/// How many calls of the Graph API may be under way at once.
const CONCURRENT_SENDS: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::var("PORT")?.parse::<u16>()?;
    let bot = Arc::new(Bot::from_env()?);
    let app = Router::new()
        .route("/webhook", get(handshake).post(webhook))
        .with_state(bot);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?.tap_io(|stream| {
        // Only a latency hint: a connection that refuses it still works.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, app).await?;
    Ok(())
}

#[derive(Deserialize)]
struct Handshake {
    #[serde(rename = "hub.mode")]
    mode: String,
    #[serde(rename = "hub.verify_token")]
    verify_token: String,
    #[serde(rename = "hub.challenge")]
    challenge: String,
}

async fn handshake(
    State(bot): State<Arc<Bot>>,
    Query(asked): Query<Handshake>,
) -> Result<String, StatusCode> {
    if asked.mode == "subscribe" && asked.verify_token == bot.verify_token {
        Ok(asked.challenge)
    } else {
        Err(StatusCode::FORBIDDEN)
    }
}

async fn webhook(State(bot): State<Arc<Bot>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if !bot.is_signed(&headers, &body) {
        return StatusCode::FORBIDDEN;
    }
    let Ok(notification) = serde_json::from_slice::<Notification>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    for event in notification.entry.into_iter().flat_map(|entry| entry.messaging) {
        bot.accept(event);
    }
    StatusCode::OK
}

#[derive(Deserialize)]
struct Notification {
    #[serde(default)]
    entry: Vec<PageEntry>,
}

#[derive(Deserialize)]
struct PageEntry {
    #[serde(default)]
    messaging: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    sender: Option<Sender>,
    message: Option<Message>,
    postback: Option<Postback>,
}

#[derive(Deserialize)]
struct Sender {
    id: String,
}

#[derive(Deserialize)]
struct Message {
    mid: Option<String>,
    text: Option<String>,
    quick_reply: Option<QuickReply>,
    #[serde(default)]
    is_echo: bool,
}

#[derive(Deserialize)]
struct QuickReply {
    payload: String,
}

#[derive(Deserialize)]
struct Postback {
    mid: Option<String>,
    payload: Option<String>,
}

/// What a person did that the bot answers.
enum Said {
    Text(String),
    QuickReply { payload: String, text: String },
    Postback(String),
}

type Pick = fn(payload: &str, text: &str) -> String;

struct Bot {
    signing: Hmac<Sha256>,
    verify_token: String,
    texts: RegexSet,
    picks: HashMap<String, Pick>,
    seen: Mutex<RecentMids>,
    /// What each person who is being answered said meanwhile.
    waiting: Mutex<HashMap<String, VecDeque<Said>>>,
    graph: Graph,
}

impl Bot {
    fn from_env() -> Result<Self, Box<dyn Error>> {
        let routes = LoadRoutes::read();
        Ok(Self {
            signing: Hmac::new_from_slice(env::var("APP_SECRET")?.as_bytes())?,
            verify_token: env::var("VERIFY_TOKEN")?,
            texts: RegexSetBuilder::new(&routes.regexes)
                .case_insensitive(true)
                .build()?,
            picks: routes
                .payloads
                .into_iter()
                .map(|payload| (payload, picked as Pick))
                .collect(),
            seen: Mutex::default(),
            waiting: Mutex::default(),
            graph: Graph::from_env()?,
        })
    }

    fn is_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let signature = headers
            .get("x-hub-signature-256")
            .and_then(|value| value.as_bytes().strip_prefix(b"sha256="))
            .and_then(|digits| hex::decode(digits).ok());
        signature.is_some_and(|signature| {
            let mut mac = self.signing.clone();
            mac.update(body);
            mac.verify_slice(&signature).is_ok()
        })
    }

    /// Queues what is to be answered and leaves the rest: reads, deliveries, echoes, attachments, redeliveries.
    fn accept(self: &Arc<Self>, event: Event) {
        let Some(sender) = event.sender else { return };
        let (mid, said) = match (event.message, event.postback) {
            (Some(message), _) if !message.is_echo => {
                let Some(text) = message.text else { return };
                let said = match message.quick_reply {
                    Some(QuickReply { payload }) => Said::QuickReply { payload, text },
                    None => Said::Text(text),
                };
                (message.mid, said)
            }
            (
                None,
                Some(Postback {
                    mid,
                    payload: Some(payload),
                }),
            ) => (mid, Said::Postback(payload)),
            _ => return,
        };
        if mid.is_some_and(|mid| {
            !self
                .seen
                .lock()
                .expect("no holder of this lock panics")
                .is_new(mid)
        }) {
            return;
        }
        match self
            .waiting
            .lock()
            .expect("no holder of this lock panics")
            .entry(sender.id)
        {
            Entry::Occupied(mut answering) => answering.get_mut().push_back(said),
            Entry::Vacant(idle) => {
                let person = idle.key().clone();
                idle.insert(VecDeque::new());
                tokio::spawn(Arc::clone(self).converse(person, said));
            }
        }
    }

    /// Answers one person until nothing more waits.
    async fn converse(self: Arc<Self>, person: String, mut said: Said) {
        loop {
            if let Some(text) = self.reply(&said)
                && let Err(error) = self.graph.send(&person, &text).await
            {
                eprintln!("a reply could not be sent: {error}");
            }
            let mut waiting = self.waiting.lock().expect("no holder of this lock panics");
            let next = waiting.get_mut(&person).and_then(VecDeque::pop_front);
            let Some(next) = next else {
                waiting.remove(&person);
                return;
            };
            said = next;
        }
    }

    fn reply(&self, said: &Said) -> Option<String> {
        match said {
            Said::QuickReply { payload, text } => match self.picks.get(payload) {
                Some(pick) => Some(pick(payload, text)),
                None => Some(self.said(text)),
            },
            Said::Postback(payload) => payload.strip_prefix("BUY:").map(|rest| format!("Bought {rest}")),
            Said::Text(text) => Some(self.said(text)),
        }
    }

    fn said(&self, text: &str) -> String {
        match self.texts.matches(text).iter().next() {
            Some(route) => format!("[{route}] You said: {text}"),
            None => format!("You said: {text}"),
        }
    }
}

fn picked(payload: &str, text: &str) -> String {
    format!("Picked {payload}: {text}")
}

/// The message ids that came last.
#[derive(Default)]
struct RecentMids {
    known: HashSet<Arc<str>>,
    by_age: VecDeque<Arc<str>>,
}

impl RecentMids {
    fn is_new(&mut self, mid: String) -> bool {
        let mid = Arc::<str>::from(mid);
        if !self.known.insert(Arc::clone(&mid)) {
            return false;
        }
        self.by_age.push_back(mid);
        if self.by_age.len() > REMEMBERED_MIDS
            && let Some(oldest) = self.by_age.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

struct Graph {
    http: Client,
    messages: Url,
    page_token: String,
    places: Semaphore,
    no_send: bool,
}

#[derive(Serialize)]
struct Outgoing<'a> {
    recipient: Recipient<'a>,
    messaging_type: &'static str,
    message: Text<'a>,
}

#[derive(Serialize)]
struct Recipient<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    text: &'a str,
}

impl Graph {
    fn from_env() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            http: Client::builder()
                .timeout(Duration::from_secs(10))
                .no_proxy()
                .build()?,
            messages: Url::parse(&env::var("GRAPH_ORIGIN")?)?.join("/v25.0/me/messages")?,
            page_token: env::var("PAGE_TOKEN")?,
            places: Semaphore::new(CONCURRENT_SENDS),
            no_send: env::var("NO_SEND").is_ok_and(|value| value == "1"),
        })
    }

    async fn send(&self, person: &str, text: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
        let body = serde_json::to_vec(&Outgoing {
            recipient: Recipient { id: person },
            messaging_type: "RESPONSE",
            message: Text { text },
        })?;
        if self.no_send {
            return Ok(());
        }
        let _place = self.places.acquire().await?;
        let answer = self
            .http
            .post(self.messages.clone())
            .bearer_auth(&self.page_token)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await?
            .error_for_status()?;
        // A connection goes back to the pool once its answer has been read.
        answer.bytes().await?;
        Ok(())
    }
}
