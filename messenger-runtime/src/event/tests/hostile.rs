//! Whatever comes in, parsing neither panics nor loses what stands beside it.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use serde_json::Value;

use super::{event, from_person, item};
use crate::event::{Channel, Event, Raw, Timestamp, Webhook};

const GOOD: &str =
    r#"{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1,"message":{"mid":"m","text":"good"}}"#;

const SHAPES: &[&str] = &[
    GOOD,
    r#"{"sender":{"id":2},"message":{"mid":"m","attachments":[{"type":"image","payload":{"url":"u","sticker_id":1}}],"quick_reply":{"payload":"P"},"reply_to":{"story":{"id":"s"}}}}"#,
    r#"{"sender":{"user_ref":"u"},"postback":{"title":"T","payload":"P","referral":{"ref":"R","ads_context_data":{"ad_title":"a"}}}}"#,
    r#"{"recipient":{"id":"1"},"app_roles":{"1":["a"]},"timestamp":"2021-09-08T06:34:04+0000"}"#,
    r#"{"sender":{"id":"2"},"messaging_feedback":{"feedback_screens":[{"screen_id":0,"questions":{"q":{"type":"csat","payload":"5","follow_up":{}}}}]}}"#,
    r#"{"field":"feed","value":{"item":"comment","from":{"id":1,"name":"n"},"created_time":1467895562}}"#,
    r#"{"id":"c","to":"1","from":"2","event":"terminate","duration":120}"#,
];

const CHANNELS: [Channel; 7] = [
    Channel::Messaging,
    Channel::Standby,
    Channel::Changes,
    Channel::Calls,
    Channel::Named,
    Channel::Entry,
    Channel::Sample,
];

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        ".{0,12}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        "sender|recipient|message|postback|referral|id|text|attachments|value|field|read",
        ".{0,6}"
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..6)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Calls everything there is.
fn exercise(event: &Event<'_>) {
    let _ = (
        event.person(),
        event.mid(),
        event.text(),
        event.payload(),
        event.title(),
        event.reference(),
    );
    let _ = (
        event.name(),
        event.attachments(),
        event.timestamp(),
        event.get("x"),
        event.extra().count(),
    );
    assert_eq!(event, &event.clone().into_owned());
    assert_eq!(event.duplicate_key(), event.clone().into_owned().duplicate_key());
    assert!(!format!("{event:?}").is_empty());
}

