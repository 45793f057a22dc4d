use std::{collections::BTreeSet, sync::Arc};

use serde_json::{Value, json};

use super::*;
use crate::{
    event::{Channel, Item, Object},
    message::{MessageTag, Reply, UtilityTemplate},
    store::{Conversation, NewRow},
};

const OPENED: SystemTime = SystemTime::UNIX_EPOCH;

fn row(reply: Reply, to: Value, opened: Option<SystemTime>) -> Row {
    Row {
        conversation: Arc::new(Conversation {
            object: Object::Page,
            page: "1".into(),
            person: Some("2".into()),
        }),
        new: Arc::new(NewRow {
            key: "k".into(),
            to: serde_json::from_value(to).expect("a recipient"),
            action: reply.into_actions().remove(0),
        }),
        attempts: 0,
        doubts: 0,
        opened,
        epoch: 1,
    }
}

#[test]
fn each_kind_of_message_has_its_own_window() {
    let person = || json!({"id": "2"});
    let text = || Reply::text("a");
    let (day, week) = (Some(Duration::from_hours(24)), Some(Duration::from_hours(168)));
    let cases = [
        ("a text", text(), person(), day),
        ("a human", text().tag(MessageTag::HumanAgent), person(), week),
        (
            "feedback",
            text().tag(MessageTag::CustomerFeedback),
            person(),
            week,
        ),
        (
            "utility",
            Reply::utility(UtilityTemplate::new("shipped", "en")),
            person(),
            None,
        ),
        (
            "a token",
            text(),
            json!({"notification_messages_token": "t"}),
            None,
        ),
        (
            "a one-time token",
            text(),
            json!({"one_time_notif_token": "t"}),
            None,
        ),
        ("a private reply", text(), json!({"comment_id": "c"}), None),
        ("a checkbox", text(), json!({"user_ref": "r"}), None),
        ("typing", Reply::typing_on(), person(), None),
        ("handing over", Reply::default().hand_over(), person(), None),
    ];
    for (name, reply, to, window) in cases {
        let latest = not_after(&row(reply.clone(), to.clone(), Some(OPENED)));
        assert_eq!(latest, window.map(|window| OPENED + window - MARGIN), "{name}");
        assert_eq!(
            not_after(&row(reply, to, None)),
            None,
            "{name}, and nobody knows since when"
        );
    }
}

