//! Turns that fail, that end the process, that lose their lease, or that the store does not take.

mod leases;

use std::{
    collections::HashMap,
    ops::ControlFlow,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use messenger_runtime::{
    config::Config,
    event::Object,
    message::Recipient,
    prelude::*,
    store::{Backlog, Conversation, Enqueue, NewRow, Store as _, StoreError},
};
use messenger_tests::{
    Stage,
    faulty::{FaultyStore, Op},
    stage::{PAGE, PERSON, text_body, until},
};
use serde_json::json;

/// How long leases hold where there are any.
const TERM: Duration = Duration::from_millis(300);
/// How long the handler takes that lingers.
const LINGERS: Duration = Duration::from_secs(20);

/// What the handlers share with their test.
#[derive(Clone, Debug, Default)]
struct Lab {
    store: FaultyStore,
    /// How often each person's poison was taken.
    poisoned: Arc<Mutex<HashMap<String, usize>>>,
    /// How many suspects were at work at once, now and at most, and the same of other poison.
    suspects: Arc<[AtomicUsize; 2]>,
    others: Arc<[AtomicUsize; 2]>,
}

impl Lab {
    fn leasing() -> Self {
        Self {
            store: FaultyStore::default().leasing(TERM),
            ..Self::default()
        }
    }

    async fn stage(&self) -> Stage {
        self.stage_with(|_| ()).await
    }

    async fn stage_with(&self, change: impl FnOnce(&mut Config)) -> Stage {
        let (state, store) = (self.clone(), self.store.clone());
        let bot = Patient::with(async move || state).store(store);
        Stage::with(bot, |settings| settings, change).await
    }

    fn poisoned(&self, person: &str) -> usize {
        let poisoned = self.poisoned.lock().expect("no panic under the lock");
        poisoned.get(person).copied().unwrap_or_default()
    }

    /// The codes of all dead letters.
    async fn codes(&self) -> Vec<String> {
        let letters = self.store.letters().await;
        letters.into_iter().map(|letter| letter.cause.code).collect()
    }
}

/// Counts whoever is within, now and at most.
struct Within(Arc<[AtomicUsize; 2]>);

impl Within {
    fn enter(counts: &Arc<[AtomicUsize; 2]>) -> Self {
        let now = counts[0].fetch_add(1, Ordering::SeqCst) + 1;
        counts[1].fetch_max(now, Ordering::SeqCst);
        Self(Arc::clone(counts))
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        self.0[0].fetch_sub(1, Ordering::SeqCst);
    }
}

bot! {
    /// Comes to every kind of bad end.
    Patient(Lab);
    guard, poison, fails, at_length, panics, overruns, rejects, breaks, naps, lingers, forgets, echo, sorry,
}

#[before]
async fn guard(text: Option<Text>) -> Result<ControlFlow<()>, String> {
    match text.as_deref() {
        Some("at the door") => Err("nobody comes in".to_owned()),
        _ => Ok(ControlFlow::Continue(())),
    }
}

/// Ends the process that handles it, as far as the store can tell.
#[on_text(words = ["poison"])]
async fn poison(user: User, State(lab): State<Lab>) {
    let person = user.id().to_owned();
    let runs = {
        let mut poisoned = lab.poisoned.lock().expect("no panic under the lock");
        let runs = poisoned.entry(person.clone()).or_default();
        *runs += 1;
        *runs
    };
    let _within = Within::enter(if runs >= 3 { &lab.suspects } else { &lab.others });
    lab.store.kill_holder_of(&person);
    std::future::pending::<()>().await;
}

/// Sets a timer that no handler takes.
#[on_text(words = ["forgets"])]
async fn forgets(timers: Timers) {
    timers.set("renamed", Duration::ZERO);
}

#[on_text(words = ["fails"])]
async fn fails() -> Result<(), String> {
    Err("no such order".to_owned())
}

#[on_text(words = ["at length"])]
async fn at_length() -> Result<(), String> {
    Err("ä".repeat(10_000))
}

#[on_text(words = ["panics"])]
async fn panics() {
    panic!("on purpose");
}

#[on_text(words = ["overruns"])]
async fn overruns() {
    std::future::pending::<()>().await;
}

#[on_text(words = ["rejects"])]
async fn rejects(_referral: Referral) {}

#[on_text(words = ["breaks"])]
async fn breaks() -> Reply {
    Reply::text("x".repeat(10_000))
}

#[on_text(words = ["naps"])]
async fn naps() -> &'static str {
    tokio::time::sleep(TERM * 3).await;
    "good morning"
}

