//! A bot on real sockets against everything that is not a well-behaved platform.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, Instant, SystemTime},
};

use messenger_runtime::{config::ConfigBuilder, event::Kind, prelude::*, store::MemoryStore};
use messenger_tests::{
    Stage, sign,
    stage::{PAGE, SECRET, millis},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What the bot saw, in the order in which it saw it.
type Log = Arc<Mutex<Vec<Seen>>>;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Seen {
    person: String,
    what: String,
}

bot! {
    /// Writes down what it sees.
    Witness(Log);
    see,
}

#[on_event]
async fn see(event: Event<'_>, user: User, State(log): State<Log>) {
    // A turn that takes its time would show overlaps and overtaking.
    tokio::time::sleep(Duration::from_micros(50)).await;
    let what = match event.kind() {
        Kind::Text(message) => format!("text {}", message.mid.as_deref().unwrap_or_default()),
        Kind::MessageEdit(edit) => format!("edit {}", edit.mid.as_deref().unwrap_or_default()),
        Kind::Reaction(reaction) => format!("reaction {}", reaction.mid.as_deref().unwrap_or_default()),
        other => other.name().to_owned(),
    };
    log.lock().expect("no panic under the lock").push(Seen {
        person: user.id().to_owned(),
        what,
    });
}

async fn witness(store: MemoryStore) -> (Stage, Log) {
    let log = Log::default();
    let state = Arc::clone(&log);
    (
        Stage::of(Witness::with(async move || state).store(store)).await,
        log,
    )
}

fn body(person: usize, mut item: Value) -> Vec<u8> {
    item["sender"] = json!({"id": person.to_string()});
    item["recipient"] = json!({"id": PAGE});
    // The same for all: what comes again is the same to the byte.
    static BEGIN: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);
    item["timestamp"] = millis(*BEGIN);
    json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]})
        .to_string()
        .into_bytes()
}

fn hello(person: usize, mid: &str) -> Vec<u8> {
    body(person, json!({"message": {"mid": mid, "text": "hello"}}))
}

