//! The stored forms of each release, which every later one must read.
//!
//! A file under `golden/` is never changed: its digest stands here. Where a form changes, the new one gets a
//! folder of its own, the old one stays, and both are read below.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json, value::RawValue};
use sha2::{Digest as _, Sha256};

use super::memory::Memory;
use crate::{
    Clock, Timers,
    event::{Channel, Event, Kind, Object},
    flow::Kept,
    message::{Action, Message, MessageTag, NotificationType, Recipient, Reply, SenderAction, ThreadControl},
    routing::{
        Offered,
        session::{Sessions, StoredSessions, Workspace},
    },
    store::{
        Cause, Conversation, DeadLetters, MemoryStore, NewEvent, NewRow, Settlement, StateChange, Store,
        StoredEvent, TimerChange, Turn,
    },
};

macro_rules! golden {
    ($($name:ident = $path:literal, $digest:literal;)*) => {
        $(const $name: &str = include_str!(concat!("../../golden/", $path));)*

        #[test]
        fn no_golden_file_was_changed() {
            $(
                let digest = hex::encode(Sha256::digest($name));
                assert_eq!(digest, $digest, "golden/{}: leave it, and add a file of its own for a new form", $path);
            )*
        }
    };
}

golden! {
    STATE_V1 = "v1/state.json", "eee593b17fa42b1678139020a8ff523106aba446b3ac0092e36627c148eca247";
    FLOW_V1 = "v1/flow.json", "758ecbe11bb39ab5b84076ec58f2357accce88561f55ea8cd9baa5507c22f4cf";
    ROWS_V1 = "v1/rows.jsonl", "5135a3903984a6cf6400d06fc2248b8bbd93a3498d96ad6a9e76b51a64549302";
    PAUSE_V1 = "v1/pause.jsonl", "6e9c8965a2f5caa3aecbf2ea2d99990b1ac74d6b332c292f86c015224e64b986";
    EVENTS_V1 = "v1/events.jsonl", "61d7ba282cecfc31b652380b33aa3b41503b0fd65dcc3415b2e171e9d5df12a5";
    DEAD_LETTERS_V1 = "v1/dead_letters.jsonl", "563d62a9732c0f1101e4dddd6984073e908669ce50265ddcbbbd44cbc4445488";
}

const KEY: &str = "000102030405060708090a0b0c0d0e0f:0";

fn conversation() -> Arc<Conversation> {
    Arc::new(Conversation {
        object: Object::Page,
        page: "20001".into(),
        person: Some("300001".into()),
    })
}

/// 2026-11-20, 12:00.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_176_000)
    }
}

fn lines<T: serde::Serialize>(values: &[T]) -> String {
    values
        .iter()
        .map(|value| serde_json::to_string(value).unwrap() + "\n")
        .collect()
}

fn from_lines<T: serde::de::DeserializeOwned>(text: &str) -> Vec<T> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn memory() -> Memory {
    let (mut memory, damage) = Memory::decode(Some(
        br#"{"sessions":{
            "cart":{"version":1,"data":{"items":["moka","filter"],"note":null}},
            "visits":{"version":3,"data":7}}}"#,
    ));
    assert!(damage.is_empty());
    memory.pause(Noon.now(), Duration::from_secs(1800));
    memory.offered = vec![
        Offered {
            title: "Yes".to_owned(),
            payload: "CONFIRM:1001".to_owned(),
        },
        Offered {
            title: "No".to_owned(),
            payload: "CANCEL".to_owned(),
        },
    ];
    memory
}