#[on_text(words = ["lingers"])]
async fn lingers(State(lab): State<Lab>) {
    let _within = Within::enter(&lab.others);
    tokio::time::sleep(LINGERS).await;
}

#[on_text(r"^(?<word>say .*)$")]
async fn echo(word: String) -> String {
    word
}

#[on_error]
async fn sorry(error: HandlerError) -> String {
    format!("sorry for {}", error.code())
}

/// Somebody writes, and nobody waits for what comes of it.
async fn writes(stage: &Stage, person: &str, text: &str) {
    let body = text_body(person, &stage.mid(), text);
    assert_eq!(stage.post(body.as_bytes()).await, 200);
}

#[tokio::test]
async fn an_event_that_ends_the_process_is_parked_and_holds_up_nobody() {
    let lab = Lab::leasing();
    let stage = lab.stage().await;
    writes(&stage, PERSON, "poison").await;
    writes(&stage, PERSON, "say after all").await;
    for round in 0..4 {
        for person in 0..50 {
            writes(&stage, &format!("4{person:04}"), &format!("say {round}")).await;
        }
        tokio::time::sleep(TERM / 3).await;
    }
    until("the others' answers", || stage.texts().len() >= 200).await;
    stage.quiet().await;
    let texts = stage.texts();
    assert_eq!(texts.len(), 201);
    assert_eq!(texts.iter().filter(|text| *text == "say after all").count(), 1);
    assert_eq!(lab.poisoned(PERSON), 5, "the claims that it may have");
    let counts = stage.handle.counts();
    assert_eq!((counts.parked, counts.leases_lost), (1, 5));
    let letters = lab.store.letters().await;
    assert_eq!(lab.codes().await, ["MSG620"]);
    assert!(letters[0].body.contains("poison"), "it is kept whole");
}

#[tokio::test]
async fn without_a_bound_for_claims_the_poison_is_never_parked() {
    let lab = Lab::leasing();
    let stage = lab.stage_with(|config| config.max_claims = u32::MAX).await;
    writes(&stage, PERSON, "poison").await;
    writes(&stage, PERSON, "say after all").await;
    until("more claims than five", || lab.poisoned(PERSON) > 6).await;
    assert_eq!((stage.handle.counts().parked, stage.texts().len()), (0, 0));
}

#[tokio::test]
async fn one_suspect_is_at_work_at_a_time_and_the_innocent_beside_it() {
    let lab = Lab::leasing();
    let stage = lab.stage().await;
    let people: Vec<_> = (0..4).map(|number| format!("5{number}")).collect();
    for person in &people {
        writes(&stage, person, "poison").await;
    }
    until("a suspect at work", || {
        lab.suspects[0].load(Ordering::SeqCst) == 1
    })
    .await;
    let before = stage.texts().len();
    writes(&stage, PERSON, "say hello").await;
    until("an answer beside it", || stage.texts().len() > before).await;
    stage.quiet().await;
    assert_eq!(stage.handle.counts().parked, 4);
    let most = |counts: &Arc<[AtomicUsize; 2]>| counts[1].load(Ordering::SeqCst);
    assert_eq!(most(&lab.suspects), 1);
    assert!(
        most(&lab.others) > 1,
        "those that are no suspects yet run side by side"
    );
}