/// Members of an item from a person, and whether they opened the 24 hours by it.
const ITEMS: &[(&str, bool)] = &[
    (r#""message":{"mid":"m","text":"hi"}"#, true),
    (
        r#""message":{"mid":"m","text":"hi","quick_reply":{"payload":"P"}}"#,
        true,
    ),
    (r#""message":{"mid":"m","attachments":[{"type":"image"}]}"#, true),
    (
        r#""message":{"mid":"m","text":"hi","reply_to":{"story":{"id":"s","url":"u"}}}"#,
        true,
    ),
    (
        r#""message":{"mid":"m","text":"/a","commands":[{"name":"a"}]}"#,
        true,
    ),
    (r#""message":{"mid":"m","is_unsupported":true}"#, true),
    (
        r#""message":{"mid":"m","text":"hi","is_echo":true,"app_id":5}"#,
        false,
    ),
    (r#""message":{"mid":"m","is_deleted":true}"#, false),
    (r#""message":{"admin_text":"The assistant left."}"#, false),
    (
        r#""postback":{"mid":"m","title":"T","payload":"GET_STARTED"}"#,
        true,
    ),
    (
        r#""postback":{"payload":"P","referral":{"ref":"R","source":"ADS"}}"#,
        true,
    ),
    (
        r#""referral":{"ref":"R","source":"SHORTLINK","type":"OPEN_THREAD"}"#,
        true,
    ),
    (
        r#""referral":{"ref":"R","source":"ADS","type":"OPEN_THREAD"}"#,
        false,
    ),
    (
        r#""referral":{"source":"ADS"},"lead":{"data":[{"question":"q","answer":"a"}]}"#,
        true,
    ),
    (
        r#""reaction":{"reaction":"love","action":"react","mid":"m"}"#,
        true,
    ),
    (r#""reaction":{"reaction":"love","mid":"m"}"#, true),
    (
        r#""reaction":{"reaction":"love","action":"unreact","mid":"m"}"#,
        false,
    ),
    (r#""delivery":{"mids":["m"],"watermark":1}"#, false),
    (r#""read":{"watermark":1}"#, false),
    (r#""message_edit":{"mid":"m","text":"new","num_edit":"1"}"#, false),
    (r#""optin":{"ref":"R"}"#, true),
    (
        r#""account_linking":{"status":"linked","authorization_code":"c"}"#,
        true,
    ),
    (r#""policy_enforcement":{"action":"block","reason":"r"}"#, false),
    (r#""pass_thread_control":{"new_owner_app_id":1}"#, false),
    (r#""take_thread_control":{"previous_owner_app_id":1}"#, false),
    (r#""request_thread_control":{"requested_owner_app_id":1}"#, false),
    (r#""app_roles":{"123":["primary_receiver"]}"#, false),
    (
        r#""response_feedback":{"feedback":"Good response","mid":"m"}"#,
        false,
    ),
    (
        r#""order":{"products":[{"id":1,"quantity":2,"unit_price":3}]}"#,
        true,
    ),
    (
        r#""template":{"type":"coupon","payload":"P","coupon_code":"C"}"#,
        true,
    ),
    (
        r#""messaging_feedback":{"feedback_screens":[{"screen_id":0,"questions":{"q":{"payload":"5"}}}]}"#,
        true,
    ),
    (
        r#""messaging_customer_information":{"screens":[{"responses":[{"key":"k","value":"v"}]}]}"#,
        true,
    ),
    (r#""form":{"id":"f"}"#, true),
    (r#""game_play":{"game_id":"g","score":7}"#, false),
    (r#""call_permission_reply":{"response":"accept"}"#, false),
    (r#""field":"group_feed","verb":"add""#, false),
    (r#""field":"marketing_message_clicks""#, false),
    (r#""brand_new":{"mid":"m"}"#, false),
];

/// A time in the milliseconds of a webhook, and the same as the clock has it.
const AT: &str = "1458692752478";

fn at() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(AT.parse().expect("a number"))
}

fn event(channel: Channel, field: Option<&'static str>, json: &str) -> Event<'static> {
    let item = Item {
        object: Object::Page,
        channel,
        page: "1".into(),
        field: field.map(Into::into),
        json,
    };
    Event::parse(item).into_owned()
}

fn from_person(channel: Channel, timestamp: &str, members: &str) -> Event<'static> {
    let envelope = r#""sender":{"id":"2"},"recipient":{"id":"1"}"#;
    event(channel, None, &format!("{{{envelope},{timestamp}{members}}}"))
}

#[test]
fn every_kind_of_event_opens_the_window_or_does_not() {
    let (now, timestamp) = (at() + Duration::from_secs(3600), format!(r#""timestamp":{AT},"#));
    let mut kinds = BTreeSet::new();
    for (members, opens) in ITEMS {
        for channel in [Channel::Messaging, Channel::Standby] {
            let event = from_person(channel, &timestamp, members);
            let opened = opens_window(&event, now);
            assert_eq!(opened, opens.then(at), "{channel:?} {members}");
            kinds.insert(event.kind().name().to_owned());
        }
    }
    let of_the_page = [
        event(
            Channel::Changes,
            Some("feed"),
            r#"{"field":"feed","value":{"item":"comment","from":{"id":"2"}}}"#,
        ),
        event(
            Channel::Calls,
            None,
            r#"{"id":"c","from":"2","to":"1","event":"connect"}"#,
        ),
        event(
            Channel::Timer,
            None,
            r#"{"sender":{"id":"2"},"timer":{"name":"n"}}"#,
        ),
    ];
    for event in of_the_page {
        assert_eq!(opens_window(&event, now), None, "{}", event.name());
        kinds.insert(event.kind().name().to_owned());
    }
    let mut all: BTreeSet<_> = Kind::NAMES.iter().map(|name| (*name).to_owned()).collect();
    all.insert("brand_new".to_owned());
    assert_eq!(kinds, all, "each kind has its example");
}

#[test]
fn the_window_opens_when_the_event_says_and_never_in_the_future() {
    let text = ITEMS[0].0;
    let said = |timestamp: &str, now| opens_window(&from_person(Channel::Messaging, timestamp, text), now);
    let timestamp = format!(r#""timestamp":{AT},"#);
    let hour = Duration::from_secs(3600);
    assert_eq!(said(&timestamp, at() + hour), Some(at()), "it was delivered late");
    assert_eq!(
        said(&timestamp, at() - hour),
        Some(at() - hour),
        "by a clock that is wrong"
    );
    assert_eq!(said("", at()), Some(at()), "it does not say");
    let nobody = event(Channel::Messaging, None, r#"{"message":{"mid":"m","text":"hi"}}"#);
    assert_eq!(opens_window(&nobody, at()), None);
}
