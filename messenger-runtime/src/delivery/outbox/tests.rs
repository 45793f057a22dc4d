mod row;

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use secrecy::SecretString;
use tokio::time::advance;

use super::{waiting::Until, *};
use crate::{AppSecret, message::Reply, store::NewRow};

#[derive(Debug)]
struct Tokens(Mutex<&'static str>);

impl Tokens {
    fn set(&self, token: &'static str) {
        *self.0.lock().expect("no panic under the lock") = token;
    }
}

impl Provider for Tokens {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        Arc::default()
    }

    fn verify_token(&self) -> SecretString {
        SecretString::default()
    }

    fn app_id(&self) -> Option<Arc<str>> {
        None
    }

    fn access_token(&self, _: &str) -> Option<SecretString> {
        Some(SecretString::from(
            *self.0.lock().expect("no panic under the lock"),
        ))
    }

    fn serves(&self, _: &str) -> bool {
        true
    }
}

const PROBE: Duration = Duration::from_secs(60);

fn conversation(page: &str) -> Conversation {
    Conversation {
        object: Object::Page,
        page: page.into(),
        person: Some("1".into()),
    }
}

fn pause(pages: &Pages, tokens: &Tokens, reason: Reason, is_probe: bool) -> (Duration, bool) {
    let died = pages.token_of(tokens, "1");
    let when = (std::time::SystemTime::UNIX_EPOCH, 0.5);
    pages.pause(
        &conversation("1"),
        reason,
        "dead".to_owned(),
        died,
        is_probe,
        when,
    )
}

#[tokio::test(start_paused = true)]
async fn a_paused_page_lets_one_probe_through_at_a_time_and_one_a_minute() {
    let (pages, tokens) = (Pages::new(PROBE), Tokens(Mutex::new("old")));
    let (this, other) = (conversation("1"), conversation("2"));
    let token = pages.token_of(&tokens, "1");
    assert!(matches!(pages.admit(&this, token, 0.0), Admission::Open));
    let (wait, news) = pause(&pages, &tokens, Reason::TokenDead, false);
    assert!(news && wait >= PROBE && wait < PROBE * 2);
    assert!(matches!(pages.admit(&this, token, 0.0), Admission::Wait(_)));
    assert!(matches!(pages.admit(&other, token, 0.0), Admission::Open));
    advance(wait).await;
    let Admission::Probe(probe) = pages.admit(&this, token, 0.0) else {
        panic!("a probe is due");
    };
    assert!(
        matches!(pages.admit(&this, token, 0.0), Admission::Wait(_)),
        "one at a time"
    );
    advance(PROBE * 2).await;
    assert!(
        matches!(pages.admit(&this, token, 0.0), Admission::Wait(_)),
        "however long it takes"
    );
    assert!(!pause(&pages, &tokens, Reason::TokenDead, true).1, "no news");
    drop(probe);
    assert!(
        matches!(pages.admit(&this, token, 0.0), Admission::Wait(_)),
        "a minute after the last"
    );
    assert!(pages.resume(&this));
    assert!(matches!(pages.admit(&this, token, 0.0), Admission::Open));
    assert!(pages.list().is_empty());
}

#[tokio::test(start_paused = true)]
async fn another_token_is_tried_at_once_and_noticed_once() {
    let (pages, tokens) = (Pages::new(PROBE), Tokens(Mutex::new("old")));
    pause(&pages, &tokens, Reason::TokenDead, false);
    assert!(pages.with_another_token(&tokens).is_empty());
    tokens.set("new");
    assert_eq!(pages.with_another_token(&tokens).len(), 1);
    assert!(
        pages.with_another_token(&tokens).is_empty(),
        "it is no news any more"
    );
    let this = conversation("1");
    let token = pages.token_of(&tokens, "1");
    assert!(pages.admits_by_now(&this, token));
    assert!(matches!(pages.admit(&this, token, 0.0), Admission::Probe(_)));
}

