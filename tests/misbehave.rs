//! The platform misbehaves: what becomes of messages, and how many copies people see.
//!
//! The store is what [`store`] gives. Waits are shortened by [`quick`]; their proportions are the real ones.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use messenger_runtime::{
    AppSecret, BoxFuture, Provider, SendError,
    config::{Config, ConfigBuilder, SendWaits},
    event::Object,
    graph::{Pacing, RequestHook, RequestView},
    message::{MessageTag, UtilityTemplate},
    prelude::*,
    store::{
        Accepted, Backlog, Claim, Committed, Conversation, DeadLetter, DeadLetters, Dossier, Enqueue,
        Enqueued, Lease, MemoryStore, NewEvent, Replayed, Row, Settled, Settlement, Store, StoreError, Turn,
    },
};
use messenger_tests::{
    MockGraph, Stage,
    graph::{Call, Fate},
    sign,
    stage::{APP_ID, PAGE, PERSON, SECRET, VERIFY_TOKEN, complete, from_person},
};
use secrecy::SecretString;
use serde_json::{Value, json};

/// A page that is not [`PAGE`].
const OTHER_PAGE: &str = "20002";
const DAY: Duration = Duration::from_hours(24);
/// The time between two probes, and the wait for an echo.
const PROBE: Duration = Duration::from_millis(400);
const ECHO: Duration = Duration::from_millis(300);

bot! {
    /// Answers in several ways.
    Clerk;
    count, raffle, human, shipped, progress, varies, hello,
}

#[on_text(words = ["count"])]
async fn count() -> Reply {
    Reply::text("one").then("two").then("three")
}

#[on_text(words = ["raffle"])]
async fn raffle() -> Reply {
    Reply::text("your code").at_most_once().then("good luck")
}

#[on_text(words = ["human"])]
async fn human() -> Reply {
    Reply::text("a human").tag(MessageTag::HumanAgent)
}

#[on_text(words = ["shipped"])]
async fn shipped() -> Reply {
    Reply::utility(UtilityTemplate::new("order_shipped", "en"))
}

#[on_text(words = ["progress"])]
async fn progress(chat: Chat) -> String {
    match chat.send("working").await {
        Ok(()) => "done".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Says something else each time it runs.
#[on_text(words = ["varies"])]
async fn varies(chat: Chat) -> Result<&'static str, Box<dyn std::error::Error + Send + Sync>> {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    chat.send("as ever").await?;
    chat.send(format!("run {run}")).await?;
    Ok("done")
}

#[fallback]
async fn hello(text: Text) -> String {
    format!("hello {}", text.as_str())
}

/// The store under test.
fn store() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new())
}

/// Waits that a test has time for.
fn quick(config: &mut Config) {
    config.send_waits = SendWaits {
        echo: ECHO,
        backoff: Duration::from_millis(2),
        backoff_cap: Duration::from_millis(20),
        probe: PROBE,
        token_look: Duration::from_millis(20),
        store: Duration::from_millis(10),
    };
}

/// A stage and what its store holds.
struct Scene {
    stage: Stage,
    store: Arc<dyn Store>,
}

impl Scene {
    async fn new() -> Self {
        Self::with(|_| ()).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let store = store();
        let bot = Clerk::stateless().store(Arc::clone(&store));
        let pages = |settings: ConfigBuilder| {
            [PAGE, OTHER_PAGE]
                .into_iter()
                .fold(settings, |settings, page| settings.page(page, token_of(page)))
        };
        let stage = Stage::with(bot, pages, |config| {
            quick(config);
            change(config);
        });
        Self {
            stage: stage.await,
            store,
        }
    }

    async fn dead(&self) -> Vec<DeadLetter> {
        self.store
            .dead_letters(DeadLetters::default())
            .await
            .expect("the store answers")
    }

    async fn causes(&self) -> Vec<String> {
        self.dead()
            .await
            .into_iter()
            .map(|letter| letter.cause.code)
            .collect()
    }

    /// Somebody writes to a page; nobody waits for the answer.
    async fn writes(&self, page: &str, person: &str, text: &str) {
        let mut item = from_person(json!({"message": {"mid": self.stage.mid(), "text": text}}));
        item["sender"]["id"] = json!(person);
        item["recipient"]["id"] = json!(page);
        let body = json!({"object": "page", "entry": [{"id": page, "time": 1, "messaging": [item]}]});
        assert_eq!(self.stage.post(body.to_string().as_bytes()).await, 200);
    }

