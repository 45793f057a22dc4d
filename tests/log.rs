//! The log follows a conversation by a name of its own, with the code of each cause, and says neither who the
//! person is, nor what was said, nor a token or secret.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::http::StatusCode;
use messenger_runtime::{
    config::SendWaits,
    message::BoxError,
    prelude::*,
    store::{Conversation, MemoryStore},
};
use messenger_tests::{
    Stage,
    faulty::{FaultyStore, Op},
    graph::Fate,
    stage::{PAGE, from_person, until},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

const TOKEN: &str = "EAAcanarytoken0123456789";
const SECRET: &str = "canarysecret0123456789abcdef0123";
const VERIFY: &str = "canary-verify-token";
const OPERATOR: &str = "canary-operator-token";
const PSID: &str = "7770001112223334";
const TEXT: &str = "canary of the person";
const REPLY: &str = "canary of the bot";
const PAYLOAD: &str = "CANARY:payload";
const NOTE: &str = "canary of the session";

/// What no line of the log may hold.
const CANARIES: [&str; 9] = [TOKEN, SECRET, VERIFY, OPERATOR, PSID, TEXT, REPLY, PAYLOAD, NOTE];

#[derive(Default, Serialize, Deserialize)]
struct Noted(String);

impl SessionState for Noted {
    const NAME: &'static str = "noted";
}

bot! {
    /// Meets everything that is logged.
    Talker;
    note, panics, fails, looks_up, overruns, chats, tapped, later, hello,
}

#[on_text(r"^note (?<what>.+)$")]
async fn note(what: String, mut noted: Session<Noted>) -> String {
    noted.0 = format!("{what} {NOTE}");
    format!("{REPLY} noted")
}

#[on_text(r"^panic .+$")]
async fn panics() {
    panic!("as it was told to");
}

#[on_text(r"^fail .+$")]
async fn fails() -> Result<(), BoxError> {
    Err("something else".into())
}

#[on_text(r"^look up .+$")]
async fn looks_up(user: User, graph: Graph) -> Result<(), BoxError> {
    graph.profile(user.id()).await?;
    Ok(())
}

#[on_text(r"^overrun .+$")]
async fn overruns() {
    std::future::pending::<()>().await;
}

#[on_text(r"^chat .+$")]
async fn chats(chat: Chat, profile: Profile, timers: Timers) -> Result<String, BoxError> {
    timers.set_with("later", Duration::ZERO, NOTE);
    chat.send(REPLY).await?;
    Ok(format!("{REPLY} {}", profile.first_name().unwrap_or_default()))
}

#[on_payload]
async fn tapped() -> &'static str {
    REPLY
}

#[on_timer("later")]
async fn later() -> &'static str {
    REPLY
}

#[fallback]
async fn hello(text: Text) -> String {
    format!("{REPLY} {text}")
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().expect("no panic under the lock").clone();
        String::from_utf8(bytes).expect("the log is text")
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic under the lock").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The lines that hold a canary.
fn leaks(log: &str) -> Vec<&str> {
    log.lines()
        .filter(|line| CANARIES.iter().any(|canary| line.contains(canary)))
        .collect()
}

/// A refusal in whose words the platform repeats what it was sent.
fn refusal(code: i64) -> Value {
    let message = format!("(#{code}) cannot send {REPLY} to {PSID} with {TOKEN}");
    json!({"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1b2"}})
}

async fn says(stage: &Stage, mid: &str, text: &str) {
    let message = json!({"mid": mid, "text": text});
    event(stage, json!({"message": message})).await;
}

async fn event(stage: &Stage, item: Value) {
    let mut item = from_person(item);
    item["sender"]["id"] = json!(PSID);
    let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]});
    let body = body.to_string();
    let answer = reqwest::Client::new()
        .post(stage.url())
        .header(
            "x-hub-signature-256",
            messenger_tests::sign::sha256(SECRET, body.as_bytes()),
        )
        .body(body)
        .send()
        .await;
    assert_eq!(answer.expect("an answer").status(), 200);
}

