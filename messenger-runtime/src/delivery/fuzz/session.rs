//! What stores keep: the state of a conversation with its sessions, events, outgoing rows.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

use crate::{
    delivery::memory::{Damage, Memory},
    event::{Event, Object},
    routing::session::{Json, fuzz},
    store::{Conversation, NewRow, StoredEvent},
};

/// A state as read, and what of it could not be.
type Decode = fn(Option<&[u8]>) -> (Memory, Vec<Damage>);

fn examine(data: &[u8], decode: Decode) {
    state(data, decode);
    if let Ok(raw) = serde_json::from_slice::<Box<RawValue>>(data) {
        fuzz::check(&Json::from(raw));
    }
    let event: Option<StoredEvent> = comes_back(data);
    if let Some(stored) = event {
        let conversation = Conversation {
            object: Object::Page,
            page: "1".into(),
            person: None,
        };
        let event = Event::parse(stored.item(&conversation));
        assert_eq!(event, Event::parse(stored.item(&conversation)));
        let _ = (event.duplicate_key(), event.person(), format!("{event:?}"));
    }
    let _: Option<NewRow> = comes_back(data);
}

/// What can be read is the same when it was written and read again.
fn comes_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(data: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(data).ok()?;
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(again, read);
    Some(read)
}

fn state(data: &[u8], decode: Decode) {
    let (memory, damage) = decode(Some(data));
    let written = serde_json::to_vec(&memory).expect("a state can be written");
    let (again, none) = decode(Some(&written));
    assert!(none.is_empty(), "what was written cannot be read");
    assert_eq!(again, memory, "what was written is read as something else");

    let kept: BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(&written).expect("a state is an object");
    let Ok(parts) = serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(data) else {
        assert_eq!(memory, Memory::default());
        let [Damage { part: None, body, .. }] = &damage[..] else {
            panic!("a state that is no object is not reported as one: {damage:?}")
        };
        assert_eq!(
            bytes(body).as_deref(),
            Some(data),
            "the bytes of a broken state are lost"
        );
        return;
    };
    for (name, part) in &parts {
        let aside = damage.iter().find(|damage| damage.part == Some(name));
        match aside {
            Some(aside) => {
                assert_eq!(aside.body, part.get(), "a broken part is not kept as it was");
                assert!(!kept.contains_key(name), "a part is both read and broken");
            }
            None => assert!(
                kept.contains_key(name) || is_nothing(part.get()),
                "a part is neither read nor kept aside"
            ),
        }
    }
    assert!(
        damage
            .iter()
            .all(|damage| damage.part.is_some_and(|part| parts.contains_key(part)))
    );
    if let (Some(before), Some(after), false) = (
        parts.get("sessions"),
        kept.get("sessions"),
        damage.iter().any(|damage| damage.part == Some("sessions")),
    ) {
        assert_eq!(
            sessions(before.get()),
            sessions(after.get()),
            "a session was changed by reading it"
        );
    }
}

/// Whether a part holds what is left out when it is written.
fn is_nothing(part: &str) -> bool {
    let value = part.parse::<Value>();
    value.is_ok_and(|value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    })
}

fn sessions(part: &str) -> BTreeMap<String, String> {
    let all: BTreeMap<String, Box<RawValue>> = serde_json::from_str(part).expect("it was read as sessions");
    all.into_iter()
        .map(|(name, json)| (name, json.get().to_owned()))
        .collect()
}

/// The bytes of a state that was kept whole.
fn bytes(body: &str) -> Option<Vec<u8>> {
    let body: BTreeMap<String, String> = serde_json::from_str(body).ok()?;
    match (body.get("text"), body.get("base64")) {
        (Some(text), None) => Some(text.as_bytes().to_vec()),
        (None, Some(base64)) => STANDARD.decode(base64).ok(),
        _ => None,
    }
}

pub(crate) fn check(data: &[u8]) {
    examine(data, Memory::decode);
}

/// Begins anew over a part that cannot be read, without a word.
pub(crate) fn control(data: &[u8]) {
    examine(data, |state| {
        let (memory, mut damage) = Memory::decode(state);
        damage.retain(|damage| damage.part.is_none());
        (memory, damage)
    });
}
