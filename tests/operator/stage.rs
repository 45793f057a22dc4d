//! A bot whose webhook and operator listener are served on real sockets.

use std::{collections::HashMap, sync::Arc, time::Duration};

use messenger_runtime::{
    BotService, Handle,
    event::{Channel, Object},
    prelude::*,
    store::{Cause, Conversation, MemoryStore, NewEvent, StateChange, Store as _, StoredEvent, Turn},
    webhook::{Limits, Server, StopHandle},
};
use messenger_tests::{
    MockGraph, sign,
    stage::{PAGE, PERSON, SECRET, complete, from_person},
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    sync::{Notify, oneshot},
    task::JoinHandle,
};

/// The operator's token.
pub(crate) const TOKEN: &str = "operator-token-of-the-tests";

/// What handlers wait for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(pub(crate) Arc<Notify>);

bot! {
    /// Answers, waits, panics.
    pub(crate) Watched(Gate);
    wait, fall, who, hello,
}

#[on_text(words = ["wait"])]
async fn wait(State(gate): State<Gate>) -> &'static str {
    gate.0.notified().await;
    "waited"
}

#[on_text(words = ["panic"])]
async fn fall() {
    panic!("as it was told to");
}

#[on_text(words = ["who"])]
async fn who(profile: Profile) -> String {
    format!("you are {}", profile.first_name().unwrap_or("nobody"))
}

#[fallback]
async fn hello(text: Text) -> String {
    format!("you said {text}")
}

/// A served bot.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) graph: MockGraph,
    pub(crate) gate: Gate,
    pub(crate) handle: Handle,
    /// Where the webhook and the health paths are.
    pub(crate) public: String,
    /// Where the operator asks.
    pub(crate) operator: String,
    /// Ends the bot, which then drains.
    pub(crate) shutdown: Option<oneshot::Sender<()>>,
    pub(crate) served: JoinHandle<()>,
    stop: StopHandle,
    client: reqwest::Client,
}

impl Watch {
    pub(crate) async fn of(store: MemoryStore) -> Self {
        let (graph, gate) = (MockGraph::start().await, Gate::default());
        let config = complete(&graph).operator_token(TOKEN).build();
        let state = gate.clone();
        let service: BotService<Watched> = Watched::with(async move || state)
            .config(config.expect("complete settings"))
            .store(store)
            .start()
            .await
            .expect("the bot starts");
        let server = Server::bind("127.0.0.1:0").await.expect("a free port");
        let public = format!("http://{}", server.local_addr());
        let operators = Server::bind("127.0.0.1:0").await.expect("a free port");
        let operator = format!("http://{}", operators.local_addr());
        let (stop, handle) = (operators.stop_handle(), service.handle());
        let router = service.operator_router().expect("a token");
        tokio::spawn(async move {
            let _ = operators
                .serve(router, Limits::default(), std::future::pending())
                .await;
        });
        let (shutdown, told) = oneshot::channel();
        let served = tokio::spawn(async move {
            let served = service.serve(server, async { drop(told.await) }).await;
            served.expect("it can be served");
        });
        Self {
            graph,
            gate,
            handle,
            public,
            operator,
            shutdown: Some(shutdown),
            served,
            stop,
            client: reqwest::Client::new(),
        }
    }

    /// Asks as the operator, and gives the status and the document.
    pub(crate) async fn ask(&self, method: Method, path: &str) -> (u16, Value) {
        let (status, text) = self.read(method, path).await;
        (status, serde_json::from_str(&text).expect("a JSON document"))
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(Method::GET, path).await
    }

    pub(crate) async fn read(&self, method: Method, path: &str) -> (u16, String) {
        let request = self.client.request(method, format!("{}{path}", self.operator));
        let answer = request.bearer_auth(TOKEN).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a text"))
    }

    /// The metrics, each with its labels as written.
    pub(crate) async fn metrics(&self) -> HashMap<String, f64> {
        let (status, text) = self.read(Method::GET, "/metrics").await;
        assert_eq!(status, 200, "{text}");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .map(|line| {
                let (name, value) = line.rsplit_once(' ').expect("a value");
                (name.to_owned(), value.parse().expect("a number"))
            })
            .collect()
    }

    /// The person writes; gives the webhook's status.
    pub(crate) async fn says(&self, mid: &str, text: &str) -> u16 {
        self.post(&message(mid, text).to_string(), SECRET).await
    }

    pub(crate) async fn post(&self, body: &str, secret: &str) -> u16 {
        let request = self.client.post(format!("{}/webhook", self.public));
        let request = request.header("x-hub-signature-256", sign::sha256(secret, body.as_bytes()));
        let answer = request.body(body.to_owned()).send().await.expect("an answer");
        answer.status().as_u16()
    }

    /// Waits until what is asked for is so.
    pub(crate) async fn until(&self, what: &str, is_so: impl AsyncFn(&Self) -> bool) {
        let wait = async {
            while !is_so(self).await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait)
            .await
            .expect(what);
    }

    pub(crate) async fn quiet(&self) {
        self.until("the bot comes to rest", async |watch| {
            watch
                .handle
                .backlog()
                .await
                .expect("the store can tell")
                .is_empty()
        })
        .await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

pub(crate) fn message(mid: &str, text: &str) -> Value {
    let item = from_person(json!({"message": {"mid": mid, "text": text}}));
    json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]})
}

pub(crate) fn of(person: &str) -> Conversation {
    Conversation {
        object: Object::Page,
        page: PAGE.into(),
        person: Some(person.into()),
    }
}

/// What the person in the dead letters wrote.
pub(crate) const SECRETLY: &str = "my secret wish";

/// Puts an event of `person` into the store that failed, and lets the conversation remember something.
pub(crate) async fn fail(store: &MemoryStore, person: &str, number: u8) {
    let mut item = from_person(json!({"message": {"mid": format!("dead {number}"), "text": SECRETLY}}));
    item["sender"]["id"] = person.into();
    let event = NewEvent {
        conversation: of(person),
        key: [number; 16],
        event: StoredEvent {
            channel: Channel::Messaging,
            field: None,
            json: item.to_string().into(),
        },
        opens: Some(std::time::SystemTime::now()),
        echoes: None,
    };
    let accepted = store.append(vec![event], 1).await.expect("room");
    let claim = accepted.claims.into_iter().next().expect("nobody else has it");
    let turn = Turn {
        lease: claim.lease,
        state: Some(StateChange::Set(br#"{"likes":"moka"}"#[..].into())),
        rows: Vec::new(),
        timers: Vec::new(),
        unreadable: vec![(
            "half a state".to_owned(),
            Cause::new("MSG603", "it cannot be read"),
        )],
        failed: Some(Cause::new("MSG505", "the handler panicked")),
        send: false,
    };
    store.commit(turn).await.expect("the lease holds");
}

/// A store with two dead letters of the person and two of somebody else.
pub(crate) async fn with_dead_letters() -> MemoryStore {
    let store = MemoryStore::new();
    fail(&store, PERSON, 1).await;
    fail(&store, "300002", 2).await;
    store
}
