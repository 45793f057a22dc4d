//! Several nodes on one store: whatever the platform delivers, however often, in whatever order and to whichever
//! node, each event is handled once.
//!
//! The bodies are those of the corpus; `WEBHOOK_CORPUS` names another one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use fail::FailScenario;
use futures_util::{StreamExt as _, stream};
use messenger_runtime::{
    Bot, BotBuilder, Handle,
    event::Object,
    graph::Pacing,
    prelude::*,
    store::{MemoryStore, PostgresStore, Store},
    webhook::{Server, StopHandle},
};
use messenger_tests::{
    MockGraph, PostgresServer,
    corpus_expect::{events, webhooks},
    sign,
    stage::{SECRET, complete, text_body},
};

const NODES: usize = 3;
/// Each body is delivered at least once and at most so often.
const MOST: usize = 50;
/// How many requests are under way at a time.
const AT_ONCE: usize = 16;

/// What an event is known by here: all that it came with.
type Identity = (&'static str, String, &'static str, Option<String>, String);

/// How often each event was handled.
type Handled = Arc<Mutex<BTreeMap<Identity, usize>>>;

bot! {
    /// Counts how often each event comes.
    Counter(Handled);
    count,
}

#[on_event]
#[on_echo]
#[on_standby]
#[on_pass_thread_control]
#[on_take_thread_control]
#[on_request_thread_control]
#[on_app_roles]
async fn count(event: Event<'_>, State(handled): State<Handled>) {
    *lock(&handled).entry(identity(&event)).or_default() += 1;
}

fn identity(event: &Event<'_>) -> Identity {
    (
        match event.object() {
            Object::Page => "page",
            Object::Instagram => "instagram",
        },
        event.page().to_owned(),
        event.channel().as_str(),
        event.field().map(str::to_owned),
        event.raw().as_str().to_owned(),
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A node, and how to end it.
struct Node {
    url: String,
    handle: Handle,
    stop: StopHandle,
}

impl Node {
    async fn start(store: Arc<dyn Store>, graph: &MockGraph, handled: &Handled) -> Self {
        let state = Arc::clone(handled);
        Self::of(Counter::with(async move || state), store, graph).await
    }

    async fn of<B: Bot>(bot: BotBuilder<B>, store: Arc<dyn Store>, graph: &MockGraph) -> Self {
        let mut config = complete(graph).build().expect("complete settings");
        // Nobody is left to somebody else, who writes in many bodies of the corpus.
        config.human_pause = Duration::ZERO;
        let limits = config.webhook.limits.clone();
        let service = bot
            .config(config)
            .store(store)
            .pacing(Pacing::off())
            .start()
            .await
            .expect("it starts");
        let server = Server::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/webhook", server.local_addr());
        let (stop, handle) = (server.stop_handle(), service.handle());
        let router = service.router().expect("a secret and a token");
        tokio::spawn(async move {
            let _ = server.serve(router, limits, std::future::pending()).await;
            service.drain().await;
        });
        Self { url, handle, stop }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop.stop();
    }
}

/// The bodies of the corpus, in which no two share a message id.
fn bodies() -> Vec<String> {
    let cases = webhooks();
    let served = cases.iter().filter(|case| !case.expect.is_ignored());
    served
        .map(|case| with_own_mids(case.body.get(), &case.id))
        .collect()
}

/// Puts `prefix` before every `mid` of a body, and leaves everything else to the byte.
fn with_own_mids(body: &str, prefix: &str) -> String {
    let mut parts = body.split("\"mid\"");
    let mut own = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        own.push_str("\"mid\"");
        let value = part
            .find(|c: char| c != ':' && !c.is_whitespace())
            .unwrap_or(part.len());
        let (colon, value) = part.split_at(value);
        own.push_str(colon);
        if let Some(rest) = value.strip_prefix('"') {
            own.push('"');
            own.push_str(prefix);
            own.push('-');
            own.push_str(rest);
        } else {
            own.push_str(value);
        }
    }
    own
}

/// What came of delivering the corpus.
struct Outcome {
    distinct: usize,
    deliveries: usize,
    handled: BTreeMap<Identity, usize>,
    wrong: usize,
}

/// Delivers every body 1 to [`MOST`] times in any order to nodes on the `stores`.
async fn deliver(stores: Vec<Arc<dyn Store>>) -> Outcome {
    let (graph, handled) = (MockGraph::start().await, Handled::default());
    let mut nodes = Vec::new();
    for store in stores {
        nodes.push(Node::start(store, &graph, &handled).await);
    }
    let bodies = bodies();
    let distinct: BTreeSet<Identity> = bodies
        .iter()
        .flat_map(|body| events(body.as_bytes()).iter().map(identity).collect::<Vec<_>>())
        .collect();
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut deliveries: Vec<&str> = bodies
        .iter()
        .flat_map(|body| std::iter::repeat_n(body.as_str(), random.usize(1..=MOST)))
        .collect();
    random.shuffle(&mut deliveries);
    let client = reqwest::Client::new();
    stream::iter(&deliveries)
        .for_each_concurrent(AT_ONCE, |body| {
            let url = &nodes[random.usize(..nodes.len())].url;
            post(&client, url, body)
        })
        .await;
    for node in &nodes {
        let until_quiet = async {
            while !node
                .handle
                .backlog()
                .await
                .expect("the store can tell")
                .is_empty()
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), until_quiet)
            .await
            .expect("the nodes come to rest");
    }
    let handled = lock(&handled).clone();
    let wrong = distinct
        .iter()
        .filter(|event| handled.get(event) != Some(&1))
        .chain(handled.keys().filter(|event| !distinct.contains(event)))
        .count();
    Outcome {
        distinct: distinct.len(),
        deliveries: deliveries.len(),
        handled,
        wrong,
    }
}

