//! The shapes of the platform's documentation, one by one.

use super::{event, from_person};
use crate::event::{Kind, LinkStatus, Raw, Timestamp};

/// Every key of an item, the name it is classified under, and whether `mid()` finds `m`.
const PAYLOADS: &[(&str, &str, bool)] = &[
    (r#""message":{"mid":"m","text":"hi"}"#, "text", true),
    (
        r#""message":{"mid":"m","text":"hi","quick_reply":{"payload":"P"}}"#,
        "quick_reply",
        true,
    ),
    (
        r#""message":{"mid":"m","text":"hi","quick_reply":{"payload":null}}"#,
        "text",
        true,
    ),
    (
        r#""message":{"mid":"m","text":"hi","attachments":[{"type":"fallback"}]}"#,
        "attachment",
        true,
    ),
    (
        r#""message":{"mid":"m","sticker_id":369239263222822}"#,
        "attachment",
        true,
    ),
    (
        r#""message":{"mid":"m","text":"hi","reply_to":{"story":{"id":"s","url":"u"}}}"#,
        "story_reply",
        true,
    ),
    (
        r#""message":{"mid":"m","text":"hi","reply_to":{"mid":"n"}}"#,
        "text",
        true,
    ),
    (
        r#""message":{"mid":"m","text":"/flights","commands":[{"name":"flights"}]}"#,
        "command",
        true,
    ),
    (
        r#""message":{"mid":"m","text":"hi","is_echo":true,"app_id":5}"#,
        "echo",
        true,
    ),
    (r#""message":{"mid":"m","is_deleted":true}"#, "unsend", true),
    (
        r#""message":{"mid":"m","is_unsupported":true}"#,
        "unsupported",
        true,
    ),
    (
        r#""message":{"admin_text":"The assistant left."}"#,
        "notice",
        false,
    ),
    (r#""message":{}"#, "message", false),
    (
        r#""postback":{"mid":"m","title":"T","payload":"P"}"#,
        "postback",
        true,
    ),
    (
        r#""referral":{"ref":"R","source":"SHORTLINK","type":"OPEN_THREAD"}"#,
        "referral",
        false,
    ),
    (
        r#""referral":{"source":"ADS","type":"LEAD_COMPLETE"},"lead":{"data":[{"question":"q","answer":"a"}]}"#,
        "lead",
        false,
    ),
    (
        r#""delivery":{"mids":["m"],"watermark":1458668856253}"#,
        "delivery",
        false,
    ),
    (r#""read":{"watermark":1458668856253}"#, "read", false),
    (r#""read":{"mid":"m"}"#, "read", true),
    (
        r#""reaction":{"reaction":"love","emoji":"x","action":"react","mid":"m"}"#,
        "reaction",
        true,
    ),
    (
        r#""message_edit":{"mid":"m","text":"new","num_edit":"1"}"#,
        "message_edit",
        true,
    ),
    (r#""optin":{"ref":"R"}"#, "optin", false),
    (
        r#""account_linking":{"status":"linked","authorization_code":"c"}"#,
        "account_linking",
        false,
    ),
    (
        r#""policy_enforcement":{"action":"block","reason":"r"}"#,
        "policy_enforcement",
        false,
    ),
    (
        r#""policy-enforcement":{"action":"unblock"}"#,
        "policy_enforcement",
        false,
    ),
    (
        r#""pass_thread_control":{"new_owner_app_id":123}"#,
        "pass_thread_control",
        false,
    ),
    (
        r#""take_thread_control":{"previous_owner_app_id":null}"#,
        "take_thread_control",
        false,
    ),
    (
        r#""request_thread_control":{"requested_owner_app_id":123}"#,
        "request_thread_control",
        false,
    ),
    (r#""app_roles":{"123":["primary_receiver"]}"#, "app_roles", false),
    (
        r#""response_feedback":{"feedback":"Good response","mid":"m"}"#,
        "response_feedback",
        true,
    ),
    (
        r#""order":{"products":[{"id":123,"quantity":2,"unit_price":11}],"note":"n"}"#,
        "order",
        false,
    ),
    (
        r#""template":{"type":"coupon","payload":"P","coupon_code":"C"}"#,
        "coupon",
        false,
    ),
    (
        r#""messaging_feedback":{"feedback_screens":[{"screen_id":0,"questions":{"q":{"type":"csat","payload":"5"}}}]}"#,
        "messaging_feedback",
        false,
    ),
    (
        r#""messaging_customer_information":{"screens":[{"responses":[{"key":"country","value":"US"}]}]}"#,
        "messaging_customer_information",
        false,
    ),
    (r#""form":{"id":"f"}"#, "form", false),
    (r#""game_play":{"game_id":"g","score":7}"#, "game_play", false),
    (
        r#""call_permission_reply":{"response":"accept","expiration_timestamp":1671644824}"#,
        "call_permission_reply",
        false,
    ),
    (r#""payment":{"payload":"P"}"#, "payment", false),
    (r#""message_request":"accept""#, "message_request", false),
    (r#""hop_context":{"app_id":1}"#, "unknown", false),
    (r#""brand_new":{"mid":"m"}"#, "brand_new", false),
];

#[test]
fn every_key_has_its_kind() {
    for (members, name, has_mid) in PAYLOADS {
        let event = from_person(members);
        assert_eq!(event.name(), *name, "{members}");
        assert_eq!(event.mid().is_some(), *has_mid, "{members}");
        assert_eq!(
            event.person(),
            Some(if *name == "echo" { "1" } else { "2" }),
            "{members}"
        );
        assert_eq!(
            event.timestamp().map(Timestamp::milliseconds),
            Some(1_458_692_752_478)
        );
        let is_other = matches!(event.kind(), Kind::Other { .. });
        let extra: Vec<_> = event.extra().map(|(key, _)| key.into_owned()).collect();
        assert!(extra.is_empty() != is_other, "{members}: {extra:?}");
    }
}

#[test]
fn an_unknown_kind_is_whole_and_reachable() {
    let event = from_person(r#""brand_new":{"mid":"m"},"hop_context":{"app_id":498721317747541}"#);
    assert!(matches!(event.kind(), Kind::Other { key } if key == "brand_new"));
    assert_eq!(
        event.get("brand_new").as_ref().map(Raw::as_str),
        Some(r#"{"mid":"m"}"#)
    );
    let keys: Vec<_> = event.extra().map(|(key, _)| key.into_owned()).collect();
    assert_eq!(keys, ["brand_new", "hop_context"]);
}

#[test]
fn a_message_is_a_message_whatever_stands_beside_it() {
    let [message, postback] = [r#""message":{"text":"hi"}"#, r#""postback":{"payload":"P"}"#];
    for members in [format!("{message},{postback}"), format!("{postback},{message}")] {
        assert_eq!(from_person(&members).name(), "text");
    }
    let empty = format!(r#""message":{{"mid":"m"}},{postback}"#);
    assert_eq!(from_person(&empty).name(), "postback");
}

#[test]
fn a_referral_is_found_wherever_it_stands() {
    let referral = r#""referral":{"ref":"R","source":"ADS","ad_id":6,"ads_context_data":{"post_id":8}}"#;
    for members in [
        referral.to_owned(),
        format!(r#""postback":{{"payload":"P",{referral}}}"#),
        format!(r#""message":{{"text":"hi",{referral}}}"#),
        format!(r#""message":{{"text":"hi"}},{referral}"#),
        format!(r#"{referral},"lead":{{"data":[]}}"#),
    ] {
        let event = from_person(&members);
        assert_eq!(event.reference(), Some("R"), "{members}");
        let referral = event.referral().expect("a referral");
        assert_eq!(referral.ad_id.as_deref(), Some("6"));
        assert_eq!(
            referral
                .ads_context_data
                .as_ref()
                .and_then(|ad| ad.post_id.as_deref()),
            Some("8")
        );
    }
    assert_eq!(
        from_person(r#""optin":{"ref":"R","user_ref":"u"}"#).reference(),
        Some("R")
    );
}

#[test]
fn a_person_without_an_id_is_known_by_user_ref() {
    let checkbox = event(r#"{"recipient":{"id":"1"},"optin":{"ref":"r","user_ref":"u-1"}}"#);
    assert_eq!((checkbox.sender_id(), checkbox.person()), (None, Some("u-1")));
    let plugin = event(r#"{"sender":{"user_ref":5},"recipient":{"id":"1"},"postback":{"payload":"P"}}"#);
    assert_eq!(plugin.person(), Some("5"));
    let both = event(r#"{"sender":{"id":"2","user_ref":"u"},"message":{"text":"x"}}"#);
    assert_eq!((both.person(), both.user_ref()), (Some("2"), Some("u")));
    let by_page = event(r#"{"sender":{"id":"1"},"recipient":{"id":"2"},"message_edit":{"mid":"m"}}"#);
    assert_eq!(by_page.person(), Some("2"));
    let nobody = event(r#"{"recipient":{"id":"1"},"policy_enforcement":{"action":"block"}}"#);
    assert_eq!(nobody.person(), None);
}

#[test]
fn payloads_are_typed() {
    let Kind::AccountLinking(linking) = from_person(PAYLOADS[22].0).kind().clone() else {
        panic!()
    };
    assert_eq!(linking.status, Some(LinkStatus::Linked));
    let Kind::MessageEdit(edit) = from_person(PAYLOADS[20].0).kind().clone() else {
        panic!()
    };
    assert_eq!((edit.num_edit, edit.text.as_deref()), (Some(1), Some("new")));
    let event = from_person(
        r#""take_thread_control":{"previous_owner_app_id":5,"thread_control_metadata":{"text":"t"}}"#,
    );
    let Kind::TakeThreadControl(control) = event.kind() else {
        panic!()
    };
    assert_eq!(
        (control.previous_owner_app_id.as_deref(), control.metadata()),
        (Some("5"), Some("t"))
    );
    let event =
        from_person(r#""messaging_feedback":{"feedback_screens":[{"questions":{"q":{"payload":"5"}}}]}"#);
    let Kind::CustomerFeedback(feedback) = event.kind() else {
        panic!()
    };
    let (question, answer) = &feedback.feedback_screens[0].questions[0];
    assert_eq!(question, "q");
    assert_eq!(
        answer.as_ref().and_then(|answer| answer.payload.as_deref()),
        Some("5")
    );
    let event = from_person(r#""app_roles":{"123":["primary_receiver"]}"#);
    let Kind::AppRoles(apps) = event.kind() else {
        panic!()
    };
    assert_eq!(apps.roles, [("123".into(), vec!["primary_receiver".into()])]);
}
