//! Where items stand: calls, changes, several lists of one body, the dashboard's test.

use proptest::prelude::*;
use serde_json::json;

use super::{change, event, item};
use crate::event::{Channel, Event, Kind, Object, Timestamp, Webhook};

#[test]
fn calls_are_between_two() {
    let calls = [
        r#"{"id":"c","to":"1","from":"2","event":"connect","timestamp":1671644824,"call_direction":"user_initiated"}"#,
        r#"{"id":"c","to":"2","from":"1","event":"connect","timestamp":1671644824}"#,
        r#"{"id":"c","event":"call_status","timestamp":1671644824,"recipient_id":"2","call_status":"ringing"}"#,
    ];
    for json in calls {
        let call = Event::parse(item(Channel::Calls, None, json));
        assert_eq!((call.name(), call.person()), ("call", Some("2")));
        assert!(call.timestamp().is_some_and(Timestamp::is_seconds));
    }
}

#[test]
fn changes_of_conversations_are_events_and_others_are_changes() {
    let inner = r#"{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":"1527459824","message":{"mid":"m","text":"hi"}}"#;
    let message = change("messages", inner);
    assert_eq!(
        (message.name(), message.person(), message.text()),
        ("text", Some("2"), Some("hi"))
    );
    assert!(message.get("sender").is_some());
    let template = change("message_template_status_update", r#"{"event":"FLAGGED"}"#);
    assert_eq!(template.name(), "message_template_status_update");
    let comment = change(
        "feed",
        r#"{"item":"comment","verb":"add","comment_id":7,"from":{"id":2},"created_time":1467895562}"#,
    );
    let Kind::Change(feed) = comment.kind() else {
        panic!("{comment:?}")
    };
    assert_eq!((comment.name(), comment.person()), ("feed", None));
    assert_eq!(
        (feed.verb.as_deref(), feed.comment_id.as_deref()),
        (Some("add"), Some("7"))
    );
    assert_eq!(
        comment.timestamp().map(Timestamp::milliseconds),
        Some(1_467_895_562_000)
    );
    let click = change(
        "marketing_message_clicks",
        r#"{"recipient_id":2,"page_id":1,"timestamp":1458692752478}"#,
    );
    assert_eq!(
        (click.name(), click.person()),
        ("marketing_message_clicks", Some("2"))
    );
    assert_eq!(change("calls", r#"{"from":"2","to":"1"}"#).name(), "call");
    let in_group = event(
        r#"{"recipient":{"id":"1"},"from":{"id":"9"},"comment_id":"c","field":"group_feed","item":"comment"}"#,
    );
    assert_eq!((in_group.name(), in_group.person()), ("group_feed", None));
}

#[test]
fn a_body_is_split_in_order_and_named_late() {
    let body = r#"{"entry":[{"messaging":[{"a":1},{"b":2}],"standby":[{"c":3}],"changes":[{"field":"feed","value":{}}],
        "calls":[{"id":"c"}],"messaging_handovers":[{"d":4}],"other":[{"e":5}],"id":77},
        {"messaging":[{"sender":{"id":"8"},"recipient":{"id":"9"},"message":{"text":"x","is_echo":true}}]},
        {"id":"5","sender":{"id":"2"},"call_permission_reply":{"response":"accept"}}],"object":"instagram"}"#;
    let webhook = Webhook::parse(body.as_bytes()).expect("JSON");
    let seen: Vec<_> = webhook
        .items()
        .iter()
        .map(|item| (item.channel, item.field.as_deref(), &*item.page))
        .collect();
    let expected = [
        (Channel::Messaging, None, "77"),
        (Channel::Messaging, None, "77"),
        (Channel::Standby, None, "77"),
        (Channel::Changes, Some("feed"), "77"),
        (Channel::Calls, None, "77"),
        (Channel::Named, Some("messaging_handovers"), "77"),
        (Channel::Messaging, None, "8"),
        (Channel::Entry, None, "5"),
    ];
    assert_eq!(seen, expected);
    assert!(
        webhook
            .items()
            .iter()
            .all(|item| item.object == Object::Instagram)
    );
    let reply = Event::parse(webhook.items()[7].clone());
    assert_eq!(
        (reply.name(), reply.person()),
        ("call_permission_reply", Some("2"))
    );
}

#[test]
fn the_dashboard_test_is_a_body_of_its_own() {
    let body = br#"{"field":"messages","value":{"sender":{"id":"2"},"recipient":{"id":"1"},"message":{"text":"hi"}}}"#;
    let webhook = Webhook::parse(body).expect("JSON");
    let event = Event::parse(webhook.items()[0].clone());
    assert_eq!(
        (event.channel(), event.page(), event.text()),
        (Channel::Sample, "1", Some("hi"))
    );
}

#[test]
fn what_is_missing_is_made_up_for() {
    let item = r#"{"sender":{"id":"2"},"recipient":{"id":"1"},"message":{"text":"hi"}}"#;
    for body in [
        format!(r#"{{"object":null,"entry":[{{"id":"","messaging":[{item}]}}]}}"#),
        format!(r#"{{"entry":[{{"id":{{}},"messaging:":[{item}]}}]}}"#),
    ] {
        let webhook = Webhook::parse(body.as_bytes()).expect("JSON");
        assert_eq!(webhook.object(), Some(Object::Page));
        assert_eq!(webhook.items()[0].page, "1");
    }
    for object in [r#""user""#, r#"["page"]"#, "1"] {
        let body = format!(r#"{{"object":{object},"entry":[{{"messaging":[{item}]}}]}}"#);
        let webhook = Webhook::parse(body.as_bytes()).expect("JSON");
        assert!(webhook.object().is_none() && webhook.items().is_empty());
    }
}

proptest! {
    /// Timers are the bot's own: whatever a body calls its lists, none of its items is taken for one.
    #[test]
    fn no_body_brings_a_timer(list in "timers?|Timer|TIMER|messaging|changes|\\PC{0,12}", field in "timer|\\PC{0,6}") {
        let item = json!({"field": field, "channel": "timer", "sender": {"id": "2"}, "timer": {"name": "x"}});
        let listed = json!({"id": "1", "messaging": [item], list: [item]});
        for (entry, least) in [(listed, 1), (item, 0)] {
            let body = json!({"object": "page", "entry": [entry], "timer": [entry], "channel": "timer"}).to_string();
            let webhook = Webhook::parse(body.as_bytes()).expect("it is JSON");
            prop_assert!(webhook.items().len() >= least);
            prop_assert!(webhook.items().iter().all(|item| item.channel != Channel::Timer));
        }
    }
}