#[tokio::test(start_paused = true)]
async fn a_restricted_page_waits_longer_and_no_token_helps_it() {
    let (pages, tokens) = (Pages::new(PROBE), Tokens(Mutex::new("old")));
    pause(&pages, &tokens, Reason::Restricted, false);
    tokens.set("new");
    assert!(pages.with_another_token(&tokens).is_empty());
    let token = pages.token_of(&tokens, "1");
    advance(PROBE * 9).await;
    assert!(matches!(
        pages.admit(&conversation("1"), token, 0.0),
        Admission::Wait(_)
    ));
    advance(PROBE).await;
    assert!(matches!(
        pages.admit(&conversation("1"), token, 0.0),
        Admission::Probe(_)
    ));
}

#[test]
fn whoever_stops_waiting_leaves_nothing_behind() {
    let waiters = Waiters::default();
    let key: Arc<str> = "a".into();
    let whose = Arc::new(conversation("1"));
    let first = waiters.wait_for(&key, &whose, Until::Settled);
    let mut second = waiters.wait_for(&key, &whose, Until::Settled);
    drop(first);
    assert_eq!(waiters.len(), 1, "the later one still waits");
    waiters.tell("a", Ok(Became::Taken));
    assert!(matches!(second.told().now_or_never(), Some(Ok(Became::Taken))));
    drop(waiters.wait_for(&key, &whose, Until::Settled));
    assert_eq!(waiters.len(), 0);
    let mut third = waiters.wait_for(&key, &whose, Until::Settled);
    waiters.tell_paused(&conversation("2"));
    assert_eq!(waiters.len(), 1, "another page");
    waiters.tell_paused(&Conversation {
        person: Some("2".into()),
        ..conversation("1")
    });
    assert!(matches!(
        third.told().now_or_never(),
        Some(Err(SendError::PagePaused))
    ));
}

#[tokio::test(start_paused = true)]
async fn a_handler_waits_for_a_row_that_leaves_within_a_moment_and_for_no_other() {
    let waiters = Waiters::default();
    let (key, whose) = ("a".into(), Arc::new(conversation("1")));
    let (moment, long) = (Duration::from_millis(600), Duration::from_millis(1100));
    let mut strict = waiters.wait_for(&key, &whose, Until::Settled);
    waiters.put_off("a", Duration::from_secs(3600));
    assert!(
        strict.told().now_or_never().is_none(),
        "it waits for as long as it takes"
    );
    waiters.tell_page_paused("a");
    assert!(matches!(
        strict.told().now_or_never(),
        Some(Err(SendError::PagePaused))
    ));
    for (waits, is_too_long) in [
        (vec![moment], false),
        (vec![long], true),
        (vec![moment, moment], true),
    ] {
        let mut handler = waiters.wait_for(&key, &whose, Until::PutOff);
        for wait in &waits {
            assert!(handler.told().now_or_never().is_none());
            waiters.put_off("a", *wait);
            advance(*wait).await;
        }
        let told = handler.told().now_or_never();
        assert_eq!(
            matches!(told, Some(Ok(Became::Waits))),
            is_too_long,
            "{waits:?}: {told:?}"
        );
    }
    let mut handler = waiters.wait_for(&key, &whose, Until::PutOff);
    waiters.tell_paused(&conversation("1"));
    assert!(matches!(handler.told().now_or_never(), Some(Ok(Became::Waits))));
}

#[test]
fn whoever_waits_for_a_conversation_that_is_erased_is_told() {
    let waiters = Waiters::default();
    let (key, whose) = ("a".into(), Arc::new(conversation("1")));
    let mut waiter = waiters.wait_for(&key, &whose, Until::Settled);
    waiters.tell_erased(&conversation("2"));
    assert!(waiter.told().now_or_never().is_none(), "it was another one");
    waiters.tell_erased(&whose);
    assert!(matches!(
        waiter.told().now_or_never(),
        Some(Err(SendError::Erased))
    ));
}