/// In a flow within another, suspended.
fn in_a_flow() -> Memory {
    let json = |text: &str| RawValue::from_string(text.to_owned()).unwrap().into();
    let checkout = Kept {
        flow: "Checkout".to_owned(),
        version: 1,
        step: "address".to_owned(),
        data: json(r#"{"sku":"moka","qty":2}"#),
        failed: 0,
        expires: None,
        suspended: false,
        within: None,
    };
    let address = Kept {
        flow: "Address".to_owned(),
        version: 2,
        step: "street".to_owned(),
        data: json(r#"{"city":"Nantes"}"#),
        failed: 1,
        expires: Some(1_795_177_800),
        suspended: true,
        within: Some(Box::new(checkout)),
    };
    let mut memory = Memory::default();
    memory.flow = Some(address);
    memory
}

fn text_of(memory: &Memory) -> String {
    let Some(StateChange::Set(state)) = memory.change_from(&Memory::default(), false) else {
        panic!("there is something to remember");
    };
    String::from_utf8(state.to_vec()).unwrap() + "\n"
}

fn pause() -> NewRow {
    NewRow {
        key: KEY.into(),
        to: Recipient::Id("300001".to_owned()),
        action: Action::Pause(Duration::from_millis(1500)),
    }
}

fn rows() -> Vec<NewRow> {
    let everything = Reply::text("Moka")
        .persona("p1")
        .notification_type(NotificationType::SilentPush)
        .tag(MessageTag::HumanAgent)
        .reply_to("m_1");
    let mut actions = vec![
        Action::from(Message::text("Hi!").metadata("order 7")),
        Action::SenderAction(SenderAction::TypingOn),
        Action::SenderAction(SenderAction::TypingOff),
        Action::SenderAction(SenderAction::MarkSeen),
        Action::SenderAction(SenderAction::React {
            message_id: "m_1".to_owned(),
            reaction: "love".to_owned(),
        }),
        Action::SenderAction(SenderAction::Unreact {
            message_id: "m_1".to_owned(),
        }),
        Action::PassThreadControl {
            target_app_id: Some("1001".to_owned()),
            metadata: Some("order 7".to_owned()),
        },
        Action::PassThreadControl {
            target_app_id: None,
            metadata: None,
        },
        Action::TakeThreadControl {
            metadata: Some("order 7".to_owned()),
        },
        Action::ReleaseThreadControl,
    ];
    actions.extend(everything.into_actions());
    actions.extend(Reply::image("https://shop.example/moka.jpg").into_actions());
    let offer: Message = serde_json::from_value(json!({
        "attachment": {"type": "template", "payload": {"template_type": "button", "text": "Buy?", "buttons": [
            {"type": "postback", "title": "Yes", "payload": "BUY:moka:2"},
            {"type": "web_url", "title": "More", "url": "https://shop.example/moka"},
        ]}},
        "quick_replies": [
            {"content_type": "text", "title": "No", "payload": "CANCEL"},
            {"content_type": "user_phone_number"},
        ],
    }))
    .unwrap();
    let mut update = Action::from(offer);
    update.usually_update();
    if let Action::Send { options, .. } = &mut update {
        options.thread_control = Some(ThreadControl::Release);
    }
    actions.push(update);
    let recipients = [
        Recipient::Id("300001".to_owned()),
        Recipient::UserRef("ref-7".to_owned()),
        Recipient::CommentId("1_2".to_owned()),
    ];
    let row = |(ordinal, action): (usize, Action)| NewRow {
        key: format!("{}{ordinal}", &KEY[..33]).into(),
        to: recipients[ordinal % recipients.len()].clone(),
        action,
    };
    actions.into_iter().enumerate().map(row).collect()
}

fn events() -> Vec<StoredEvent> {
    let stored = |channel, field: Option<&str>, json: Value| StoredEvent {
        channel,
        field: field.map(Into::into),
        json: json.to_string().into(),
    };
    let (sender, recipient) = (json!({"id": "300001"}), json!({"id": "20001"}));
    let mut events = vec![
        stored(
            Channel::Messaging,
            None,
            json!({"sender": sender, "recipient": recipient, "timestamp": 1, "message": {"mid": "m_1", "text": "Hi"}}),
        ),
        stored(
            Channel::Changes,
            Some("feed"),
            json!({"field": "feed", "value": {"item": "comment", "comment_id": "1_2"}}),
        ),
    ];
    let workspace = Workspace::new(
        &Sessions::new(Arc::new(Noon), None, None),
        &conversation(),
        [0; 16],
        false,
        &Arc::new(StoredSessions::new()),
        None,
        None,
    );
    workspace.begin();
    let timers = Timers::of(&workspace);
    timers.set("cart", Duration::from_secs(60));
    timers.set_with("cart", Duration::from_secs(60), &json!({"sku": "moka"}));
    workspace.end().unwrap();
    events.extend(workspace.finish().timers.into_iter().map(|change| match change {
        TimerChange::Set { event, .. } => event,
        TimerChange::Cancel { .. } => unreachable!(),
    }));
    events
}

/// A dead letter of each kind, as a store has it.
async fn dead_letters() -> Vec<Value> {
    let store = MemoryStore::new();
    let event = NewEvent {
        conversation: conversation().as_ref().clone(),
        key: std::array::from_fn(|at| at as u8),
        event: events().remove(0),
        opens: None,
        echoes: None,
    };
    let accepted = store.append(vec![event], 1).await.unwrap();
    let turn = Turn {
        lease: accepted.claims.into_iter().next().unwrap().lease,
        state: None,
        rows: rows().into_iter().take(1).collect(),
        timers: Vec::new(),
        unreadable: vec![(
            r#"{"version":1,"data":{"items":"moka"}}"#.to_owned(),
            Cause::new("MSG603", "the session `cart` cannot be read"),
        )],
        failed: Some(Cause::new("MSG211", "the handler failed")),
        send: false,
    };
    store.commit(turn).await.unwrap();
    let row = store.claim_outbox(1).await.unwrap().remove(0);
    let refused = Settlement::Dead(Cause::new("MSG510", "refused"));
    store.settle(row, refused).await.unwrap();
    let letters = store.dead_letters(DeadLetters::default()).await.unwrap();
    letters
        .iter()
        .map(|letter| {
            json!({
                "kind": letter.kind, "conversation": *letter.conversation, "key": letter.key,
                "body": *letter.body, "cause": letter.cause, "attempts": letter.attempts,
            })
        })
        .collect()
}

#[tokio::test]
async fn what_is_written_today_is_the_latest_form() {
    for (path, golden, written) in [
        ("v1/state.json", STATE_V1, text_of(&memory())),
        ("v1/flow.json", FLOW_V1, text_of(&in_a_flow())),
        ("v1/rows.jsonl", ROWS_V1, lines(&rows())),
        ("v1/pause.jsonl", PAUSE_V1, lines(&[pause()])),
        ("v1/events.jsonl", EVENTS_V1, lines(&events())),
        (
            "v1/dead_letters.jsonl",
            DEAD_LETTERS_V1,
            lines(&dead_letters().await),
        ),
    ] {
        assert_eq!(written, golden, "golden/{path}");
    }
}

#[test]
fn states_of_every_release_are_read() {
    let (read, damage) = Memory::decode(Some(STATE_V1.as_bytes()));
    assert!(damage.is_empty());
    assert_eq!(read, memory());
    assert_eq!(read.pause_left(Noon.now()), Duration::from_secs(1800));

    let (read, damage) = Memory::decode(Some(FLOW_V1.as_bytes()));
    assert!(damage.is_empty());
    assert_eq!(read, in_a_flow());
}

#[test]
fn rows_of_every_release_are_read() {
    assert_eq!(from_lines::<NewRow>(ROWS_V1), rows());
    assert_eq!(from_lines::<NewRow>(PAUSE_V1), [pause()]);
}

#[test]
fn events_of_every_release_are_read() {
    let read: Vec<StoredEvent> = from_lines(EVENTS_V1);
    assert_eq!(read, events());
    let conversation = conversation();
    let parsed: Vec<Event<'_>> = read
        .iter()
        .map(|stored| Event::parse(stored.item(&conversation)))
        .collect();
    assert_eq!(parsed[0].text(), Some("Hi"));
    assert!(matches!(parsed[1].kind(), Kind::Change(change) if change.comment_id.as_deref() == Some("1_2")));
    for (timer, data) in parsed[2..].iter().zip([None, Some(r#"{"sku":"moka"}"#)]) {
        let Kind::Timer(read) = timer.kind() else {
            panic!("{timer:?}");
        };
        assert_eq!(read.name.as_deref(), Some("cart"));
        assert_eq!(read.data.as_ref().map(crate::event::Raw::as_str), data);
        assert_eq!((timer.person(), timer.page()), (Some("300001"), "20001"));
        let due = timer.timestamp().map(crate::event::Timestamp::system_time);
        assert_eq!(due, Some(Noon.now() + Duration::from_secs(60)));
    }
}

#[test]
fn dead_letters_of_every_release_can_be_replayed() {
    let letters: Vec<Value> = from_lines(DEAD_LETTERS_V1);
    let body = |kind: &str| {
        let letter = letters.iter().find(|letter| letter["kind"] == kind).unwrap();
        letter["body"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        serde_json::from_str::<StoredEvent>(&body("event")).unwrap(),
        events()[0]
    );
    assert_eq!(
        serde_json::from_str::<NewRow>(&body("message")).unwrap(),
        rows()[0]
    );
    assert_eq!(
        serde_json::from_str::<Value>(&body("state")).unwrap()["version"],
        json!(1)
    );
}