#[tokio::test]
async fn a_failed_event_goes_to_on_error_once_and_is_kept_with_its_cause() {
    let lab = Lab::default();
    let stage = lab
        .stage_with(|config| config.turn_timeout = Duration::from_millis(50))
        .await;
    let cases = [
        ("fails", "MSG211"),
        ("panics", "MSG212"),
        ("overruns", "MSG213"),
        ("rejects", "MSG210"),
        ("breaks", "MSG101"),
        ("at the door", "MSG211"),
    ];
    for (text, code) in cases {
        stage.says(text).await;
        stage.says("say more").await;
        let letter = lab.store.letters().await.pop().expect("it is kept");
        assert_eq!((&*letter.cause.code, letter.attempts), (code, 1), "{text}");
        assert!(letter.body.contains(text), "{text}: the event itself");
        let texts = stage.texts();
        assert_eq!(
            texts[texts.len() - 2..],
            [format!("sorry for {code}"), "say more".to_owned()]
        );
    }
    assert_eq!(stage.texts().len(), 2 * cases.len());
    let counts = stage.handle.counts();
    assert_eq!(
        (counts.turns_failed, counts.stopped),
        (cases.len() as u64, 0),
        "one that fails at the door stops nothing"
    );
    let codes = lab.codes().await;
    assert_eq!(codes, cases.map(|(_, code)| code));
    let letters = lab.store.letters().await;
    assert_eq!(letters[0].cause.text, "the handler failed: no such order");
}

#[tokio::test]
async fn of_a_long_cause_the_beginning_is_kept() {
    let lab = Lab::default();
    let stage = lab.stage().await;
    stage.says("at length").await;
    let letters = lab.store.letters().await;
    assert_eq!(letters[0].cause.text.chars().count(), 500);
}

#[tokio::test]
async fn an_event_that_nobody_handles_is_no_dead_letter() {
    let lab = Lab::default();
    let stage = lab.stage().await;
    stage.says("what is this").await;
    assert_eq!(stage.handle.counts().unhandled, 1);
    assert!(lab.codes().await.is_empty());
}

#[tokio::test]
async fn a_turn_that_the_store_refuses_is_kept_as_failed_and_the_conversation_goes_on() {
    let lab = Lab::default();
    let stage = lab.stage().await;
    lab.store
        .fail(Op::Commit, [StoreError::Refused("no such character".into())]);
    stage.says("say no").await;
    stage.says("say yes").await;
    assert_eq!(stage.texts(), ["say yes"], "nothing of a refused turn is sent");
    assert_eq!(lab.codes().await, ["MSG626"]);
    assert_eq!(
        (stage.handle.counts().refused, lab.store.calls(Op::Commit)),
        (1, 3)
    );
}

#[tokio::test]
async fn a_turn_that_the_store_refuses_twice_is_not_tried_for_ever() {
    let lab = Lab::default();
    let stage = lab.stage().await;
    let refused = || StoreError::Refused("no such character".into());
    lab.store.fail(Op::Commit, [refused(), refused()]);
    writes(&stage, PERSON, "say no").await;
    until("both commits", || lab.store.calls(Op::Commit) == 2).await;
    writes(&stage, "77", "say yes").await;
    until("another conversation", || stage.texts().len() == 1).await;
    assert_eq!((lab.store.calls(Op::Commit), lab.store.releases().len()), (3, 0));
}

/// One claim is all that an event has, and the store is asked again at once.
fn impatient(config: &mut Config) {
    config.max_claims = 1;
    config.send_waits.store = Duration::from_millis(1);
}

#[tokio::test]
async fn what_could_not_be_committed_is_committed_later_and_its_handler_runs_once() {
    let lab = Lab::default();
    let stage = lab.stage_with(impatient).await;
    let gone = || StoreError::Unavailable("on purpose".into());
    lab.store.fail(Op::Commit, [gone(), gone(), gone()]);
    lab.store.fail(Op::Release, [gone(), gone()]);
    lab.store.fail(Op::Claim, [gone()]);
    stage.says("say it").await;
    assert_eq!(stage.texts(), ["say it"]);
    assert_eq!(lab.store.releases(), [false; 3]);
    let counts = stage.handle.counts();
    assert_eq!((counts.parked, counts.handled), (0, 1));
    assert!(counts.store_errors >= 5, "{counts:?}");
}