proptest! {
    #[test]
    fn any_item_leaves_its_siblings_alone(odd in json()) {
        let body = format!(r#"{{"object":"page","entry":[{{"id":"1","messaging":[{GOOD},{odd},{GOOD}]}}]}}"#);
        let webhook = Webhook::parse(body.as_bytes()).expect("JSON");
        prop_assert_eq!(webhook.items().len(), 3);
        let events: Vec<_> = webhook.items().iter().cloned().map(Event::parse).collect();
        prop_assert_eq!(events[0].text(), Some("good"));
        prop_assert_eq!(events[2].text(), Some("good"));
        exercise(&events[1]);
    }

    #[test]
    fn any_json_is_split(body in json()) {
        let body = body.to_string();
        let webhook = Webhook::parse(body.as_bytes()).expect("JSON");
        let is_object = body.starts_with('{');
        prop_assert!(is_object || webhook.object().is_none());
    }

    #[test]
    fn any_entry_leaves_its_siblings_alone(odd in json()) {
        let good = format!(r#"{{"id":"1","messaging":[{GOOD}]}}"#);
        let body = format!(r#"{{"object":"page","entry":[{odd},{good}]}}"#);
        let webhook = Webhook::parse(body.as_bytes()).expect("JSON");
        let last = webhook.items().last().cloned().map(Event::parse);
        prop_assert_eq!(last.as_ref().and_then(Event::text), Some("good"));
    }

    #[test]
    fn text_that_is_no_json_is_an_event_too(text in ".{0,200}", channel in prop::sample::select(&CHANNELS[..])) {
        exercise(&Event::parse(item(channel, Some("messages"), &text)));
    }

    #[test]
    fn a_mutilated_shape_is_an_event_too(
        shape in prop::sample::select(SHAPES),
        channel in prop::sample::select(&CHANNELS[..]),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..4,
        put in r#"[\[\]{}",:\\0-9a-u ]{0,3}|\\u[d89]{0,4}"#,
    ) {
        let at = at.index(shape.len());
        let end = (at + cut).min(shape.len());
        let mutilated = format!("{}{put}{}", &shape[..at], &shape[end..]);
        exercise(&Event::parse(item(channel, Some("messages"), &mutilated)));
        exercise(&Event::parse(item(channel, Some("feed"), &shape[..at])));
    }

    #[test]
    fn strings_are_read_as_serde_json_reads_them(text in any::<String>()) {
        let escaped: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        for written in [serde_json::to_string(&text).expect("a string"), format!("\"{escaped}\"")] {
            let raw = Raw::from(&*written);
            let read = raw.text();
            prop_assert_eq!(read.as_deref(), Some(&*text));
        }
    }

    #[test]
    fn objects_are_read_as_serde_json_reads_them(value in json()) {
        for written in [value.to_string(), format!("{value:#}")] {
            let raw = Raw::from(&*written);
            let members: Vec<(String, Value)> =
                raw.members().map(|(key, value)| (key.into_owned(), value.parse().expect("JSON"))).collect();
            let expected = value.as_object().cloned().unwrap_or_default();
            prop_assert_eq!(members, expected.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(raw.elements().count(), value.as_array().map_or(0, Vec::len));
        }
    }

    #[test]
    fn writing_differently_does_not_make_another_event(value in json()) {
        let (tight, loose) = (value.to_string(), format!("{value:#}"));
        prop_assert_eq!(event(&tight).duplicate_key(), event(&loose).duplicate_key());
    }
}

#[test]
fn half_a_surrogate_pair_is_replaced() {
    let texts = [
        (r"a\ud800b", "a\u{fffd}b"),
        (r"\udc00\ud800", "\u{fffd}\u{fffd}"),
        (r"\ud83d\ude00", "😀"),
    ];
    for (written, read) in texts {
        let json = format!(r#"{{"message":{{"text":"{written}"}}}}"#);
        assert_eq!(event(&json).text(), Some(read));
    }
    assert_eq!(
        event(r#"{"message":{"text":"\ud800\u0041\ud83dx"}}"#).text(),
        Some("\u{fffd}A\u{fffd}x")
    );
}

#[test]
fn numbers_of_any_size_pass() {
    let event = from_person(r#""message":{"mid":123456789012345678901234567890,"text":"x","seq":1e999}"#);
    assert_eq!(event.mid(), Some("123456789012345678901234567890"));
    let body = r#"{"object":"page","entry":[{"id":1e400,"time":-1e999,"messaging":[{"sender":{"id":18446744073709551615},"message":{"text":"x"}}]}]}"#;
    let webhook = Webhook::parse(body.as_bytes()).expect("JSON");
    assert_eq!(
        Event::parse(webhook.items()[0].clone()).person(),
        Some("18446744073709551615")
    );
}

#[test]
fn the_last_of_two_equal_keys_counts() {
    let event =
        event(r#"{"sender":{"id":"2"},"sender":{"id":"3"},"message":{"text":"a"},"message":{"text":"b"}}"#);
    assert_eq!((event.person(), event.text()), (Some("3"), Some("b")));
    let body =
        br#"{"object":"foo","object":"page","entry":[{"messaging":[{}]}],"entry":[{"messaging":[{}]}]}"#;
    assert_eq!(Webhook::parse(body).expect("JSON").items().len(), 2);
}

#[test]
fn depth_is_no_limit() {
    let (open, close) = ("{\"a\":[".repeat(200_000), "]}".repeat(200_000));
    let item = format!(r#"{{"sender":{{"id":"2"}},"message":{{"text":"x","deep":{open}1{close}}}}}"#);
    let body = format!(r#"{{"object":"page","entry":[{{"id":"1","messaging":[{item}]}}]}}"#);
    let webhook = Webhook::parse(body.as_bytes()).expect("JSON");
    exercise(&Event::parse(webhook.items()[0].clone()));
    assert!(Webhook::parse("[".repeat(1_000_000).as_bytes()).is_err());
}

#[test]
fn a_refusal_says_where_and_nothing_else() {
    for body in [&b"secret"[..], b"\n  {\"secret\":", b"{\"secret\":\"\xff\"}", b""] {
        let message = Webhook::parse(body).expect_err("not JSON").to_string();
        assert!(message.starts_with("the body is not JSON (line ") && !message.contains("secret"));
    }
}

#[test]
fn json_that_is_no_object_has_nothing_in_it() {
    let in_a_list = br#"[{"object":"page","entry":[{"messaging":[{"message":{"mid":"m"}}]}]}]"#;
    for body in [&b"12"[..], b"[]", b" null", b"\"x\"", b"true\n", in_a_list] {
        let webhook = Webhook::parse(body).expect("JSON");
        assert_eq!((webhook.object(), webhook.object_name()), (None, None));
        assert!(webhook.items().is_empty());
    }
}

#[test]
fn times_of_every_sort() {
    let second = 1_631_082_844;
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
    let written = [
        "1631082844",
        "1631082844000",
        "1631082844000.0",
        "1.631082844e12",
        "2021-09-08T06:34:04+0000",
        "2021-09-08T06:34:04.123Z",
        "2021-09-08T08:34:04+02:00",
        "2021-09-07T23:04:04-0730",
    ];
    for text in written {
        assert_eq!(
            Timestamp::parse(text).map(Timestamp::system_time),
            Some(moment),
            "{text}"
        );
    }
    let iso = |text| Timestamp::parse(text).map(|time| time.milliseconds() / 1000);
    assert_eq!(iso("1970-01-01T00:00:00Z"), Some(0));
    assert_eq!(iso("2024-02-29T12:00:00Z"), Some(1_709_208_000));
    assert_eq!(iso("9999-12-31T23:59:59Z"), Some(253_402_300_799));
    for text in [
        "",
        "-1",
        "NaN",
        "1e30",
        "<TIMESTAMP>",
        "2021-13-08T06:34:04Z",
        "2021-09-08 06:34",
        "99999999999999999999",
    ] {
        assert_eq!(Timestamp::parse(text), None, "{text}");
    }
}
