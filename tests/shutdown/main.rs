//! How a bot stops: told to, to be replaced by another one, or because its store is broken.

mod rolling;

use std::{
    process::Stdio,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use messenger_runtime::{
    BotService, Handle, StartError,
    graph::Pacing,
    prelude::*,
    store::{Backlog, Store as _, StoreError},
    webhook::Server,
};
use messenger_tests::{
    MockGraph,
    faulty::{FaultyStore, Op},
    graph::Fate,
    sign,
    stage::{PERSON, SECRET, complete, text_body, until},
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    sync::{Semaphore, oneshot},
    task::JoinHandle,
};

/// What the handlers note for their test.
#[derive(Clone, Debug)]
struct Notes {
    /// Who wrote what, in the order of the handlers.
    handled: Arc<Mutex<Vec<(String, String)>>>,
    begun: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
}

impl Default for Notes {
    fn default() -> Self {
        Self {
            handled: Arc::default(),
            begun: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        }
    }
}

bot! {
    /// Notes what it is told.
    Clerk(Notes);
    waits, hangs, notes,
}

#[on_text(words = ["wait"])]
async fn waits(State(notes): State<Notes>) -> &'static str {
    notes.begun.fetch_add(1, Ordering::SeqCst);
    notes.gate.acquire().await.expect("it is never closed").forget();
    "waited"
}

#[on_text(words = ["hang"])]
async fn hangs(State(notes): State<Notes>) {
    notes.begun.fetch_add(1, Ordering::SeqCst);
    std::future::pending::<()>().await;
}

#[fallback]
async fn notes(user: User, text: Text, State(notes): State<Notes>) -> String {
    // Time for a stop to come in between.
    tokio::time::sleep(Duration::from_millis(1)).await;
    let mut handled = notes.handled.lock().expect("no panic under the lock");
    handled.push((user.id().to_owned(), text.as_str().to_owned()));
    format!("{} {}", user.id(), text.as_str())
}

/// A bot on a socket of its own.
struct Served {
    url: String,
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<Result<(), StartError>>,
}

async fn service(graph: &MockGraph, notes: &Notes, store: &FaultyStore, turns: usize) -> BotService<Clerk> {
    let notes = notes.clone();
    let mut config = complete(graph).build().expect("complete settings");
    config.concurrent_turns = turns;
    config.turn_timeout = Duration::from_secs(120);
    let bot = Clerk::with(async move || notes)
        .store(store.clone())
        .pacing(Pacing::off());
    bot.config(config).start().await.expect("the bot starts")
}