#[test]
fn whoever_waits_when_the_bot_stops_is_told_and_whoever_comes_later_too() {
    let waiters = Waiters::default();
    let (key, whose) = ("a".into(), Arc::new(conversation("1")));
    let mut first = waiters.wait_for(&key, &whose, Until::Settled);
    assert!(first.told().now_or_never().is_none());
    waiters.close();
    let mut later = waiters.wait_for(&key, &whose, Until::Settled);
    for waiter in [&mut first, &mut later] {
        assert!(matches!(
            waiter.told().now_or_never(),
            Some(Err(SendError::Unsettled))
        ));
    }
    assert_eq!(waiters.len(), 0);
}

/// A row as it was kept before messages said what is done in doubt.
const OLD_ROW: &str = r#"{"key":"k","to":{"id":"2"},"action":{"send":{"message":{"text":"hi"}}}}"#;

fn row(json: &str, attempts: u32, doubts: u32) -> Row {
    Row {
        conversation: Arc::new(conversation("1")),
        new: Arc::new(serde_json::from_str(json).expect("a row")),
        attempts,
        doubts,
        opened: None,
        epoch: 1,
    }
}

#[test]
fn what_is_done_in_doubt_is_kept_and_its_absence_means_at_least_once() {
    let old = row(OLD_ROW, 0, 0);
    assert_eq!(
        serde_json::to_string(&*old.new).expect("JSON"),
        OLD_ROW,
        "the form did not change"
    );
    let once = Reply::text("hi").at_most_once().into_actions().remove(0);
    let new = NewRow {
        action: once,
        ..(*old.new).clone()
    };
    let json = serde_json::to_string(&new).expect("JSON");
    assert_eq!(
        json,
        r#"{"key":"k","to":{"id":"2"},"action":{"send":{"message":{"text":"hi"},"when_in_doubt":"give_up"}}}"#
    );
    let now = std::time::SystemTime::UNIX_EPOCH;
    let cause = |json: &str, doubts| policy::forbids(&row(json, doubts, doubts), now).map(|cause| cause.code);
    for (doubts, at_least_once, at_most_once) in [
        (0, None, None),
        (1, None, Some("MSG623")),
        (2, None, Some("MSG623")),
        (3, Some("MSG622"), Some("MSG623")),
    ] {
        assert_eq!(cause(OLD_ROW, doubts).as_deref(), at_least_once);
        assert_eq!(cause(&json, doubts).as_deref(), at_most_once);
    }
    // A process that ends has mostly not sent it yet, unless it ends because of it.
    let ended = |doubts| policy::forbids(&row(OLD_ROW, 1, doubts), now).map(|cause| cause.code);
    assert_eq!((ended(19), ended(20).as_deref()), (None, Some("MSG622")));
    let typing = r#"{"key":"k","to":{"id":"2"},"action":{"sender_action":{"sender_action":"typing_on"}}}"#;
    assert_eq!(cause(typing, 5), None, "seeing it twice does no harm");
}

#[test]
fn what_did_not_arrive_is_tried_with_patience() {
    let tries = |error: &GraphError| {
        (0..1000)
            .find(|tried| policy::is_exhausted(&row(OLD_ROW, *tried, 0), error))
            .map(|tried| tried + 1)
    };
    for (error, expected) in [
        (GraphError::refused(2, None), 8),
        (GraphError::refused(1200, None), 8),
        (GraphError::refused(613, None), 60),
        (GraphError::refused(4, None), 60),
        (GraphError::lost(), 8),
    ] {
        assert_eq!(tries(&error), Some(expected), "{error}");
    }
}

#[test]
fn a_cause_says_its_code_once() {
    let cause = policy::cause_of(&GraphError::refused(551, None));
    assert_eq!(cause.code, "MSG514");
    assert!(
        cause
            .to_string()
            .starts_with("MSG514: the person is not available"),
        "{cause}"
    );
}