    /// Has the platform echo what it takes, so long after it took it.
    fn echoes(
        &self,
        text: &'static str,
        after: Duration,
        fate: impl Fn(usize) -> Option<Fate> + Send + Sync + 'static,
    ) {
        let url = self.stage.url().to_owned();
        let tries = AtomicUsize::new(0);
        self.stage.graph.rule(move |call| {
            if call.text() != Some(text) {
                return None;
            }
            tokio::spawn(post_echo(url.clone(), call.clone(), after));
            fate(tries.fetch_add(1, Ordering::Relaxed))
        });
    }

    fn calls_of(&self, page: &str) -> Vec<Call> {
        let calls = self.stage.graph.calls();
        calls.into_iter().filter(|call| is_of(page, call)).collect()
    }
}

/// Pages are told by their tokens.
fn token_of(page: &str) -> String {
    format!("token-of-{page}")
}

fn is_of(page: &str, call: &Call) -> bool {
    call.token == Some(token_of(page))
}

/// The echo of `call`, as the platform delivers it.
async fn post_echo(url: String, call: Call, after: Duration) {
    tokio::time::sleep(after).await;
    let mut item = from_person(json!({"message": {
        "mid": format!("echo of {}", call.metadata().expect("a key")),
        "is_echo": true,
        "app_id": APP_ID.parse::<u64>().ok(),
        "text": call.text(),
        "metadata": call.metadata(),
    }}));
    item["recipient"]["id"] = json!(call.to());
    item["sender"]["id"] = json!(PAGE);
    let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]}).to_string();
    let request = reqwest::Client::new()
        .post(url)
        .header("content-type", "application/json")
        .header("x-hub-signature-256", sign::sha256(SECRET, body.as_bytes()))
        .body(body);
    assert_eq!(request.send().await.expect("an answer").status(), 200);
}

/// Waits until it is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(15), wait)
        .await
        .unwrap_or_else(|_| panic!("it never came to: {what}"));
}

fn refusal(code: i64, subcode: Option<i64>) -> Value {
    json!({"error": {"message": "refused", "type": "OAuthException", "code": code, "error_subcode": subcode}})
}

fn lost() -> Fate {
    Fate::Lost(Duration::ZERO)
}

/// Refuses whatever a page sends while the switch is on.
fn refuse_while(scene: &Scene, page: &'static str, on: &Arc<AtomicBool>, code: i64) {
    let on = Arc::clone(on);
    scene.stage.graph.rule(move |call| {
        let refused = on.load(Ordering::Relaxed) && is_of(page, call);
        refused.then(|| Fate::Refused(StatusCode::BAD_REQUEST, refusal(code, None)))
    });
}

// Cut connections, and echoes that come or do not.

#[tokio::test]
async fn an_echo_in_time_keeps_a_message_from_being_sent_twice() {
    let scene = Scene::new().await;
    scene.echoes("two", ECHO / 6, |_| Some(lost()));
    scene.stage.says("count").await;
    assert_eq!(scene.stage.texts(), ["one", "two", "three"]);
    assert_eq!(scene.stage.graph.copies("two"), 1);
    assert_eq!(scene.causes().await, [] as [&str; 0]);
    let counts = scene.stage.handle.counts();
    assert_eq!((counts.sent, counts.doubtful, counts.given_up), (3, 1, 0));
}

#[tokio::test]
async fn no_app_id_is_needed_to_know_an_echo() {
    let config = |graph: &str| {
        Config::builder()
            .access_token("T")
            .app_secret(SECRET)
            .verify_token(VERIFY_TOKEN)
            .graph_origin(graph)
    };
    let store = store();
    let bot = Clerk::stateless().store(Arc::clone(&store));
    let stage = Stage::with(
        bot,
        |settings| settings,
        |complete| {
            let mut other = config(&complete.graph_origin).build().expect("complete");
            quick(&mut other);
            *complete = other;
        },
    );
    let scene = Scene {
        stage: stage.await,
        store,
    };
    scene.echoes("two", ECHO / 6, |_| Some(lost()));
    scene.stage.says("count").await;
    assert_eq!(scene.stage.graph.copies("two"), 1);
}

