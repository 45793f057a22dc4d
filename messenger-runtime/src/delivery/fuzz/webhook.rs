//! A body of the webhook. An input is a body, and also an item of one.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};

use crate::{
    delivery::inbox::new_event,
    event::{Event, Item, Kind, Webhook},
    store::{NewEvent, StoredEvent},
};

const GOOD: &str =
    r#"{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1,"message":{"mid":"m","text":"good"}}"#;

/// The items of a body, each as what is kept of it; `None` where the body is refused.
type Keep = fn(&[u8]) -> Option<Vec<NewEvent>>;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 60)
}

fn keep(body: &[u8]) -> Option<Vec<NewEvent>> {
    let webhook = Webhook::parse(body).ok()?;
    Some(webhook.items().iter().map(keep_item).collect())
}

fn keep_item(item: &Item<'_>) -> NewEvent {
    let new = new_event(item, &item.page.as_ref().into(), now());
    let event = Event::parse(item.clone());
    ask(&event);
    // What the turn reads is what came in.
    let again = Event::parse(new.event.item(&new.conversation));
    assert_eq!(again, event);
    assert_eq!(again.duplicate_key(), new.key);
    assert_eq!(event.clone().into_owned(), event);
    assert!(
        new.opens
            .is_none_or(|opens| opens <= now() && event.person().is_some())
    );
    if let Some(key) = &new.echoes {
        let metadata = event.message().and_then(|message| message.metadata.as_deref());
        assert!(matches!(event.kind(), Kind::Echo(_)));
        assert!(metadata.is_some_and(|metadata| metadata.starts_with(&**key)) && key.len() > 33);
    }
    new
}

/// Asks an event everything that a turn asks.
fn ask(event: &Event<'_>) {
    let _ = (
        event.name(),
        event.mid(),
        event.text(),
        event.payload(),
        event.title(),
        event.user_ref(),
    );
    let _ = (
        event.person(),
        event.reference(),
        event.timestamp(),
        event.is_standby(),
        event.attachments(),
    );
    let _ = (
        event.sender_id(),
        event.recipient_id(),
        event.get("sender"),
        event.extra().count(),
    );
    if let Some(message) = event.message() {
        let _ = (message.sticker_id(), message.story(), message.main_attachment());
        for attachment in &message.attachments {
            let _ = (attachment.booking(), attachment.products());
        }
    }
    let _ = format!("{event:?}{:?}", event.kind());
}

fn is_good(new: &NewEvent) -> bool {
    *new.event.json == *GOOD && new.conversation.person.as_deref() == Some("2")
}

fn events(kept: &Option<Vec<NewEvent>>) -> Vec<(&StoredEvent, [u8; 16])> {
    let kept = kept.iter().flatten();
    kept.map(|new| (&new.event, new.key)).collect()
}

fn examine(data: &[u8], keep: Keep) {
    let value = serde_json::from_slice::<Value>(data);
    let kept = keep(data);
    if value.is_ok() {
        assert!(kept.is_some(), "a body that is JSON is never refused");
    }
    assert_eq!(
        events(&kept),
        events(&keep(data)),
        "the same body is the same events"
    );
    if let Ok(value) = value {
        beside_another_entry(value.clone(), keep);
        with_other_spaces(&value, keep);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        beside_another_item(text, keep);
    }
}

/// As an item between good ones.
fn beside_another_item(item: &str, keep: Keep) {
    let body = format!(r#"{{"object":"page","entry":[{{"id":"1","messaging":[{GOOD},{item},{GOOD}]}}]}}"#);
    let json: Result<Vec<serde::de::IgnoredAny>, _> = serde_json::from_str(&format!("[{item}]"));
    match (json.map(|items| items.len()), keep(body.as_bytes())) {
        (Ok(1), Some(kept)) => {
            assert_eq!(kept.len(), 3);
            assert!(is_good(&kept[0]) && is_good(&kept[2]), "a sibling is lost");
            assert_eq!(*kept[1].event.json, *item.trim_matches([' ', '\t', '\r', '\n']));
        }
        (Ok(1), None) => panic!("an item that is JSON has the body refused"),
        // It ended its list, or its entry.
        (_, kept) => assert!(kept.iter().flatten().all(|new| !new.event.json.is_empty())),
    }
}

/// Behind its own entries a good one.
fn beside_another_entry(mut body: Value, keep: Keep) {
    let Some(fields) = body.as_object_mut() else {
        return;
    };
    fields.insert("object".to_owned(), "page".into());
    if !fields.get("entry").is_some_and(Value::is_array) {
        return;
    }
    let alone = keep(body.to_string().as_bytes());
    let good: Value = serde_json::from_str(GOOD).expect("it is JSON");
    if let Some(entries) = body["entry"].as_array_mut() {
        entries.push(json!({"id": "1", "messaging": [good]}));
    }
    let both = keep(body.to_string().as_bytes());
    let both = events(&both);
    let (last, others) = both.split_last().expect("the good one is there");
    assert_eq!(others, events(&alone), "a good entry changes the others");
    assert_eq!(last.0.json.parse::<Value>().ok(), Some(good));
}

/// The key of an event does not go by spaces.
fn with_other_spaces(body: &Value, keep: Keep) {
    let short = keep(body.to_string().as_bytes());
    let long = keep(format!("{body:#}").as_bytes());
    let keys =
        |kept: &Option<Vec<NewEvent>>| -> Vec<_> { events(kept).iter().map(|(_, key)| *key).collect() };
    assert_eq!(keys(&short), keys(&long));
}

pub(crate) fn check(data: &[u8]) {
    examine(data, keep);
}

/// Reads the items as one list of objects, which one that is no object ends.
pub(crate) fn control(data: &[u8]) {
    examine(data, |body| {
        let webhook = Webhook::parse(body).ok()?;
        let items = webhook.items().iter();
        let objects = items.take_while(|item| item.json.starts_with('{'));
        Some(
            objects
                .map(|item| new_event(item, &Arc::from(&*item.page), now()))
                .collect(),
        )
    });
}
