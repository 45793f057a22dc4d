//! Bodies of the webhook and how they are posted: signed, and again until a node answers 200.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use messenger_crash::{APP_ID, APP_SECRET, PAGE};
use messenger_tests::sign;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{sync::watch, time::sleep};

use crate::ledger::{Counts, Ledger};

/// How long an answer may take before the body is posted again.
const PATIENCE: Duration = Duration::from_secs(3);
/// The wait before a body is posted again.
const AGAIN: Duration = Duration::from_millis(10);
/// What the ids of the people begin with; the rest is their number.
const PERSON: u64 = 300_000;
/// The number of the page's own conversation, that of the comments on it, among those of the people.
pub(crate) const COMMENTS: usize = 0;
/// How many people comment.
const AUTHORS: u64 = 4;

/// What a person says, or a comment does.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) person: usize,
    pub(crate) text: String,
}

/// Where a node listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ports {
    /// For the platform.
    pub(crate) webhook: u16,
    /// For those who have it send or replay something.
    pub(crate) outside: u16,
}

/// Posts to whichever node is up.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    client: reqwest::Client,
    /// The nodes that are up.
    nodes: watch::Sender<Vec<Ports>>,
    turn: Arc<AtomicUsize>,
    /// How many echoes are on their way.
    echoes: watch::Sender<usize>,
    /// Whether no more echoes leave.
    is_quiet: Arc<AtomicBool>,
    ledger: Arc<Ledger>,
}

impl Post {
    pub(crate) fn new(ledger: Arc<Ledger>) -> reqwest::Result<Self> {
        Ok(Self {
            client: reqwest::Client::builder().timeout(PATIENCE).build()?,
            nodes: watch::Sender::default(),
            turn: Arc::default(),
            echoes: watch::Sender::default(),
            is_quiet: Arc::default(),
            ledger,
        })
    }

    /// What is owed to the people.
    pub(crate) const fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// A node listens from now on.
    pub(crate) fn up(&self, node: Ports) {
        self.nodes.send_modify(|nodes| nodes.push(node));
    }

    /// A node listens no more.
    pub(crate) fn down(&self, node: Ports) {
        self.nodes.send_modify(|nodes| nodes.retain(|up| *up != node));
    }

    /// The nodes in turn, as soon as there is one.
    async fn node(&self) -> Ports {
        let mut nodes = self.nodes.subscribe();
        let up = nodes.wait_for(|nodes| !nodes.is_empty()).await;
        let nodes = up.expect("the sender is a field of this");
        nodes[self.turn.fetch_add(1, Ordering::Relaxed) % nodes.len()]
    }

    /// Posts `body` until it is acknowledged.
    pub(crate) async fn until_acknowledged(&self, body: &str) {
        let signature = sign::sha256(APP_SECRET, body.as_bytes());
        while !self.once(body, &signature).await {
            Counts::one(&self.ledger.counts.reposted);
            sleep(AGAIN).await;
        }
    }

    /// The same with the echo of a message.
    pub(crate) async fn echo(&self, to: usize, key: &str, text: &str) {
        if self.is_quiet() {
            return self.ledger.person(to).echo_is_lost(key);
        }
        self.echoes.send_modify(|echoes| *echoes += 1);
        let body = echo(to, key, text);
        let signature = sign::sha256(APP_SECRET, body.as_bytes());
        self.ledger.person(to).echo_leaves(key);
        if self.nodes.borrow().is_empty() {
            self.ledger.person(to).echo_is_held_up(key);
        }
        while !self.once(&body, &signature).await {
            self.ledger.person(to).echo_is_held_up(key);
            Counts::one(&self.ledger.counts.reposted);
            sleep(AGAIN).await;
        }
        self.ledger.person(to).echoed(key);
        self.echoes.send_modify(|echoes| *echoes -= 1);
    }

    /// Has the bot send a message of its own to a person, until a node says that it is kept.
    pub(crate) async fn until_sent(&self, to: usize, number: u64) {
        let path = format!("send/{}/{number}", id(to));
        while self.asked(&path).await != Some(StatusCode::OK) {
            sleep(AGAIN).await;
        }
    }

    /// Replays a message that was refused, until a node says that it did so or the message has come. There is no dead
    /// letter to replay while the refusal is not noted, and again when the answer to a replay was lost.
    pub(crate) async fn until_replayed(&self, to: usize, key: &str) {
        let path = format!("replay/{}/{key}", conversation(to));
        while self.ledger.person(to).is_owed_again(key) && self.asked(&path).await != Some(StatusCode::OK) {
            sleep(10 * AGAIN).await;
        }
    }

