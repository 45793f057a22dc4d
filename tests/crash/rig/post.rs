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
use serde_json::{Value, json};
use tokio::{sync::watch, time::sleep};

use crate::ledger::{Counts, Ledger};

/// How long an answer may take before the body is posted again.
const PATIENCE: Duration = Duration::from_secs(3);
/// The wait before a body is posted again.
const AGAIN: Duration = Duration::from_millis(10);
/// What the ids of the people begin with; the rest is their number.
const PERSON: u64 = 300_000;

/// Posts to whichever node is up.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    client: reqwest::Client,
    /// The ports of the nodes that are up.
    nodes: watch::Sender<Vec<u16>>,
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

    /// A node listens from now on.
    pub(crate) fn up(&self, port: u16) {
        self.nodes.send_modify(|nodes| nodes.push(port));
    }

    /// A node listens no more.
    pub(crate) fn down(&self, port: u16) {
        self.nodes.send_modify(|nodes| nodes.retain(|up| *up != port));
    }

    /// The nodes in turn, as soon as there is one.
    async fn node(&self) -> u16 {
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
        let port = self.node().await;
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
    usize::try_from(id.parse::<u64>().ok()?.checked_sub(PERSON)?).ok()
}

/// The id of a person by their number.
pub(crate) fn id(person: usize) -> String {
    (PERSON + person as u64).to_string()
}

/// A body with what a person says. A message's id is made of the person and of what they say, which is unique.
pub(crate) fn says(person: usize, texts: &[String]) -> String {
    let id = id(person);
    let item = |text: &String| {
        json!({
            "sender": {"id": id}, "recipient": {"id": PAGE}, "timestamp": now(),
            "message": {"mid": format!("m_{id}_{}", text.replace(' ', "_")), "text": text},
        })
    };
    body(&texts.iter().map(item).collect::<Vec<_>>())
}

/// A body with the echo of a message.
fn echo(person: usize, key: &str, text: &str) -> String {
    let item = json!({
        "sender": {"id": PAGE}, "recipient": {"id": id(person)}, "timestamp": now(),
        "message": {
            "mid": format!("m_{key}"), "is_echo": true, "app_id": APP_ID.parse::<u64>().ok(),
            "metadata": key, "text": text,
        },
    });
    body(&[item])
}

fn body(items: &[Value]) -> String {
    json!({"object": "page", "entry": [{"id": PAGE, "time": now(), "messaging": items}]}).to_string()
}

/// The time in milliseconds, as the platform gives it.
fn now() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