#[tokio::test]
async fn a_late_echo_costs_one_copy() {
    let scene = Scene::new().await;
    scene.echoes("two", ECHO * 2, |tries| (tries == 0).then(lost));
    scene.stage.says("count").await;
    assert_eq!(scene.stage.graph.copies("two"), 2);
    tokio::time::sleep(ECHO * 2).await;
    assert_eq!(
        scene.stage.texts(),
        ["one", "two", "two", "three"],
        "echoes settle nothing twice"
    );
}

#[tokio::test]
async fn without_echoes_a_message_is_seen_three_times_at_most_and_then_kept() {
    let scene = Scene::new().await;
    scene
        .stage
        .graph
        .rule(|call| (call.text() == Some("two")).then(lost));
    scene.stage.says("count").await;
    assert_eq!(scene.stage.texts(), ["one", "two", "two", "two", "three"]);
    let dead = scene.dead().await;
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (dead[0].cause.code.as_str(), dead[0].attempts > 2),
        ("MSG622", true)
    );
}

#[tokio::test]
async fn at_most_once_is_never_sent_again() {
    let scene = Scene::new().await;
    scene
        .stage
        .graph
        .rule(|call| (call.text() == Some("your code")).then(lost));
    scene.stage.says("raffle").await;
    assert_eq!(scene.stage.texts(), ["your code", "good luck"]);
    assert_eq!(scene.causes().await, ["MSG623"]);
    let sent = scene.stage.graph.calls();
    assert_eq!(
        sent[0].body.get("when_in_doubt"),
        None,
        "the platform never sees it"
    );
    let waited = sent[1].at - sent[0].at;
    assert!(waited >= ECHO, "the echo had its time: {waited:?}");
}

#[tokio::test]
async fn at_most_once_is_settled_by_its_echo() {
    let scene = Scene::new().await;
    scene.echoes("your code", ECHO / 6, |_| Some(lost()));
    scene.stage.says("raffle").await;
    assert_eq!(scene.stage.texts(), ["your code", "good luck"]);
    assert_eq!(scene.causes().await, [] as [&str; 0]);
}

#[tokio::test]
async fn at_most_once_may_be_never() {
    let scene = Scene::new().await;
    scene
        .stage
        .graph
        .rule(|call| (call.text() == Some("your code")).then_some(Fate::Cut));
    scene.stage.says("raffle").await;
    assert_eq!(
        (scene.stage.graph.copies("your code"), scene.causes().await),
        (0, vec!["MSG623".to_owned()])
    );
}

/// Panics at every request that sends `boom`.
#[derive(Debug)]
struct Hook;

impl RequestHook for Hook {
    fn on_request(&self, request: &RequestView<'_>) {
        assert!(
            !request.body.is_some_and(|body| body.contains("boom")),
            "on purpose"
        );
    }
}

#[tokio::test]
async fn a_hook_that_panics_leaves_a_dead_letter() {
    let store = store();
    let bot = Clerk::stateless().store(Arc::clone(&store)).request_hook(Hook);
    let scene = Scene {
        stage: Stage::of(bot).await,
        store,
    };
    scene.stage.says("boom").await;
    scene.stage.says("well").await;
    assert_eq!(scene.stage.texts(), ["hello well"]);
    assert_eq!(scene.causes().await, ["MSG624"]);
}

// What each code comes to.

/// What comes of a message that was refused once.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Becomes {
    /// It is sent again and taken.
    SentAgain,
    /// It becomes a dead letter with this cause, at once.
    Dead(&'static str),
    /// Its page is paused; it is the probe that resumes it.
    Paused,
}