#[tokio::test]
async fn a_turn_that_can_never_be_committed_counts_and_is_parked() {
    let lab = Lab::default();
    let stage = lab.stage_with(impatient).await;
    let gone = std::iter::repeat_n(StoreError::Unavailable("on purpose".into()), 30);
    lab.store.fail(Op::Commit, gone);
    stage.says("say it").await;
    let counts = stage.handle.counts();
    assert_eq!((counts.parked, counts.handled), (1, 1));
    let mut releases = lab.store.releases();
    assert_eq!((releases.pop(), releases.contains(&true)), (Some(true), false));
    assert_eq!(
        (lab.codes().await, stage.texts().len()),
        (vec!["MSG620".to_owned()], 0)
    );
}

#[tokio::test]
async fn a_commit_that_was_made_and_not_answered_is_not_made_again() {
    let lab = Lab::default();
    let stage = lab.stage_with(impatient).await;
    lab.store.lose_answer_to_commit();
    writes(&stage, PERSON, "naps").await;
    until("the nap", || stage.handle.counts().received == 1).await;
    stage.says("say two").await;
    assert_eq!(stage.texts(), ["good morning", "say two"]);
    let counts = stage.handle.counts();
    assert_eq!((counts.handled, lab.store.calls(Op::Commit)), (2, 2));
}

#[tokio::test]
async fn a_send_that_could_not_be_settled_does_not_stop_other_conversations() {
    let lab = Lab::default();
    let stage = lab.stage().await;
    lab.store
        .fail(Op::Settle, [StoreError::Unavailable("on purpose".into())]);
    writes(&stage, PERSON, "say one").await;
    until("the send", || lab.store.calls(Op::Settle) == 1).await;
    writes(&stage, "77", "say two").await;
    until("the other send", || lab.store.calls(Op::Settle) == 2).await;
    assert_eq!(stage.texts(), ["say one", "say two"]);
    let left = stage.handle.backlog().await.expect("the store can tell");
    assert_eq!(
        Backlog {
            oldest_row: None,
            ..left
        },
        Backlog {
            rows: 1,
            ..Backlog::default()
        }
    );
}

#[tokio::test]
async fn a_timer_that_no_handler_takes_is_kept_and_named() {
    let lab = Lab::default();
    let stage = lab.stage().await;
    stage.says("forgets").await;
    until("it is due", || stage.handle.counts().unhandled == 1).await;
    stage.quiet().await;
    let letters = lab.store.letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].cause.code, "MSG635");
    assert!(letters[0].cause.text.contains("renamed"), "{letters:?}");
    assert_eq!(stage.handle.counts().turns_failed, 0, "no handler failed");
    stage.says("fails").await;
    until("it failed", || stage.handle.counts().turns_failed == 1).await;
}

#[tokio::test]
async fn messages_beyond_those_that_were_asked_for_are_given_back_and_sent() {
    let lab = Lab::default();
    for number in 0..40 {
        let taking = json!({ "take_thread_control": { "metadata": number.to_string() } });
        let row = NewRow {
            key: format!("key-{number}").into(),
            to: Recipient::Id(number.to_string()),
            action: serde_json::from_value(taking).expect("it is an action"),
        };
        let conversation = Conversation {
            object: Object::Page,
            page: PAGE.into(),
            person: Some(number.to_string().into()),
        };
        let queue = Enqueue {
            conversation: Arc::new(conversation),
            rows: vec![row],
            turn: None,
            once: None,
        };
        lab.store.enqueue(queue).await.expect("memory takes it");
    }
    lab.store.lease_more_rows(100);
    let stage = lab.stage().await;
    until("all are sent", || stage.graph.calls().len() == 40).await;
}
