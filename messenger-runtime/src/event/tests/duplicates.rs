//! What counts as the same event.

use super::{event, from_person, item};
use crate::event::{Channel, Event};

#[test]
fn a_message_is_known_by_its_mid() {
    let key = from_person(r#""message":{"mid":"m","text":"hi"}"#).duplicate_key();
    assert_eq!(
        key,
        from_person(r#""message":{"seq":1,"text":"hi","mid":"m"}"#).duplicate_key()
    );
    let others = [
        r#""message":{"mid":"n","text":"hi"}"#,
        r#""message":{"mid":"m","is_deleted":true}"#,
        r#""message":{"mid":"m","text":"hi","is_echo":true}"#,
        r#""message":{"mid":"m","is_echo":true,"is_deleted":true}"#,
        r#""message":{"text":"hi"}"#,
        r#""message_edit":{"mid":"m","text":"hi"}"#,
        r#""reaction":{"mid":"m","action":"react"}"#,
        r#""reaction":{"mid":"m","action":"unreact"}"#,
        r#""read":{"mid":"m"}"#,
        r#""read":{"watermark":1458668856253}"#,
        r#""postback":{"mid":"m","payload":"P"}"#,
        r#""response_feedback":{"mid":"m"}"#,
    ];
    let mut keys: Vec<_> = others
        .iter()
        .map(|members| from_person(members).duplicate_key())
        .collect();
    keys.push(key);
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count);
}

#[test]
fn channels_and_pages_are_apart() {
    let json = r#"{"sender":{"id":"2"},"message":{"mid":"m","text":"hi"}}"#;
    let messaging = item(Channel::Messaging, None, json);
    let mut other_page = messaging.clone();
    other_page.page = "7".into();
    let keys = [messaging, other_page, item(Channel::Standby, None, json)]
        .map(|item| Event::parse(item).duplicate_key());
    assert!(keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2]);
}

#[test]
fn content_is_the_same_however_it_is_written() {
    let plain = event(
        r#"{"sender":{"id":"2"},"postback":{"title":"äé/","payload":"P"},"x":[1,{"a":null,"b":true}]}"#,
    );
    let other = event(
        "{ \"x\" : [1, {\"b\":true , \"a\":null}],\n\"postback\":{\"payload\":\"\\u0050\",\"title\":\"\\u00e4\\u00E9\\/\"},\"sender\":{\"id\":\"2\"}}",
    );
    assert_eq!(plain.duplicate_key(), other.duplicate_key());
    let different = [
        r#"{"sender":{"id":2},"postback":{"title":"äé/","payload":"P"},"x":[1,{"a":null,"b":true}]}"#,
        r#"{"sender":{"id":"2"},"postback":{"title":"äé/","payload":"P"},"x":[{"a":null,"b":true},1]}"#,
        r#"{"sender":{"id":"2"},"postback":{"title":"äé/","payload":"P"},"x":[1,{"a":null,"b":false}]}"#,
        r#"{"sender":{"id":"2"},"postback":{"title":"äé/","payload":"P","x":[1,{"a":null,"b":true}]}}"#,
    ];
    for json in different {
        assert_ne!(plain.duplicate_key(), event(json).duplicate_key(), "{json}");
    }
}

#[test]
fn an_empty_mid_is_none() {
    let keys = ["a", "b"]
        .map(|text| from_person(&format!(r#""message":{{"mid":"","text":"{text}"}}"#)).duplicate_key());
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn large_contents_are_told_apart() {
    let long = "x".repeat(2_000);
    let keys = ["a", "b"].map(|end| {
        let json = format!(r#"{{"optin":{{"ref":"{long}{end}","z":[[[["{long}"]]]]}}}}"#);
        event(&json).duplicate_key()
    });
    assert_ne!(keys[0], keys[1]);
}