#[tokio::test]
async fn the_log_follows_a_conversation_and_holds_no_canary() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_env_filter("messenger_runtime=trace")
        .with_ansi(false)
        .with_writer(log.clone())
        .init();
    let memory = Arc::new(MemoryStore::new());
    let mut store = FaultyStore::default();
    store.memory = Arc::clone(&memory);
    let kept = store.clone();
    let stage = Stage::with(
        Talker::stateless().store(store),
        |settings| {
            settings
                .access_token(TOKEN)
                .app_secret(SECRET)
                .verify_token(VERIFY)
                .operator_token(OPERATOR)
        },
        |config| {
            config.turn_timeout = Duration::from_millis(300);
            config.send_waits = SendWaits {
                echo: Duration::from_millis(20),
                backoff: Duration::from_millis(2),
                backoff_cap: Duration::from_millis(5),
                ..config.send_waits
            };
        },
    )
    .await;

    for (mid, text) in [
        ("m1", "note"),
        ("m2", "panic"),
        ("m3", "fail"),
        ("m4", "overrun"),
        ("m5", "chat"),
        ("m6", "hello"),
    ] {
        says(&stage, mid, &format!("{text} {TEXT}")).await;
    }
    event(
        &stage,
        json!({"postback": {"mid": "m7", "title": TEXT, "payload": PAYLOAD}}),
    )
    .await;
    stage.quiet().await;

    // A call to the Graph API that fails in a handler, with the person in its path and in the words of its answer.
    stage.graph.rule(|call| {
        let message = format!("Unsupported get request. Object with ID '{PSID}' does not exist");
        let error =
            json!({"message": message, "type": "GraphMethodException", "code": 100, "error_subcode": 33});
        (call.method == "GET").then(|| Fate::Refused(StatusCode::BAD_REQUEST, json!({"error": error})))
    });
    says(&stage, "m7b", &format!("look up {TEXT}")).await;
    stage.quiet().await;
    let letters = kept.letters().await;
    let cause = &letters.last().expect("it is kept").cause;
    assert!(cause.text.contains("MSG510 GET /v25.0/*: "), "{cause}");
    assert!(!cause.text.contains(PSID), "{cause}");

    // Refused for good, tried again, in doubt, and over a token that is dead.
    let taken = format!("{REPLY} {TEXT}");
    stage.graph.fate(
        &taken,
        [
            Fate::Refused(StatusCode::BAD_REQUEST, refusal(100)),
            Fate::Refused(StatusCode::SERVICE_UNAVAILABLE, refusal(2)),
            Fate::Lost(Duration::ZERO),
            Fate::Refused(StatusCode::BAD_REQUEST, refusal(190)),
        ],
    );
    for mid in ["m8", "m9"] {
        says(&stage, mid, TEXT).await;
    }
    until("a paused page", || stage.handle.counts().page_pauses == 1).await;
    assert_eq!(stage.handle.counts().given_up, 1);

    // A body that is none, and a lease that is lost.
    assert_eq!(stage.post(TEXT.as_bytes()).await, 400);
    kept.fail(Op::Commit, [messenger_runtime::store::StoreError::LeaseLost]);
    says(&stage, "m10", TEXT).await;
    until("a lost lease", || stage.handle.counts().leases_lost == 1).await;

    let log = log.text();
    let conversation = Conversation {
        object: messenger_runtime::event::Object::Page,
        page: PAGE.into(),
        person: Some(PSID.into()),
    };
    assert_eq!(leaks(&log), Vec::<&str>::new());
    let of = |what: &str| {
        let lines = log.lines().filter(|line| line.contains(what));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let name = format!("conversation={conversation:?}");
    assert!(name.contains("/p-"), "{name}");
    for what in [
        "turn conversation",
        "send conversation",
        "a send is tried again",
        "a send is in doubt",
        "a send was given up",
        "MSG212",
        "MSG211",
        "MSG213",
        "GET /v25.0/*",
        "MSG602",
    ] {
        let lines = of(what);
        assert!(!lines.is_empty(), "no line about {what} in\n{log}");
        let not_named: Vec<_> = lines.iter().filter(|line| !line.contains(&name)).collect();
        assert_eq!(not_named, Vec::<&String>::new(), "{what}");
    }
    for cause in ["MSG211", "MSG212", "MSG213", "MSG602"] {
        assert!(!of(&format!("cause=\"{cause}\"")).is_empty(), "{cause} in\n{log}");
    }
    assert!(of("a send was given up")[0].contains("cause=\"MSG5"), "{log}");
}

#[test]
fn a_canary_is_found() {
    for canary in CANARIES {
        let log = format!("DEBUG turn handler=menu\nDEBUG turn {canary}\n");
        assert_eq!(leaks(&log).len(), 1, "{canary}");
    }
}