impl Served {
    async fn start(graph: &MockGraph, notes: &Notes, store: &FaultyStore, turns: usize) -> Self {
        let service = service(graph, notes, store, turns).await;
        let server = Server::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/webhook", server.local_addr());
        let (stop, stopped) = oneshot::channel::<()>();
        let handle = service.handle();
        let serving = tokio::spawn(async move {
            let told = async {
                if stopped.await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            service.serve(server, told).await
        });
        Self {
            url,
            handle,
            stop: Some(stop),
            serving,
        }
    }

    fn tell_to_stop(&mut self) {
        let stop = self.stop.take().expect("it is told once");
        stop.send(()).expect("it serves");
    }

    async fn stop(mut self) -> Result<(), StartError> {
        self.tell_to_stop();
        self.ended().await
    }

    async fn ended(self) -> Result<(), StartError> {
        let ended = tokio::time::timeout(Duration::from_secs(45), self.serving).await;
        ended.expect("it ends").expect("it does not panic")
    }

    async fn post(&self, person: &str, mid: &str, text: &str) -> reqwest::Response {
        post(&reqwest::Client::new(), &self.url, &text_body(person, mid, text))
            .await
            .expect("an answer")
    }
}

async fn post(client: &reqwest::Client, url: &str, body: &str) -> reqwest::Result<reqwest::Response> {
    let request = client
        .post(url)
        .header("x-hub-signature-256", sign::sha256(SECRET, body.as_bytes()))
        .body(body.to_owned());
    request.send().await
}

fn broken() -> StoreError {
    StoreError::Broken("a write could not be made durable".into())
}

#[tokio::test]
async fn a_store_that_breaks_at_an_append_ends_the_bot_and_nothing_more_is_acknowledged() {
    let (graph, notes, store) = (MockGraph::start().await, Notes::default(), FaultyStore::default());
    store.fail(Op::Append, [broken()]);
    let service = service(&graph, &notes, &store, 4).await;
    let app = service.router().expect("a secret and a token");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let url = format!("http://{}/webhook", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let client = reqwest::Client::new();
    for number in 0..3 {
        let body = text_body(PERSON, &format!("m{number}"), "hello");
        let answer = post(&client, &url, &body).await.expect("an answer");
        assert_eq!(answer.status(), 500, "request {number}");
    }
    assert_eq!(store.calls(Op::Append), 1, "it is not asked again");
    let failed = tokio::time::timeout(Duration::from_secs(10), service.failed()).await;
    assert_eq!(failed.expect("the program is told"), broken());
}

#[tokio::test]
async fn a_store_that_breaks_at_a_commit_ends_the_bot_too() {
    let (graph, notes, store) = (MockGraph::start().await, Notes::default(), FaultyStore::default());
    let served = Served::start(&graph, &notes, &store, 4).await;
    store.fail(Op::Commit, [broken()]);
    assert_eq!(served.post(PERSON, "m1", "hello").await.status(), 200);
    let ended = served.ended().await;
    assert!(
        matches!(&ended, Err(StartError::Broken(error)) if *error == broken()),
        "{ended:?}"
    );
    assert!(graph.texts().is_empty());
    let left = store.memory.backlog().await.expect("memory can be read");
    assert_eq!(left.events, 1, "what was acknowledged is there");
    assert_eq!(store.calls(Op::Close), 1);
}

#[tokio::test]
async fn a_program_whose_store_breaks_says_so_and_ends_with_1() {
    let mut program = tokio::process::Command::new(env!("CARGO_BIN_EXE_broken-store"))
        .args(["serve", "--addr", "localhost:0"])
        .env_clear()
        .envs([
            ("MESSENGER_ACCESS_TOKEN", "PAGE-TOKEN"),
            ("MESSENGER_APP_SECRET", SECRET),
            ("MESSENGER_VERIFY_TOKEN", "a-long-random-word"),
            ("MESSENGER_APP_ID", "1001"),
            ("MESSENGER_OPERATOR_ADDR", "off"),
        ])
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let mut log = BufReader::new(program.stderr.take().expect("its log is a pipe")).lines();
    let url = loop {
        let line = log.next_line().await.expect("the log is text");
        let line = line.expect("it serves before it ends");
        if let Some((_, url)) = line.split_once(" serves ") {
            break url.to_owned();
        }
    };
    let answer = post(&reqwest::Client::new(), &url, &text_body(PERSON, "m1", "hello")).await;
    assert_eq!(answer.expect("an answer").status(), 500);
    let rest = async {
        let mut rest = String::new();
        while let Some(line) = log.next_line().await.expect("the log is text") {
            rest = rest + &line + "\n";
        }
        (program.wait().await.expect("it ends"), rest)
    };
    let (ended, rest) = tokio::time::timeout(Duration::from_secs(30), rest)
        .await
        .expect("it ends by itself");
    assert_eq!(ended.code(), Some(1), "{rest}");
    let last = rest.lines().last().unwrap_or_default();
    assert!(
        last.contains("MSG023") && last.contains("MSG607") && last.contains("its disk is gone"),
        "{rest}"
    );
}

#[tokio::test]
async fn a_store_that_is_away_for_a_while_ends_nothing() {
    let (graph, notes, store) = (MockGraph::start().await, Notes::default(), FaultyStore::default());
    let served = Served::start(&graph, &notes, &store, 4).await;
    let away = || StoreError::Unavailable("on purpose".into());
    store.fail(
        Op::Append,
        [away(), StoreError::Full, StoreError::NoSpace("on purpose".into())],
    );
    store.fail(Op::Claim, [away(), away()]);
    for _ in 0..3 {
        let answer = served.post(PERSON, "m1", "hello").await;
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key("retry-after"));
    }
    assert_eq!(served.post(PERSON, "m1", "hello").await.status(), 200);
    until("the reply", || graph.texts().len() == 1).await;
    let counts = served.handle.counts();
    assert_eq!((counts.full, counts.received, counts.duplicates), (3, 1, 0));
    served.stop().await.expect("it stops as told");
}

#[tokio::test]
async fn a_bot_that_shares_its_store_ends_its_turns_and_leaves_the_rest_to_the_others() {
    let (graph, notes) = (MockGraph::start().await, Notes::default());
    let store = FaultyStore::default().leasing(Duration::from_secs(30));
    let mut first = Served::start(&graph, &notes, &store, 1).await;
    first.post(PERSON, "m1", "wait").await;
    until("the handler", || notes.begun.load(Ordering::SeqCst) == 1).await;
    first.post(PERSON, "m2", "later").await;
    first.post("77", "m3", "elsewhere").await;
    first.tell_to_stop();
    until("the stop", || first.handle.is_draining()).await;
    notes.gate.add_permits(1);
    let begun = Instant::now();
    first.ended().await.expect("it stops as told");
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "it does not wait for the others' work"
    );
    assert_eq!(graph.texts(), ["waited"]);
    assert_eq!(
        store.releases(),
        [false],
        "the next event of the conversation, not begun"
    );
    assert_eq!(store.calls(Op::Close), 1);