async fn post(client: &reqwest::Client, url: &str, body: &str) {
    let request = client
        .post(url)
        .header("content-type", "application/json")
        .header("x-hub-signature-256", sign::sha256(SECRET, body.as_bytes()))
        .body(body.to_owned());
    let status = request.send().await.expect("an answer").status();
    assert_eq!(status, 200);
}

impl Outcome {
    /// How often handlers ran.
    fn runs(&self) -> usize {
        self.handled.values().sum()
    }

    fn report(&self, store: &str) {
        println!(
            "{store}: {} deliveries of {} events to {NODES} nodes, handled {} times, {} wrong",
            self.deliveries,
            self.distinct,
            self.runs(),
            self.wrong
        );
    }

    fn assert_each_once(&self, store: &str) {
        self.report(store);
        assert!(
            self.deliveries > self.distinct,
            "a delivery that is not repeated proves nothing"
        );
        let wrong: Vec<_> = self
            .handled
            .iter()
            .filter(|(_, times)| **times != 1)
            .take(3)
            .collect();
        assert_eq!((self.wrong, self.runs()), (0, self.distinct), "{wrong:?}");
    }

    /// The rig itself: with the guarantee taken away it must see copies.
    fn assert_noticed(&self, store: &str) {
        self.report(store);
        assert!(
            self.wrong > 0 && self.runs() > self.distinct,
            "{store}: nobody noticed"
        );
    }
}

/// A connection of its own for each node, to tables that nobody has used.
async fn shared_database(server: &PostgresServer) -> Vec<Arc<dyn Store>> {
    let schema = server.schema();
    let mut stores: Vec<Arc<dyn Store>> = Vec::new();
    for _ in 0..NODES {
        let store = PostgresStore::at(server.url()).schema(&schema);
        stores.push(Arc::new(store.connect().await.expect("the server of this test")));
    }
    stores
}

fn shared_memory() -> Vec<Arc<dyn Store>> {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    vec![store; NODES]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_on_one_memory_handle_each_event_once() {
    let scenario = FailScenario::setup();
    deliver(shared_memory()).await.assert_each_once("memory");
    scenario.teardown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_keys_of_duplicates_it_shows() {
    let scenario = FailScenario::setup();
    fail::cfg("memory.dedup", "return").expect("an action");
    deliver(shared_memory()).await.assert_noticed("memory, dedup off");
    scenario.teardown();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_nodes_on_one_postgres_handle_each_event_once() {
    let Some(server) = PostgresServer::for_test("nodes on PostgreSQL") else {
        return;
    };
    let scenario = FailScenario::setup();
    deliver(shared_database(&server).await)
        .await
        .assert_each_once("postgres");
    fail::cfg("postgres.dedup", "return").expect("an action");
    deliver(shared_database(&server).await)
        .await
        .assert_noticed("postgres, dedup off");
    scenario.teardown();
}

bot! {
    /// Answers each text with itself.
    Parrot;
    repeat,
}

#[on_text]
async fn repeat(text: Text) -> Reply {
    Reply::text(&*text)
}

/// Events per second that two nodes on one PostgreSQL take in, handle and answer, and how long the platform waits for its
/// 200. Everything runs on this machine: nodes, server, platform and Graph API.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: cargo test --release -p messenger-tests --test nodes -- --ignored --nocapture"]
async fn throughput_of_two_nodes() {
    let Some(server) = PostgresServer::for_test("throughput of two nodes") else {
        return;
    };
    let connections: usize = std::env::var("CONNECTIONS")
        .ok()
        .and_then(|given| given.parse().ok())
        .unwrap_or(64);
    let graph = MockGraph::start().await;
    let mut nodes = Vec::new();
    for store in shared_database(&server).await.into_iter().take(2) {
        nodes.push(Node::of(Parrot::stateless(), store, &graph).await);
    }
    let client = reqwest::Client::new();
    for (round, seconds) in [(0, 2), (1, 8)] {
        let begin = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for connection in 0..connections {
            let (client, url) = (client.clone(), nodes[connection % 2].url.clone());
            tasks.spawn(async move {
                let mut waits = Vec::new();
                while begin.elapsed() < Duration::from_secs(seconds) {
                    let mid = format!("m{round}-{connection}-{}", waits.len());
                    let body = text_body(&format!("p{connection}-{}", waits.len() % 500), &mid, "hello");
                    let asked = Instant::now();
                    post(&client, &url, &body).await;
                    waits.push(asked.elapsed());
                }
                waits
            });
        }
        let mut waits = tasks.join_all().await.concat();
        while !nodes[0]
            .handle
            .backlog()
            .await
            .expect("the store can tell")
            .is_empty()
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let took = begin.elapsed();
        waits.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let rate = waits.len() as f64 / took.as_secs_f64();
        println!(
            "{connections} connections: {} events in {took:.1?}: {rate:.0}/s, ack p50 {:.1?}, p99 {:.1?}",
            waits.len(),
            waits[waits.len() / 2],
            waits[waits.len() * 99 / 100]
        );
    }
}