#[tokio::test]
async fn what_is_not_signed_changes_nothing() {
    let (stage, log) = witness(MemoryStore::new()).await;
    let good = hello(1, "m_forged");
    let right = sign::sha256(SECRET, &good);
    let client = reqwest::Client::new();
    let post = |headers: Vec<(&'static str, String)>| {
        let mut request = client.post(stage.url()).body(good.clone());
        for (name, value) in headers {
            request = request.header(name, value);
        }
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    let forged = [
        vec![("x-hub-signature-256", sign::sha256("another secret", &good))],
        vec![("x-hub-signature-256", sign::sha256(SECRET, b"another body"))],
        vec![],
        vec![("x-hub-signature-256", right[..right.len() - 1].to_owned())],
        vec![("x-hub-signature-256", format!("{right}0"))],
        vec![("x-hub-signature-256", right.to_uppercase())],
        vec![("x-hub-signature-256", right.replace("sha256=", ""))],
        vec![("x-hub-signature-256", "sha256=".to_owned())],
        vec![("x-hub-signature", sign::sha1(SECRET, &good))],
        vec![("x-hub-signature", right.clone())],
    ];
    for headers in forged {
        let status = post(headers.clone()).await;
        assert!((401..=403).contains(&status), "{headers:?} got {status}");
    }
    for method in ["PUT", "DELETE", "PATCH"] {
        let request = client
            .request(method.parse().expect("a method"), stage.url())
            .header("x-hub-signature-256", &right)
            .body(good.clone());
        assert_eq!(
            request.send().await.expect("an answer").status().as_u16(),
            405,
            "{method}"
        );
    }
    stage.quiet().await;
    assert_eq!(stage.handle.counts().received, 0);
    assert!(log.lock().expect("log").is_empty());

    // The control: the same body with its right signature is handled.
    assert_eq!(post(vec![("x-hub-signature-256", right)]).await, 200);
    stage.quiet().await;
    assert_eq!(log.lock().expect("log").len(), 1);
}

/// 1,200 distinct events of 20 people (a message, an edit of it and a reaction to it), most of them more than
/// once, in an order drawn from `seed`.
fn deliveries(seed: u64) -> Vec<(usize, Value)> {
    let mut state = seed;
    let mut random = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    let mut all = Vec::new();
    for number in 0..400 {
        let (person, mid) = (number % 20, format!("m_{number}"));
        for event in [
            json!({"message": {"mid": mid, "text": "hello"}}),
            json!({"message_edit": {"mid": mid, "text": "hello!", "num_edit": 1}}),
            json!({"reaction": {"mid": mid, "action": "react", "reaction": "love", "emoji": "x"}}),
        ] {
            for _ in 0..=random(3) {
                all.push((person, event.clone()));
            }
        }
    }
    for index in (1..all.len()).rev() {
        all.swap(index, random(index + 1));
    }
    all
}

fn name(event: &Value) -> String {
    let (kind, key) = [
        ("text", "message"),
        ("edit", "message_edit"),
        ("reaction", "reaction"),
    ]
    .into_iter()
    .find(|(_, key)| event.get(key).is_some())
    .expect("one of the three");
    format!("{kind} {}", event[key]["mid"].as_str().expect("a mid"))
}

fn by_person(seen: impl IntoIterator<Item = Seen>) -> HashMap<String, Vec<String>> {
    let mut map: HashMap<String, Vec<String>> = HashMap::new();
    for Seen { person, what } in seen {
        map.entry(person).or_default().push(what);
    }
    map
}

async fn deliver(store: MemoryStore) -> (Vec<(usize, Value)>, Vec<Seen>) {
    let (stage, log) = witness(store).await;
    let all = deliveries(7);
    assert!(all.len() >= 2_000, "{} deliveries", all.len());
    let client = reqwest::Client::new();
    for (person, event) in &all {
        let body = body(*person, event.clone());
        let request = client
            .post(stage.url())
            .header("x-hub-signature-256", sign::sha256(SECRET, &body))
            .body(body);
        assert_eq!(request.send().await.expect("an answer").status().as_u16(), 200);
    }
    stage.quiet().await;
    let seen = log.lock().expect("log").clone();
    (all, seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duplicated_and_shuffled_deliveries_are_handled_once_each_and_in_order() {
    let (all, seen) = deliver(MemoryStore::new()).await;
    let mut known = HashSet::new();
    let first = all.iter().map(|(person, event)| Seen {
        person: person.to_string(),
        what: name(event),
    });
    let expected = by_person(first.filter(|seen| known.insert(seen.clone())));
    assert_eq!(known.len(), 1_200);
    assert_eq!(by_person(seen), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_memory_for_duplicates_they_are_handled_again() {
    let (all, seen) = deliver(MemoryStore::new().duplicate_window(0)).await;
    assert_eq!(seen.len(), all.len(), "the control of the test above");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_event_on_many_connections_at_once_is_handled_once() {
    let (stage, log) = witness(MemoryStore::new()).await;
    let stage = Arc::new(stage);
    let posts = (0..400).map(|number| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move { stage.post(&hello(1, &format!("m_{}", number % 10))).await })
    });
    for post in posts.collect::<Vec<_>>() {
        assert_eq!(post.await.expect("no panic"), 200);
    }
    stage.quiet().await;
    assert_eq!(log.lock().expect("log").len(), 10);
}

/// Sends `start`, then nothing, and gives how long the server kept the connection.
async fn kept_open(address: &str, start: &str) -> Duration {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream
        .write_all(start.as_bytes())
        .await
        .expect("the start is taken");
    let begun = Instant::now();
    let mut rest = Vec::new();
    // A reset is as good an end as a close.
    let _ = stream.read_to_end(&mut rest).await;
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_a_header_and_half_a_body_are_cut_at_their_deadlines_while_good_traffic_flows() {
    let (stage, log) = witness(MemoryStore::new()).await;
    let address = stage
        .url()
        .trim_start_matches("http://")
        .trim_end_matches("/webhook")
        .to_owned();
    let header = tokio::spawn({
        let address = address.clone();
        async move { kept_open(&address, "POST /webhook HTTP/1.1\r\nHost: x\r\nX-Hub-Sig").await }
    });
    let body = tokio::spawn(async move {
        let start = "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nX-Hub-Signature-256: sha256=SIGNATURE\r\n\r\n{\"obj";
        kept_open(&address, &start.replace("SIGNATURE", &"0".repeat(64))).await
    });
    let mut sent = 0;
    let mut slowest = Duration::ZERO;
    while !(header.is_finished() && body.is_finished()) {
        let begun = Instant::now();
        assert_eq!(stage.post(&hello(sent, &format!("m_{sent}"))).await, 200);
        slowest = slowest.max(begun.elapsed());
        sent += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(sent < 2_000, "the connections are still open");
    }
    let (header, body) = (header.await.expect("no panic"), body.await.expect("no panic"));
    assert!(
        (4.5..8.0).contains(&header.as_secs_f64()),
        "half a header was kept for {header:?}"
    );
    assert!(
        (9.5..14.0).contains(&body.as_secs_f64()),
        "half a body was kept for {body:?}"
    );
    assert!(
        slowest < Duration::from_secs(2),
        "good traffic waited {slowest:?}"
    );
    stage.quiet().await;
    assert_eq!(log.lock().expect("log").len(), sent);
}

#[tokio::test]
async fn an_event_of_a_page_that_is_not_served_is_answered_and_dropped() {
    let log = Log::default();
    let state = Arc::clone(&log);
    let other_page = |settings: ConfigBuilder| settings.page("777", "TOKEN-OF-777");
    let stage = Stage::with(Witness::with(async move || state), other_page, |_| ()).await;
    assert_eq!(stage.post(&hello(1, "m_1")).await, 200);
    stage.quiet().await;
    assert_eq!(
        (stage.handle.counts().foreign, log.lock().expect("log").len()),
        (1, 0)
    );
}

#[tokio::test]
async fn a_full_queue_answers_503_and_the_platforms_retry_is_taken() {
    bot! { Slow; slow }
    #[fallback]
    async fn slow() {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let stage = Stage::of(Slow::stateless().store(MemoryStore::new().queue_bound(1))).await;
    assert_eq!(stage.post(&hello(1, "m_1")).await, 200);
    assert_eq!(stage.post(&hello(2, "m_2")).await, 503);
    stage.quiet().await;
    assert_eq!(stage.post(&hello(2, "m_2")).await, 200);
    stage.quiet().await;
    assert_eq!(stage.handle.counts().handled, 2);
}
