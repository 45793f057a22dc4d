//! What sessions and timers promise: nothing overwritten, nothing of a failed handler kept, nothing lost.

use std::{
    collections::HashMap,
    error::Error,
    ops::ControlFlow,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use futures_util::future::join_all;
use messenger_runtime::{
    BotBuilder,
    message::BoxError,
    prelude::*,
    store::{DeadKind, DeadLetters, Store},
};
use messenger_tests::{
    Stage, TempDir,
    graph::Fate,
    shelf::{Shelf, conversation, reopened},
    stage::{PAGE, PERSON, echo, from_person},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Cart {
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    sku: String,
    quantity: u32,
}

impl SessionState for Cart {
    const NAME: &'static str = "cart";
    const VERSION: u32 = 2;

    fn migrate(version: u32, mut value: Value) -> Result<Self, BoxError> {
        match version {
            1 => {
                let names: Vec<String> = serde_json::from_value(value["items"].take())?;
                let item = |sku| Item { sku, quantity: 1 };
                Ok(Self {
                    items: names.into_iter().map(item).collect(),
                })
            }
            7 => panic!("a bug in migrate"),
            other => Err(format!("version {other} is from the future").into()),
        }
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Visits(u32);

impl SessionState for Visits {
    const NAME: &'static str = "visits";
}

/// Stored under the name of [`Visits`].
#[derive(Default, Serialize, Deserialize)]
struct Impostor(u32);

impl SessionState for Impostor {
    const NAME: &'static str = "visits";
}

/// Left out where it is empty, and then missing.
#[derive(Default, Serialize, Deserialize)]
struct Forgetful {
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
}

impl SessionState for Forgetful {
    const NAME: &'static str = "forgetful";
}

#[derive(Default, Serialize, Deserialize)]
struct Notes(String);

impl SessionState for Notes {
    const NAME: &'static str = "notes";
}

/// What a bot without sessions would do.
type Naive = Arc<Mutex<HashMap<String, u32>>>;

bot! {
    Shop(Naive);
    greeted, stopped, add, show, clear, visit, visited, naive, fails, panics, overruns, twice, impostor, forgetful,
    note, untouched, holds, later, sooner, never, due, due_too, remind_all, sorry,
}

/// Counts every event, and hands the count on.
#[before]
async fn greeted(text: Option<Text>, mut notes: Session<Notes>) {
    if text.is_some_and(|text| text.as_str().starts_with("noted")) {
        notes.0.push('b');
    }
}

#[before]
async fn stopped(text: Option<Text>, mut notes: Session<Notes>) -> ControlFlow<String> {
    if text.is_some_and(|text| text.as_str() == "noted and stopped") {
        notes.0.push('s');
        return ControlFlow::Break(notes.0.clone());
    }
    ControlFlow::Continue(())
}

#[on_text(r"^add (?<sku>\w+)$")]
async fn add(sku: String, mut cart: Session<Cart>) -> String {
    cart.items.push(Item { sku, quantity: 1 });
    cart.items.len().to_string()
}

#[on_text(words = ["show"])]
async fn show(cart: Session<Cart>) -> String {
    format!(
        "{:?}",
        cart.items.iter().map(|item| &item.sku).collect::<Vec<_>>()
    )
}

#[on_text(words = ["clear"])]
async fn clear(mut cart: Session<Cart>) {
    cart.items.push(Item {
        sku: "gone".to_owned(),
        quantity: 1,
    });
    cart.reset();
}

#[on_text(words = ["visit"])]
async fn visit(mut visits: Session<Visits>) {
    let before = visits.0;
    tokio::time::sleep(Duration::from_millis(1)).await;
    visits.0 = before + 1;
}

#[on_text(words = ["visited"])]
async fn visited(visits: Session<Visits>) -> String {
    visits.0.to_string()
}

#[on_text(words = ["naive"])]
async fn naive(State(naive): State<Naive>) {
    let before = naive
        .lock()
        .expect("no panic under the lock")
        .get("visits")
        .copied()
        .unwrap_or_default();
    tokio::time::sleep(Duration::from_millis(1)).await;
    naive
        .lock()
        .expect("no panic under the lock")
        .insert("visits".to_owned(), before + 1);
}

#[on_text(words = ["noted and fails"])]
async fn fails(mut notes: Session<Notes>, timers: Timers) -> Result<(), &'static str> {
    notes.0.push('f');
    timers.set("due", Duration::ZERO);
    drop(notes);
    Err("no")
}

#[on_text(words = ["noted and panics"])]
async fn panics(mut notes: Session<Notes>) {
    notes.0.push('p');
    panic!("on purpose");
}

#[on_text(words = ["noted and overruns"])]
async fn overruns(mut notes: Session<Notes>) {
    notes.0.push('o');
    std::future::pending::<()>().await;
}

#[on_text(words = ["twice"])]
async fn twice(_one: Session<Visits>, _other: Session<Visits>) {}

#[on_text(words = ["impostor"])]
async fn impostor(_impostor: Session<Impostor>) {}

#[on_text(words = ["forgetful"])]
async fn forgetful(mut forgetful: Session<Forgetful>) {
    forgetful.name.clear();
}

#[on_text(r"^noted(?: (?<bytes>\d+))?$")]
async fn note(bytes: Option<usize>, mut notes: Session<Notes>) -> String {
    notes.0.push('m');
    notes.0.push_str(&"x".repeat(bytes.unwrap_or_default()));
    notes.0.chars().filter(|c| *c != 'x').collect()
}

#[on_text(words = ["untouched"])]
async fn untouched(mut cart: Session<Cart>) {
    cart.items.reserve(1);
}

#[on_text(words = ["holds"])]
async fn holds(visits: Session<Visits>) {
    let _never_ends = Box::leak(Box::new(visits));
}

#[on_text(r"^in (?<milliseconds>\d+)(?: (?<data>\w+))?$")]
async fn later(milliseconds: u64, data: Option<String>, timers: Timers) {
    let after = Duration::from_millis(milliseconds);
    match data {
        Some(data) => timers.set_with("due", after, &data),
        None => timers.set("due", after),
    }
}

#[on_text(words = ["two"])]
async fn sooner(timers: Timers) {
    timers.set("first", Duration::ZERO);
    timers.set("second", Duration::ZERO);
}

#[on_text(words = ["cancel"])]
async fn never(timers: Timers) {
    timers.cancel("due");
}

#[on_timer("due")]
async fn due(
    timer: Timer,
    user: User,
    mut visits: Session<Visits>,
) -> Result<String, Box<dyn Error + Send + Sync>> {
    visits.0 += 1;
    let data: Option<String> = timer.data()?;
    Ok(format!(
        "{} {} {}",
        timer.name(),
        data.unwrap_or_default(),
        user.id()
    ))
}

#[on_timer("first" | "second")]
async fn due_too(timer: Timer) -> String {
    timer.name().to_owned()
}

#[on_timer]
async fn remind_all() {}

#[on_error]
async fn sorry(error: HandlerError, mut notes: Session<Notes>) -> String {
    notes.0.push('e');
    format!(
        "{error} [{}]",
        notes.0.chars().filter(|c| *c != 'x').collect::<String>()
    )
}

fn shop() -> BotBuilder<Shop> {
    Shop::with(async || Naive::default())
}

/// A bot whose store the test sees.
async fn stage() -> (Stage, Shelf) {
    let shelf = Shelf::default();
    let stage = Stage::of(shop().store(Arc::clone(&shelf.0))).await;
    (stage, shelf)
}

/// Posts an item and does not wait for what comes of it.
async fn post(stage: &Stage, item: Value) {
    let body = json!({"object": "page", "entry": [{"id": PAGE, "time": 1, "messaging": [item]}]});
    assert_eq!(stage.post(body.to_string().as_bytes()).await, 200);
}

/// The answer to what the person says.
async fn answer(stage: &Stage, text: &str) -> String {
    stage.says(text).await;
    stage.texts().pop().expect("an answer")
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

#[tokio::test]
async fn a_session_is_committed_with_its_turn_and_only_where_it_changed() {
    let (stage, shelf) = stage().await;
    stage.says("show").await;
    assert_eq!(shelf.state().await, Value::Null, "a default is not stored");
    assert_eq!(answer(&stage, "add moka").await, "1");
    assert_eq!(answer(&stage, "add filter").await, "2");
    let stored = json!({"sessions": {"cart": {"version": 2, "data": {"items": [
        {"sku": "moka", "quantity": 1}, {"sku": "filter", "quantity": 1},
    ]}}}});
    assert_eq!(shelf.state().await, stored);
    stage.says("untouched").await;
    assert_eq!(shelf.state().await, stored);
    assert_eq!(answer(&stage, "show").await, r#"["moka", "filter"]"#);
    stage.says("clear").await;
    assert_eq!(shelf.state().await, Value::Null);
    assert_eq!(answer(&stage, "show").await, "[]");
}

const POSTS: u32 = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quick_events_of_one_person_never_overwrite_each_other() {
    let (stage, _) = stage().await;
    let posts = (0..POSTS).map(|_| {
        let item = from_person(json!({"message": {"mid": stage.mid(), "text": "visit"}}));
        post(&stage, item)
    });
    join_all(posts).await;
    stage.quiet().await;
    assert_eq!(answer(&stage, "visited").await, POSTS.to_string());
}

/// The negative control: the same load, change and save in a map of the bot's own, from turns that go on
/// side by side, loses updates. So the posts above do overlap.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_map_that_is_loaded_changed_and_saved_loses_updates() {
    let visits = Naive::default();
    let state = Arc::clone(&visits);
    let stage = Stage::of(Shop::with(async move || state)).await;
    let posts = (0..POSTS).map(|person| {
        let mut item = from_person(json!({"message": {"mid": stage.mid(), "text": "naive"}}));
        item["sender"]["id"] = json!(format!("5000{person}"));
        post(&stage, item)
    });
    join_all(posts).await;
    stage.quiet().await;
    let counted = visits.lock().unwrap()["visits"];
    assert!(counted < POSTS, "{counted} of {POSTS}");
}

#[tokio::test]
async fn a_handler_that_fails_leaves_nothing_and_what_on_error_changes_is_kept() {
    let shelf = Shelf::default();
    let stage = Stage::with(
        shop().store(Arc::clone(&shelf.0)),
        |settings| settings,
        |config| config.turn_timeout = Duration::from_millis(300),
    )
    .await;
    assert_eq!(answer(&stage, "noted").await, "bm");
    for (text, error) in [
        ("noted and fails", "MSG211"),
        ("noted and panics", "MSG212"),
        ("noted and overruns", "MSG213"),
    ] {
        let notes = shelf.state().await["sessions"]["notes"]["data"].clone();
        let told = answer(&stage, text).await;
        assert!(told.starts_with(error), "{told}");
        let expected = format!("{}e", notes.as_str().unwrap());
        assert_eq!(
            shelf.state().await["sessions"]["notes"]["data"],
            json!(expected),
            "{text}"
        );
    }
    assert_eq!(answer(&stage, "noted").await, "bmeeebm");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(
        stage
            .texts()
            .iter()
            .filter(|text| text.starts_with("due"))
            .count(),
        0
    );
}

#[tokio::test]
async fn before_hands_its_changes_on_and_keeps_them_where_it_stops_the_event() {
    let (stage, shelf) = stage().await;
    assert_eq!(answer(&stage, "noted").await, "bm");
    assert_eq!(answer(&stage, "noted and stopped").await, "bmbs");
    assert_eq!(shelf.state().await["sessions"]["notes"]["data"], json!("bmbs"));
}

#[tokio::test]
async fn what_a_handler_may_not_do_with_sessions_is_an_error_that_tells() {
    let (stage, shelf) = stage().await;
    stage.says("visit").await;
    for (text, told) in [
        (
            "twice",
            "MSG210: an extractor failed: MSG630: the session `visits` is taken twice at once",
        ),
        (
            "impostor",
            "MSG210: an extractor failed: MSG631: `session::Impostor` and `session::Visits` are both",
        ),
        (
            "forgetful",
            "MSG211: the handler failed: MSG632: the session `forgetful` cannot be stored",
        ),
        (
            "noted 262144",
            "MSG211: the handler failed: MSG633: the sessions of the conversation would take 262",
        ),
        (
            "holds",
            "MSG211: the handler failed: MSG634: the session `visits` was still held",
        ),
    ] {
        let answer = answer(&stage, text).await;
        assert!(answer.starts_with(told), "{answer}");
    }
    assert_eq!(shelf.state().await["sessions"]["visits"]["data"], json!(1));
    assert_eq!(shelf.state().await["sessions"]["notes"]["data"], json!("eeeee"));
    assert_eq!(answer(&stage, "visited").await, "1");
    assert_eq!(stage.handle.counts().panicked, 0);
}

#[tokio::test]
async fn sessions_have_room_for_256_kib() {
    let (stage, _) = stage().await;
    assert_eq!(answer(&stage, "noted 262000").await, "bm");
    assert_eq!(answer(&stage, "noted").await, "bmbm");
}

#[tokio::test]
async fn an_older_version_is_migrated() {
    let (stage, shelf) = stage().await;
    shelf
        .put(r#"{"sessions":{"cart":{"version":1,"data":{"items":["moka","filter"]}}}}"#)
        .await;
    assert_eq!(answer(&stage, "show").await, r#"["moka", "filter"]"#);
    assert_eq!(
        shelf.state().await["sessions"]["cart"]["version"],
        json!(1),
        "reading writes nothing"
    );
    assert_eq!(answer(&stage, "add espresso").await, "3");
    assert_eq!(shelf.state().await["sessions"]["cart"]["version"], json!(2));
    assert!(shelf.dead().await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_aside_and_reported_and_the_handler_goes_on() {
    for (envelope, cause, version) in [
        (
            r#"{"version":2,"data":{"items":"secret"}}"#,
            "the session `cart`, stored in version 2 and read in version 2, cannot be read: its data does not \
             fit the type, a value of another type or a missing one (line 1, column 17)",
            Some(2),
        ),
        (
            r#"{"version":3,"data":{"secret":1}}"#,
            "the session `cart`, stored in version 3 and read in version 2, cannot be read: `migrate` failed",
            Some(3),
        ),
        (
            r#"{"version":1,"data":{"items":["secret",[1]]}}"#,
            "the session `cart`, stored in version 1 and read in version 2, cannot be read: `migrate` failed, a \
             value of another type or a missing one",
            Some(1),
        ),
        (
            r#"{"version":7,"data":{"items":["secret"]}}"#,
            "the session `cart`, stored in version 7 and read in version 2, cannot be read: the code that reads \
             it panicked",
            Some(7),
        ),
        (
            r#"["secret"]"#,
            "the session `cart`, read in version 2, cannot be read: it has no `version` and `data`, a value of \
             another type or a missing one (line 1, column 9)",
            None,
        ),
    ] {
        let (shelf, told) = (Shelf::default(), Arc::new(Mutex::new(Vec::new())));
        let calls = Arc::clone(&told);
        let hooked = shop()
            .store(Arc::clone(&shelf.0))
            .on_unreadable(move |unreadable| {
                let mut calls = calls.lock().unwrap();
                calls.push((
                    unreadable.conversation().clone(),
                    unreadable.session().map(str::to_owned),
                    unreadable.version(),
                    format!("{unreadable:?}"),
                ));
                drop(calls);
                panic!("harms nobody");
            });
        let stage = Stage::of(hooked).await;
        shelf
            .put(&format!(
                r#"{{"sessions":{{"cart":{envelope},"visits":{{"version":1,"data":5}}}}}}"#
            ))
            .await;
        assert_eq!(answer(&stage, "add moka").await, "1", "{envelope}");
        let dead = shelf.dead().await;
        assert_eq!(dead.len(), 1);
        assert_eq!((&*dead[0].body, &*dead[0].cause.code), (envelope, "MSG603"));
        assert_eq!(dead[0].cause.text, cause);
        let told = std::mem::take(&mut *told.lock().unwrap());
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, conversation());
        assert_eq!((told[0].1.as_deref(), told[0].2), (Some("cart"), version));
        assert!(!told[0].3.contains("secret"), "{}", told[0].3);
        assert_eq!(
            answer(&stage, "visited").await,
            "5",
            "the others are as they were"
        );
        assert_eq!(answer(&stage, "show").await, r#"["moka"]"#);
        assert_eq!(shelf.dead().await.len(), 1);
    }
}

#[tokio::test]
async fn what_cannot_be_read_stays_where_it_is_when_the_turn_fails() {
    let calls = Arc::new(AtomicUsize::new(0));
    let (shelf, counted) = (Shelf::default(), Arc::clone(&calls));
    let stage = Stage::of(shop().store(Arc::clone(&shelf.0)).on_unreadable(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    }))
    .await;
    let broken = json!({"sessions": {"visits": {"version": 1, "data": "?"}}});
    shelf.put(&broken.to_string()).await;
    stage.says("holds").await;
    assert_eq!(
        shelf.state().await["sessions"]["visits"],
        broken["sessions"]["visits"]
    );
    assert!(shelf.dead().await.is_empty());
    assert_eq!(calls.load(Ordering::Relaxed), 1, "it is told of, though");
    assert_eq!(answer(&stage, "visited").await, "0");
    assert_eq!(shelf.state().await["sessions"]["visits"], Value::Null);
    assert_eq!(shelf.dead().await.len(), 1, "a turn that only read it, too");
}

#[tokio::test]
async fn a_state_that_is_none_is_kept_aside_as_a_whole_and_a_broken_part_alone() {
    let (stage, shelf) = stage().await;
    shelf.put("not JSON").await;
    assert_eq!(answer(&stage, "visited").await, "0");
    let dead = shelf.dead().await;
    assert_eq!(&*dead[0].body, r#"{"text":"not JSON"}"#);
    assert_eq!(
        dead[0].cause.to_string(),
        "MSG603: the conversation's state cannot be read: a syntax error (line 1, column 2)"
    );
    assert_eq!(shelf.state().await, Value::Null);

    shelf
        .put(r#"{"offered":[7],"sessions":{"visits":{"version":1,"data":5}},"of_another_build":[1]}"#)
        .await;
    assert_eq!(answer(&stage, "visited").await, "5");
    assert_eq!(&*shelf.dead().await[1].body, "[7]");
    assert_eq!(
        shelf.state().await,
        json!({"sessions": {"visits": {"version": 1, "data": 5}}, "of_another_build": [1]})
    );
}

#[tokio::test]
async fn a_timer_wakes_its_conversation_and_its_reply_goes_out_as_an_update() {
    let (stage, _) = stage().await;
    stage.says("in 30 moka").await;
    until("the reply", || !stage.texts().is_empty()).await;
    stage.quiet().await;
    assert_eq!(stage.texts(), [format!("due moka {PERSON}")]);
    let sent = &stage.graph.calls()[0];
    assert_eq!(sent.body["messaging_type"], "UPDATE");
    assert_eq!(sent.body["recipient"], json!({"id": PERSON}));
    assert_eq!(
        answer(&stage, "visited").await,
        "1",
        "the session of its conversation"
    );
    assert_eq!(stage.graph.calls()[1].body["messaging_type"], "RESPONSE");
}

#[tokio::test]
async fn a_timer_is_replaced_and_cancelled_by_its_name() {
    let (stage, _) = stage().await;
    stage.says("in 100000 old").await;
    stage.says("in 20 new").await;
    until("the newer one", || !stage.texts().is_empty()).await;
    assert_eq!(stage.texts(), [format!("due new {PERSON}")]);
    stage.says("in 400 gone").await;
    stage.says("cancel").await;
    stage.says("in 0").await;
    until("one more", || stage.texts().len() == 2).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(stage.texts()[1..], [format!("due  {PERSON}")]);
}

#[tokio::test]
async fn timers_of_one_turn_are_told_apart_and_keep_their_order() {
    let (stage, _) = stage().await;
    stage.says("two").await;
    until("both", || stage.texts().len() == 2).await;
    stage.says("two").await;
    until("both again", || stage.texts().len() == 4).await;
    assert_eq!(stage.texts(), ["first", "second", "first", "second"]);
}

#[tokio::test]
async fn a_timer_survives_a_restart() {
    let shelf = Shelf::default();
    let first = Stage::of(shop().store(Arc::clone(&shelf.0))).await;
    first.says("in 700 moka").await;
    drop(first);
    let second = Stage::of(shop().store(Arc::clone(&shelf.0))).await;
    until("the reply", || !second.texts().is_empty()).await;
    assert_eq!(second.texts(), [format!("due moka {PERSON}")]);
}

#[tokio::test]
async fn sessions_and_timers_in_a_file_survive_a_restart_and_what_was_due_meanwhile_comes_after_it() {
    const WAIT: Duration = Duration::from_secs(3);
    let dir = TempDir::new("session");
    let path = dir.path().join("bot.db");
    let first = Stage::of(shop().store(reopened(&path).await)).await;
    let set = Instant::now();
    first.says(&format!("in {} moka", WAIT.as_millis())).await;
    first.says("add moka").await;
    first.says("visit").await;
    let graph = first.graph.clone();
    drop(first);
    let store = reopened(&path).await;
    assert_eq!(graph.texts(), ["1"], "nothing was due before the stop");
    assert!(set.elapsed() < WAIT, "nor then");

    tokio::time::sleep_until((set + WAIT + Duration::from_millis(200)).into()).await;
    let second = Stage::of(shop().store(store)).await;
    until("the timer", || !second.texts().is_empty()).await;
    assert_eq!(second.texts(), [format!("due moka {PERSON}")]);
    // The stage counts its message ids anew, and the file knows those of before.
    (0..8).for_each(|_| drop(second.mid()));
    assert_eq!(
        answer(&second, "visited").await,
        "2",
        "the visit before the restart and the timer's"
    );
    assert_eq!(answer(&second, "show").await, r#"["moka"]"#);
}

#[tokio::test]
async fn a_timer_whose_window_is_closed_leaves_a_dead_letter() {
    let (stage, shelf) = stage().await;
    stage.says("in 500 moka").await;
    stage.clock.advance(Duration::from_hours(25));
    until("its end", || stage.handle.counts().window_closed == 1).await;
    stage.quiet().await;
    let letters = shelf.0.dead_letters(DeadLetters::default()).await.unwrap();
    let causes: Vec<_> = letters
        .iter()
        .map(|letter| (letter.kind, &*letter.cause.code))
        .collect();
    assert_eq!(causes, [(DeadKind::Message, "MSG621")]);
    assert!(stage.texts().is_empty());
    assert_eq!(answer(&stage, "visited").await, "1", "the handler has run");
}

#[tokio::test]
async fn a_timer_waits_while_a_person_has_the_conversation() {
    let pause = Duration::from_secs(2);
    let stage = Stage::with(shop(), |settings| settings, |config| config.human_pause = pause).await;
    stage.says("in 200 moka").await;
    stage.event(echo("42", &stage.mid(), "I will help you")).await;
    until("a postponed timer", || stage.handle.counts().paused == 1).await;
    assert!(stage.texts().is_empty());
    stage.clock.advance(pause);
    until("the reply", || !stage.texts().is_empty()).await;
    assert_eq!(stage.texts(), [format!("due moka {PERSON}")]);
}

#[tokio::test]
async fn a_timer_whose_reply_is_refused_harms_nobody() {
    let (stage, _) = stage().await;
    let text = format!("due moka {PERSON}");
    stage
        .graph
        .fate(&text, [Fate::code(StatusCode::BAD_REQUEST, 100)]);
    stage.says("in 0 moka").await;
    until("an end of it", || stage.handle.counts().given_up == 1).await;
    assert_eq!(answer(&stage, "visited").await, "1");
}

#[tokio::test]
async fn nobody_can_make_a_timer_from_outside() {
    let (stage, _) = stage().await;
    let timer = from_person(json!({"timer": {"name": "due", "data": "forged"}}));
    for channel in [
        "messaging",
        "standby",
        "timer",
        "messaging_timer",
        "calls",
        "changes",
    ] {
        stage.entry(channel, timer.clone()).await;
    }
    let bare = json!({"object": "page", "field": "timer", "value": timer, "channel": "timer"});
    assert_eq!(stage.post(bare.to_string().as_bytes()).await, 200);
    stage.quiet().await;
    assert!(stage.texts().is_empty());
    assert_eq!(answer(&stage, "visited").await, "0");
}