#[tokio::test]
async fn every_class_of_codes_has_its_outcome_before_and_after_the_platform_took_the_message() {
    use Becomes::{Dead, Paused, SentAgain};
    let table: &[(i64, Option<i64>, Becomes)] = &[
        (1, None, SentAgain),
        (1, Some(99), SentAgain),
        (1, Some(1_357_046), Dead("MSG510")),
        (2, None, SentAgain),
        (3, None, Dead("MSG510")),
        (10, None, Dead("MSG510")),
        (10, Some(2_018_278), Dead("MSG513")),
        (10, Some(2_534_022), Dead("MSG513")),
        (10, Some(2_018_065), Dead("MSG513")),
        (10, Some(2_018_108), Dead("MSG514")),
        (10, Some(1_893_063), Paused),
        (100, None, Dead("MSG510")),
        (100, Some(2_018_001), Dead("MSG514")),
        (102, None, Paused),
        (190, None, Paused),
        (190, Some(460), Paused),
        (200, None, Dead("MSG510")),
        (200, Some(1_545_041), Dead("MSG514")),
        (299, None, Dead("MSG510")),
        (368, None, Paused),
        (506, None, Dead("MSG510")),
        (551, None, Dead("MSG514")),
        (613, Some(2_018_338), Dead("MSG510")),
        (1200, None, SentAgain),
        (2022, None, Dead("MSG510")),
        (2_018_300, None, Dead("MSG510")),
        // Throttles: the client holds the page's calls back first.
        (4, None, SentAgain),
        (32, None, SentAgain),
        (341, None, SentAgain),
        (613, None, SentAgain),
        (80_006, None, SentAgain),
    ];
    let cases = table.iter().map(|&(code, subcode, becomes)| async move {
        let case = format!("{code}/{subcode:?}");
        let short = |config: &mut Config| config.send_waits.probe = PROBE / 10;

        // Refused before it was taken.
        let scene = Scene::with(short).await;
        let refused = Fate::Refused(StatusCode::BAD_REQUEST, refusal(code, subcode));
        scene.stage.graph.fate("two", [refused]);
        scene.stage.says("count").await;
        let copies = scene.stage.graph.copies("two");
        let causes = scene.causes().await;
        let counts = scene.stage.handle.counts();
        let came = (
            copies,
            causes.first().map(String::as_str),
            counts.page_pauses,
            counts.page_probes,
        );
        let expected = match becomes {
            SentAgain => (1, None, 0, 0),
            Dead(cause) => (0, Some(cause), 0, 0),
            Paused => (1, None, 1, 1),
        };
        assert_eq!(came, expected, "{case}, before");
        assert_eq!(
            scene.stage.texts().last().map(String::as_str),
            Some("three"),
            "{case}: the next goes on"
        );

        // Taken, echoed, and then refused all the same: nobody sees it twice, and nothing is lost.
        let scene = Scene::with(short).await;
        let late = move |tries| {
            let refused = Fate::TakenButRefused(ECHO * 6, StatusCode::BAD_REQUEST, refusal(code, subcode));
            (tries == 0).then_some(refused)
        };
        scene.echoes("two", ECHO / 6, late);
        scene.stage.says("count").await;
        assert_eq!(scene.stage.graph.copies("two"), 1, "{case}, after");
        assert_eq!(scene.causes().await, [] as [&str; 0], "{case}, after");
        assert_eq!(
            scene.stage.texts().last().map(String::as_str),
            Some("three"),
            "{case}, after"
        );
    });
    futures_util::future::join_all(cases).await;
}

#[tokio::test]
async fn a_refusal_that_does_not_end_is_a_dead_letter_after_eight_tries() {
    let scene = Scene::new().await;
    let refused = || Fate::Refused(StatusCode::INTERNAL_SERVER_ERROR, refusal(2, None));
    scene
        .stage
        .graph
        .rule(move |call| (call.text() == Some("two")).then(refused));
    scene.stage.says("count").await;
    let tries = scene.stage.texts().iter().filter(|text| *text == "two").count();
    assert_eq!((tries, scene.causes().await), (8, vec!["MSG511".to_owned()]));
    let body = scene.dead().await.remove(0).body;
    assert!(body.contains("\"two\""), "it can be replayed: {body}");
}

// Pages that cannot send.