    let second = Served::start(&graph, &notes, &store, 1).await;
    until("the others' answers", || graph.texts().len() == 3).await;
    second.stop().await.expect("it stops as told");
    let mut texts = graph.texts();
    texts.sort();
    assert_eq!(texts, ["300001 later", "77 elsewhere", "waited"]);
}

#[tokio::test]
async fn a_handler_that_does_not_end_is_cut_off_and_its_event_given_back() {
    let (graph, notes, store) = (MockGraph::start().await, Notes::default(), FaultyStore::default());
    let served = Served::start(&graph, &notes, &store, 4).await;
    served.post(PERSON, "m1", "hang").await;
    until("the handler", || notes.begun.load(Ordering::SeqCst) == 1).await;
    let begun = Instant::now();
    served.stop().await.expect("it stops as told");
    let took = begun.elapsed();
    assert!(
        took >= Duration::from_secs(20) && took < Duration::from_secs(40),
        "{took:?}"
    );
    assert_eq!(store.releases(), [true]);
    let left = store.memory.backlog().await.expect("memory can be read");
    let expected = Backlog {
        events: 1,
        oldest_event: left.oldest_event,
        ..Backlog::default()
    };
    assert_eq!(left, expected);
}

#[tokio::test]
async fn a_bot_that_hears_no_echo_any_more_leaves_what_is_in_doubt_to_the_next_one() {
    let (graph, notes, store) = (MockGraph::start().await, Notes::default(), FaultyStore::default());
    graph.fate("300001 hello", [Fate::Lost(Duration::ZERO)]);
    let first = Served::start(&graph, &notes, &store, 4).await;
    assert_eq!(first.post(PERSON, "m1", "hello").await.status(), 200);
    until("a send in doubt", || first.handle.counts().retried == 1).await;
    // Because of this one it ends after the time at which the message would be sent again.
    assert_eq!(first.post("77", "m2", "hang").await.status(), 200);
    let begun = Instant::now();
    first.stop().await.expect("it stops as told");
    assert!(begun.elapsed() > Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(graph.copies("300001 hello"), 1);
    let left = store.memory.backlog().await.expect("memory can be read");
    assert_eq!(left.rows, 1);

    let second = Served::start(&graph, &notes, &store, 4).await;
    until("the copy", || graph.copies("300001 hello") == 2).await;
    drop(second);
}

#[tokio::test]
async fn a_bot_sends_what_is_due_before_it_stops_and_waits_for_nothing_else() {
    let (graph, notes, store) = (MockGraph::start().await, Notes::default(), FaultyStore::default());
    let refused = |code| Fate::code(StatusCode::BAD_REQUEST, code);
    // A page whose token is dead, as far as one person's message tells.
    graph.fate("300001 hello", [refused(190)]);
    let served = Served::start(&graph, &notes, &store, 4).await;
    assert_eq!(served.post(PERSON, "m1", "hello").await.status(), 200);
    until("a paused page", || served.handle.counts().page_pauses == 1).await;
    let begun = Instant::now();
    served.stop().await.expect("it stops as told");
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    let left = store.memory.backlog().await.expect("memory can be read");
    assert_eq!(
        (left.rows, graph.taken().len()),
        (1, 0),
        "it is there for the next start"
    );

    let store = FaultyStore::default();
    let served = Served::start(&graph, &notes, &store, 4).await;
    let slow = Duration::from_millis(2500);
    graph.fate("77 first", [Fate::Late(slow)]);
    for (mid, text) in [("m2", "first"), ("m3", "second"), ("m4", "third")] {
        assert_eq!(served.post("77", mid, text).await.status(), 200);
    }
    until("the first on its way", || graph.taken().len() == 1).await;
    served.stop().await.expect("it stops as told");
    assert_eq!(graph.taken().len(), 3, "those behind a slow one are due, too");
    let left = store.memory.backlog().await.expect("memory can be read");
    assert!(left.is_empty(), "{left:?}");
}