    /// What a node answers to a request from outside.
    async fn asked(&self, path: &str) -> Option<StatusCode> {
        let port = self.node().await.outside;
        let asked = self.client.post(format!("http://127.0.0.1:{port}/{path}"));
        asked.send().await.ok().map(|answer| answer.status())
    }

    /// Whether no more echoes leave.
    pub(crate) fn is_quiet(&self) -> bool {
        self.is_quiet.load(Ordering::Relaxed)
    }

    /// Lets no more echoes leave, and waits for those on their way. What is said after that is the last thing
    /// in its conversation.
    pub(crate) async fn quiet(&self) {
        self.is_quiet.store(true, Ordering::Relaxed);
        let mut echoes = self.echoes.subscribe();
        let arrived = echoes.wait_for(|echoes| *echoes == 0).await;
        arrived.expect("the sender is a field of this");
    }

    /// Whether a node acknowledged the body.
    async fn once(&self, body: &str, signature: &str) -> bool {
        let port = self.node().await.webhook;
        let request = self
            .client
            .post(format!("http://127.0.0.1:{port}/webhook"))
            .header("content-type", "application/json")
            .header("x-hub-signature-256", signature)
            .body(body.to_owned());
        request.send().await.is_ok_and(|answer| answer.status() == 200)
    }

    /// Whether the node answers the handshake.
    pub(crate) async fn is_up(&self, port: u16) -> bool {
        let token = messenger_crash::VERIFY_TOKEN;
        let url = format!(
            "http://127.0.0.1:{port}/webhook?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1"
        );
        self.client
            .get(url)
            .send()
            .await
            .is_ok_and(|answer| answer.status() == 200)
    }
}

/// The number of a person by their id.
pub(crate) fn person(id: &str) -> Option<usize> {
    let number = usize::try_from(id.parse::<u64>().ok()?.checked_sub(PERSON)?).ok()?;
    (number != COMMENTS).then_some(number)
}

/// The id of a person by their number.
pub(crate) fn id(person: usize) -> String {
    (PERSON + person as u64).to_string()
}

/// What the bot calls a conversation from outside.
fn conversation(person: usize) -> String {
    if person == COMMENTS {
        "page".to_owned()
    } else {
        id(person)
    }
}

/// The id of the comment with a number, and the other way round.
fn comment_id(number: &str) -> String {
    format!("c_{number}")
}
pub(crate) fn comment(id: &str) -> Option<&str> {
    id.strip_prefix("c_")
}

/// The id of the person who wrote the comment with a number.
pub(crate) fn author(number: &str) -> String {
    let number: u64 = number.parse().unwrap_or_default();
    (PERSON + 1 + number % AUTHORS).to_string()
}

/// A body with what people say and comments, in order.
pub(crate) fn body(said: &[Said]) -> String {
    let entry = |said: &Said| {
        if said.person == COMMENTS {
            json!({"id": PAGE, "time": now(), "changes": [comments(&said.text)]})
        } else {
            json!({"id": PAGE, "time": now(), "messaging": [says(said.person, &said.text)]})
        }
    };
    posted(&said.iter().map(entry).collect::<Vec<_>>())
}

/// What a person says. A message's id is made of the person and of what they say, which is unique.
fn says(person: usize, text: &str) -> Value {
    let id = id(person);
    json!({
        "sender": {"id": id}, "recipient": {"id": PAGE}, "timestamp": now(),
        "message": {"mid": format!("m_{id}_{}", text.replace(' ', "_")), "text": text},
    })
}

/// A comment on the page.
fn comments(text: &str) -> Value {
    let number = text.split(' ').nth(1).unwrap_or_default();
    json!({"field": "feed", "value": {
        "item": "comment", "verb": "add", "comment_id": comment_id(number), "post_id": format!("{PAGE}_1"),
        "from": {"id": author(number), "name": "Somebody"}, "message": text, "created_time": now() / 1000,
    }})
}

/// A body with the echo of a message. That of a private reply names the person, as all do.
fn echo(person: usize, key: &str, text: &str) -> String {
    let to = if person == COMMENTS {
        author(text.split(' ').nth(1).unwrap_or_default())
    } else {
        id(person)
    };
    let item = json!({
        "sender": {"id": PAGE}, "recipient": {"id": to}, "timestamp": now(),
        "message": {
            "mid": format!("m_{key}"), "is_echo": true, "app_id": APP_ID.parse::<u64>().ok(),
            "metadata": key, "text": text,
        },
    });
    posted(&[json!({"id": PAGE, "time": now(), "messaging": [item]})])
}

fn posted(entries: &[Value]) -> String {
    json!({"object": "page", "entry": entries}).to_string()
}

/// The time in milliseconds, as the platform gives it.
fn now() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