#[tokio::test]
async fn a_dead_token_pauses_its_page_alone_and_one_message_probes_it() {
    let scene = Scene::new().await;
    let dead = Arc::new(AtomicBool::new(true));
    refuse_while(&scene, PAGE, &dead, 190);
    scene.writes(PAGE, PERSON, "count").await;
    until("a paused page", || !scene.stage.handle.paused_pages().is_empty()).await;
    let paused = scene.stage.handle.paused_pages().remove(0);
    assert_eq!(&*paused.page, PAGE);
    assert!(paused.why.starts_with("MSG515"), "{}", paused.why);

    let begun = Instant::now();
    for person in 0..20 {
        scene.writes(PAGE, &format!("4000{person}"), "count").await;
        scene.writes(OTHER_PAGE, &format!("5000{person}"), "count").await;
    }
    until("all of the other page", || scene.calls_of(OTHER_PAGE).len() == 60).await;
    until("some probes", || scene.stage.handle.counts().page_probes >= 3).await;
    // Up to here, one call in each time between probes, and the one that found out.
    let outage = begun.elapsed().as_secs_f64() / PROBE.as_secs_f64();
    let calls = scene.calls_of(PAGE).len();
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let bound = calls as f64 <= outage + 2.0;
    assert!(bound, "{calls} calls in {outage} times between probes");

    dead.store(false, Ordering::Relaxed);
    scene.stage.quiet().await;
    assert!(scene.stage.handle.paused_pages().is_empty());
    for person in (0..20)
        .map(|person| format!("4000{person}"))
        .chain([PERSON.to_owned()])
    {
        let taken = scene.stage.graph.taken();
        let texts: Vec<_> = taken
            .iter()
            .filter(|call| call.to() == Some(&person))
            .filter_map(Call::text)
            .collect();
        assert_eq!(texts, ["one", "two", "three"], "in order, once");
    }
    assert_eq!(scene.causes().await, [] as [&str; 0]);
    let counts = scene.stage.handle.counts();
    assert_eq!((counts.page_pauses, counts.retried), (1, 0), "no try is counted");
}

#[tokio::test]
async fn without_the_time_between_probes_the_platform_would_be_hammered() {
    let scene = Scene::with(|config| config.send_waits.probe = Duration::from_millis(1)).await;
    let dead = Arc::new(AtomicBool::new(true));
    refuse_while(&scene, PAGE, &dead, 190);
    for person in 0..20 {
        scene.writes(PAGE, &format!("4000{person}"), "hi").await;
    }
    tokio::time::sleep(PROBE).await;
    let calls = scene.calls_of(PAGE).len();
    assert!(calls > 20, "the bound of the test above can be broken: {calls}");
}

#[derive(Debug)]
struct Tokens(Mutex<&'static str>);

impl Provider for Tokens {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        [AppSecret::from(SECRET)].into()
    }

    fn verify_token(&self) -> SecretString {
        VERIFY_TOKEN.into()
    }

    fn app_id(&self) -> Option<Arc<str>> {
        Some(APP_ID.into())
    }

    fn access_token(&self, _: &str) -> Option<SecretString> {
        Some((*self.0.lock().expect("no panic under the lock")).into())
    }

    fn serves(&self, page: &str) -> bool {
        page == PAGE
    }
}

/// A scene whose page has the token `old`, which is dead, and a long time between probes.
async fn with_a_dead_token() -> (Scene, Arc<Tokens>) {
    let tokens = Arc::new(Tokens(Mutex::new("old")));
    let provider = Arc::clone(&tokens);
    let scene = Scene::with(move |config| {
        config.provider = provider;
        config.send_waits.probe = Duration::from_hours(1);
    });
    let scene = scene.await;
    scene.stage.graph.rule(|call| {
        let dead = call.token.as_deref() == Some("old");
        dead.then(|| Fate::Refused(StatusCode::BAD_REQUEST, refusal(190, Some(463))))
    });
    (scene, tokens)
}

fn renew(tokens: &Tokens) {
    *tokens.0.lock().expect("no panic under the lock") = "new";
}

#[tokio::test]
async fn another_token_resumes_the_page_at_once() {
    let (scene, tokens) = with_a_dead_token().await;
    for person in ["1", "2", "3"] {
        scene.writes(PAGE, person, "hi").await;
    }
    until("a paused page", || scene.stage.handle.counts().page_pauses == 1).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(
        scene.stage.graph.copies("hello hi"),
        0,
        "the old token stays dead"
    );
    renew(&tokens);
    scene.stage.quiet().await;
    assert_eq!(scene.stage.graph.copies("hello hi"), 3);
}

