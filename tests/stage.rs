//! A bot on a real socket between a platform and a Graph API that both belong to the test.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use messenger_runtime::{
    Bot, BotBuilder, Clock, Handle,
    config::{Config, ConfigBuilder},
    webhook::{Server, StopHandle},
};
use serde_json::{Value, json};

use crate::{MockGraph, sign};

/// The app secret of every stage.
pub const SECRET: &str = "secret-of-the-tests";
/// The verify token of every stage.
pub const VERIFY_TOKEN: &str = "verify-token-of-the-tests";
/// The bot's own app id.
pub const APP_ID: &str = "1001";
/// The page.
pub const PAGE: &str = "20001";
/// The person.
pub const PERSON: &str = "300001";

/// A running bot and what surrounds it.
#[derive(Debug)]
pub struct Stage {
    /// The Graph API that the bot talks to.
    pub graph: MockGraph,
    /// The bot, seen from outside.
    pub handle: Handle,
    /// What time the bot believes it is.
    pub clock: TestClock,
    url: String,
    stop: StopHandle,
    mids: AtomicU64,
}

/// A clock that a test sets.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<Mutex<SystemTime>>);

impl TestClock {
    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().expect("no panic under the lock") += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        *self.0.lock().expect("no panic under the lock")
    }
}

impl Stage {
    /// Starts the bot with the settings of the tests.
    pub async fn of<B: Bot>(bot: BotBuilder<B>) -> Self {
        Self::with(bot, |settings| settings, |_| ()).await
    }

    /// Starts the bot with other settings.
    pub async fn with<B: Bot>(
        bot: BotBuilder<B>,
        settings: impl FnOnce(ConfigBuilder) -> ConfigBuilder,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let graph = MockGraph::start().await;
        let clock = TestClock(Arc::new(Mutex::new(SystemTime::now())));
        let mut config = settings(complete(&graph)).build().expect("complete settings");
        config.clock = Arc::new(clock.clone());
        change(&mut config);
        let limits = config.webhook.limits.clone();
        let service = bot.config(config).start().await.expect("the bot starts");
        let server = Server::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/webhook", server.local_addr());
        let (stop, handle) = (server.stop_handle(), service.handle());
        let router = service.router().expect("a secret and a token");
        tokio::spawn(async move {
            let _ = server.serve(router, limits, std::future::pending()).await;
            service.drain().await;
        });
        Self {
            graph,
            handle,
            clock,
            url,
            stop,
            mids: AtomicU64::new(1),
        }
    }

    /// The URL of the webhook.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Posts a body as the platform does and gives the status.
    pub async fn post(&self, body: &[u8]) -> u16 {
        let response = reqwest::Client::new()
            .post(&self.url)
            .header("content-type", "application/json")
            .header("x-hub-signature-256", sign::sha256(SECRET, body))
            .body(body.to_vec())
            .send()
            .await
            .expect("the server answers");
        response.status().as_u16()
    }

    /// Posts one item of the `messaging` array and waits until the bot is quiet.
    pub async fn event(&self, item: Value) {
        self.entry("messaging", item).await;
    }

    /// Posts one item of the `standby` array and waits until the bot is quiet.
    pub async fn standby(&self, item: Value) {
        self.entry("standby", item).await;
    }

    /// Posts one item of an array of an entry and waits until the bot is quiet.
    pub async fn entry(&self, channel: &str, item: Value) {
        let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, channel: [item]}]});
        assert_eq!(self.post(body.to_string().as_bytes()).await, 200);
        self.quiet().await;
    }

    /// The person writes.
    pub async fn says(&self, text: &str) {
        self.message(json!({"text": text})).await;
    }

    /// The person sends a message; its `mid` is new.
    pub async fn message(&self, mut message: Value) {
        message["mid"] = json!(self.mid());
        let mut item = from_person(json!({"message": message}));
        item["timestamp"] = millis(self.clock.now());
        self.event(item).await;
    }

    /// The person taps a button.
    pub async fn taps(&self, payload: &str) {
        self.event(from_person(
            json!({"postback": {"mid": self.mid(), "title": "A button", "payload": payload}}),
        ))
        .await;
    }

    /// A message id that was not used before.
    pub fn mid(&self) -> String {
        format!("m_{}", self.mids.fetch_add(1, Ordering::Relaxed))
    }

    /// Waits until every event is handled and every message sent.
    pub async fn quiet(&self) {
        let until_quiet = async {
            loop {
                let backlog = self.handle.backlog().await.expect("the store can tell");
                if backlog.events == 0 && backlog.rows == 0 {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), until_quiet)
            .await
            .expect("the bot comes to rest");
    }

    /// The texts sent so far; forgets nothing.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.graph.texts()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

/// The settings of every stage, for a bot that talks to `graph`.
pub fn complete(graph: &MockGraph) -> ConfigBuilder {
    Config::builder()
        .access_token("PAGE-TOKEN")
        .app_id(APP_ID)
        .app_secret(SECRET)
        .verify_token(VERIFY_TOKEN)
        .graph_origin(graph.origin())
}

/// A time in the milliseconds of a webhook.
///
/// # Panics
///
/// Before 1970.
#[must_use]
pub fn millis(time: SystemTime) -> Value {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    json!(u64::try_from(since.as_millis()).expect("before the year 500 million"))
}

/// An item from the person to the page, of this moment.
#[must_use]
pub fn from_person(mut item: Value) -> Value {
    item["sender"] = json!({"id": PERSON});
    item["recipient"] = json!({"id": PAGE});
    item["timestamp"] = millis(SystemTime::now());
    item
}

/// A body with one item of the `messaging` array, in which `person` writes `text`.
#[must_use]
pub fn text_body(person: &str, mid: &str, text: &str) -> String {
    let mut item = from_person(json!({"message": {"mid": mid, "text": text}}));
    item["sender"]["id"] = json!(person);
    json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]}).to_string()
}

/// Waits until it is so.
///
/// # Panics
///
/// It does not come to it within 20 seconds.
pub async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .unwrap_or_else(|_| panic!("it never came to: {what}"));
}

/// An echo of what `app` sent to the person.
#[must_use]
pub fn echo(app: &str, mid: &str, text: &str) -> Value {
    json!({
        "sender": {"id": PAGE},
        "recipient": {"id": PERSON},
        "timestamp": 1_700_000_000_000_u64,
        "message": {"mid": mid, "is_echo": true, "app_id": app.parse::<u64>().ok(), "text": text},
    })
}