#[tokio::test]
async fn chat_goes_on_while_its_messages_wait_for_their_page() {
    let (scene, tokens) = with_a_dead_token().await;
    for person in [PERSON, "301"] {
        scene.writes(PAGE, person, "progress").await;
        let no_event_is_left = async || {
            let left = scene.stage.handle.backlog().await.expect("the store answers");
            left.events == 0
        };
        while !no_event_is_left().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
    assert_eq!(scene.stage.handle.counts().page_pauses, 1);
    assert_eq!(scene.stage.graph.taken().len(), 0);
    assert_eq!(scene.causes().await, [] as [&str; 0], "nothing failed");
    renew(&tokens);
    scene.stage.quiet().await;
    for person in [PERSON, "301"] {
        let taken = scene.stage.graph.taken();
        let to_them = taken.iter().filter(|call| call.to() == Some(person));
        let texts: Vec<_> = to_them.filter_map(Call::text).collect();
        assert_eq!(texts, ["working", "done"], "sent when the page could, in order");
    }
    assert_eq!(scene.causes().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_throttled_page_is_left_alone_for_as_long_as_it_asks() {
    for (pacing, is_held_back) in [(Pacing::default(), true), (Pacing::off(), false)] {
        let store = store();
        let bot = Clerk::stateless().store(Arc::clone(&store)).pacing(pacing);
        let stage = Stage::with(bot, |settings| settings, quick).await;
        let scene = Scene { stage, store };
        let block = Duration::from_millis(900);
        let blocked: Arc<Mutex<Option<Instant>>> = Arc::default();
        let abuse = Arc::new(AtomicUsize::new(0));
        let (until_then, counted) = (Arc::clone(&blocked), Arc::clone(&abuse));
        scene.stage.graph.rule(move |_| {
            let mut blocked = until_then.lock().expect("no panic under the lock");
            let since = *blocked.get_or_insert_with(Instant::now);
            if since.elapsed() > block {
                return None;
            }
            counted.fetch_add(1, Ordering::Relaxed);
            let usage = json!({PAGE: [{"type": "messenger", "call_count": 100, "total_cputime": 1, "total_time": 1,
                "estimated_time_to_regain_access": 1.0 / 60.0}]});
            Some(Fate::RefusedWith(
                StatusCode::BAD_REQUEST,
                refusal(613, None),
                "x-business-use-case-usage",
                usage.to_string(),
            ))
        });
        scene.writes(PAGE, PERSON, "hi").await;
        until("a refusal", || abuse.load(Ordering::Relaxed) == 1).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        for person in 0..30 {
            scene.writes(PAGE, &format!("4000{person}"), "hi").await;
        }
        scene.stage.quiet().await;
        let abuse = abuse.load(Ordering::Relaxed);
        assert_eq!(
            abuse == 1,
            is_held_back,
            "{abuse} calls while the page was blocked"
        );
        assert_eq!(scene.stage.graph.copies("hello hi"), 31);
    }
}

// Windows.

#[tokio::test]
async fn what_waits_until_its_window_closes_is_not_sent_but_kept() {
    let (scene, tokens) = with_a_dead_token().await;
    for (person, text) in [("1", "hi"), ("2", "human"), ("3", "shipped"), ("4", "hi")] {
        scene.writes(PAGE, person, text).await;
    }
    until("four rows", || scene.stage.handle.counts().handled == 4).await;
    let before = scene.stage.graph.calls().len();
    scene.stage.clock.advance(DAY);
    // Somebody who writes again has opened the window for what waits, too.
    let mut item = from_person(json!({"message": {"mid": "m_again", "text": "and"}}));
    item["sender"]["id"] = json!("4");
    let tomorrow =
        item["timestamp"].as_u64().expect("a time") + u64::try_from(DAY.as_millis()).expect("a day");
    item["timestamp"] = json!(tomorrow);
    let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]});
    assert_eq!(scene.stage.post(body.to_string().as_bytes()).await, 200);
    until("its turn", || scene.stage.handle.counts().handled == 5).await;
    renew(&tokens);
    scene.stage.quiet().await;
    assert_eq!(scene.causes().await, ["MSG621"]);
    let to: Vec<_> = scene
        .stage
        .graph
        .calls()
        .split_off(before)
        .iter()
        .filter_map(|call| call.to().map(str::to_owned))
        .collect();
    assert!(!to.contains(&"1".to_owned()), "no call for it: {to:?}");
    let times = |person: &str| to.iter().filter(|to| *to == person).count();
    assert_eq!((times("2"), times("3"), times("4")), (1, 1, 2));
    let counts = scene.stage.handle.counts();
    assert_eq!((counts.window_closed, counts.given_up), (1, 1));
}

#[tokio::test]
async fn a_tag_holds_for_seven_days_and_a_utility_message_for_good() {
    let (scene, tokens) = with_a_dead_token().await;
    for (person, text) in [("2", "human"), ("3", "shipped")] {
        scene.writes(PAGE, person, text).await;
    }
    until("two rows", || scene.stage.handle.counts().handled == 2).await;
    scene.stage.clock.advance(DAY * 8);
    renew(&tokens);
    scene.stage.quiet().await;
    assert_eq!(scene.causes().await, ["MSG621"]);
    let taken = scene.stage.graph.taken();
    assert_eq!(taken.iter().map(Call::to).collect::<Vec<_>>(), [Some("3")]);
}

// From outside a turn.

#[tokio::test]
async fn the_handle_sends_behind_what_waits_and_once_for_each_key() {
    let (scene, tokens) = with_a_dead_token().await;
    let handle = &scene.stage.handle;
    scene.writes(PAGE, PERSON, "count").await;
    until("a paused page", || handle.counts().page_pauses == 1).await;
    let person = handle.to(PAGE, PERSON);
    person
        .send(Reply::text("four").then("five"))
        .await
        .expect("it is queued");
    assert!(person.send_once("paid", "six").await.expect("it is queued"));
    assert!(!person.send_once("paid", "six").await.expect("it is known"));
    assert!(person.send_once("shipped", "seven").await.expect("another key"));
    assert!(
        handle
            .to(PAGE, "7")
            .send_once("paid", "to another")
            .await
            .expect("another person")
    );
    let waits = person.send_and_wait("eight").await;
    let is_told = matches!(waits, Ok(()) | Err(SendError::PagePaused));
    renew(&tokens);
    scene.stage.quiet().await;
    assert!(is_told);
    let taken = scene.stage.graph.taken();
    let to = |person: &str| -> Vec<_> {
        taken
            .iter()
            .filter(|call| call.to() == Some(person))
            .filter_map(|call| call.text())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        to(PERSON),
        ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    );
    assert_eq!(to("7"), ["to another"]);
}

#[tokio::test]
async fn the_handle_says_what_became_of_it() {
    let (scene, tokens) = with_a_dead_token().await;
    renew(&tokens);
    let handle = &scene.stage.handle;
    let stranger = handle.to(PAGE, "900");
    stranger
        .send_and_wait("hello stranger")
        .await
        .expect("it is taken");
    assert_eq!(scene.stage.texts(), ["hello stranger"]);
    scene
        .stage
        .graph
        .fate("no", [Fate::Refused(StatusCode::BAD_REQUEST, refusal(551, None))]);
    let refused = stranger.send_and_wait("no").await.unwrap_err();
    assert!(refused.to_string().starts_with("MSG514 "), "{refused}");
    assert_eq!(scene.causes().await, ["MSG514"]);
    let long = stranger.send("x".repeat(3000)).await.unwrap_err();
    assert!(matches!(long, SendError::Limits(_)), "{long}");
    let nobody = handle.to(PAGE, "").send("a").await.unwrap_err();
    assert!(matches!(nobody, SendError::Limits(_)), "{nobody}");
    let foreign = handle.to(OTHER_PAGE, "900").send("a").await.unwrap_err();
    assert!(foreign.to_string().starts_with("MSG651: "), "{foreign}");
    assert_eq!(scene.stage.texts().len(), 2, "nothing else left");
}

// A turn that runs again.

/// Loses the first commits: the event is handled again, as after a crash.
#[derive(Debug)]
struct Forgetful {
    inner: Arc<dyn Store>,
    losses: AtomicUsize,
    /// How many settlements it cannot take yet.
    refusals: AtomicUsize,
    /// Whether it forgets that a row was queued by a turn: the control of the test.
    forgets_turns: bool,
}

/// Takes one of what is left.
fn take_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
        .is_ok()
}

impl Store for Forgetful {
    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        self.inner.append(events, claim)
    }

    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        self.inner.claim(limit, suspects)
    }

    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(async move {
            if !take_one(&self.losses) {
                return self.inner.commit(turn).await;
            }
            self.inner.release(turn.lease, true).await?;
            Err(StoreError::LeaseLost)
        })
    }

    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.release(lease, tried)
    }

    fn enqueue(&self, mut enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        if self.forgets_turns {
            enqueue.turn = None;
        }
        self.inner.enqueue(enqueue)
    }

    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        self.inner.claim_outbox(limit)
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        if take_one(&self.refusals) {
            return Box::pin(async { Err(StoreError::Unavailable("on purpose".to_owned())) });
        }
        self.inner.settle(row, settlement)
    }

    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.hasten(object, page)
    }

    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        self.inner.dead_letters(which)
    }

    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        self.inner.dead_letter(id)
    }

    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        self.inner.replay(id)
    }

    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.inner.discard(id)
    }

    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        self.inner.dossier(conversation)
    }

    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.inner.erase(conversation)
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        self.inner.backlog()
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.ready()
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.close()
    }
}

/// A scene whose store loses so many commits and cannot take so many settlements.
async fn forgetful(losses: usize, refusals: usize, forgets_turns: bool) -> Scene {
    let store = store();
    let losing = Forgetful {
        inner: Arc::clone(&store),
        losses: AtomicUsize::new(losses),
        refusals: AtomicUsize::new(refusals),
        forgets_turns,
    };
    let stage = Stage::with(Clerk::stateless().store(losing), |settings| settings, quick);
    Scene {
        stage: stage.await,
        store,
    }
}

#[tokio::test]
async fn a_handler_that_runs_again_does_not_send_again_what_is_out() {
    let scene = forgetful(2, 0, false).await;
    scene.stage.says("progress").await;
    assert_eq!(scene.stage.handle.counts().handled, 3, "it ran three times");
    assert_eq!(scene.stage.texts(), ["working", "done"]);

    // What was given up stays so, and the handler is told the same again.
    let scene = forgetful(2, 0, false).await;
    let refused = Fate::Refused(StatusCode::BAD_REQUEST, refusal(100, None));
    scene.stage.graph.fate("working", [refused]);
    scene.stage.says("progress").await;
    let texts = scene.stage.texts();
    assert_eq!((texts[0].as_str(), texts.len()), ("working", 2), "{texts:?}");
    assert!(texts[1].starts_with("MSG510"), "{texts:?}");
}

#[tokio::test]
async fn a_handler_that_says_something_else_when_it_runs_again_is_heard() {
    let scene = forgetful(1, 0, false).await;
    scene.stage.says("varies").await;
    assert_eq!(scene.stage.texts(), ["as ever", "run 0", "run 1", "done"]);
    // What the reply goes by is never taken for what was sent before it.
    let calls = scene.stage.graph.calls();
    let places: Vec<_> = calls
        .iter()
        .filter_map(|call| call.metadata()?.split_once(':'))
        .map(|(_, place)| place)
        .collect();
    assert_eq!(
        (&places[1][..2], &places[2][..2], places[3]),
        ("1.", "1.", "r0"),
        "{places:?}"
    );
    assert_ne!(places[1], places[2]);
}

#[tokio::test]
async fn without_the_memory_of_the_turn_it_would() {
    let scene = forgetful(2, 0, true).await;
    scene.stage.says("progress").await;
    assert_eq!(scene.stage.graph.copies("working"), 3);
}

#[tokio::test]
async fn a_store_that_cannot_settle_for_a_while_costs_no_copy() {
    let scene = forgetful(0, 4, false).await;
    scene.stage.says("count").await;
    assert_eq!(scene.stage.texts(), ["one", "two", "three"]);
}

// From start to end.

#[tokio::test]
async fn what_is_told_of_the_start_can_send_until_the_bot_stops() {
    let graph = MockGraph::start().await;
    let config = complete(&graph).build().expect("complete settings");
    let (tell, told) = tokio::sync::oneshot::channel();
    let bot = Clerk::stateless().config(config).on_start(|handle| {
        assert!(tell.send(handle).is_ok(), "it is told once");
    });
    let service = bot.start().await.expect("it starts");
    let person = told.await.expect("it was told").to(PAGE, PERSON);
    person.send("good morning").await.expect("it is queued");
    assert!(service.drain().await.is_empty());
    assert_eq!(graph.texts(), ["good morning"]);
    let late = person.send("good night").await.unwrap_err();
    assert!(matches!(late, SendError::Stopping), "{late}");
}
