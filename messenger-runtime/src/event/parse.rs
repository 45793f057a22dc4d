//! From an item to an event.

use std::borrow::Cow;

use super::{
    Event,
    body::{Channel, Item},
    business::{Call, Change},
    field::Value,
    interaction::Referral,
    json::{Raw, Reader, member},
    kind::Kind,
    time::Timestamp,
};

/// What an item holds, as far as it is read.
#[derive(Default)]
struct Parts<'a> {
    kind: Option<Kind<'a>>,
    sender_id: Option<Cow<'a, str>>,
    recipient_id: Option<Cow<'a, str>>,
    user_ref: Option<Cow<'a, str>>,
    timestamp: Option<Timestamp>,
    referral: Option<Box<Referral<'a>>>,
}

pub(super) fn parse(item: Item<'_>) -> Event<'_> {
    let field = item.field.as_deref();
    let parts = match item.channel {
        Channel::Changes | Channel::Sample => read_change(item.json, field),
        Channel::Calls => read_call(item.json),
        Channel::Timer => read_timer(item.json),
        Channel::Messaging | Channel::Standby | Channel::Named | Channel::Entry => read_item(item.json),
    };
    Event {
        object: item.object,
        channel: item.channel,
        page: item.page,
        field: item.field,
        raw: Raw::from(item.json),
        kind: parts.kind.unwrap_or(Kind::Other {
            key: Cow::Borrowed(""),
        }),
        sender_id: parts.sender_id,
        recipient_id: parts.recipient_id,
        user_ref: parts.user_ref,
        timestamp: parts.timestamp,
        referral: parts.referral,
        is_of_outbox: false,
    }
}

/// The keys every item may have, whatever it is.
pub(super) const ENVELOPE: [&str; 8] = [
    "sender",
    "recipient",
    "timestamp",
    "hop_context",
    "prior_message",
    "field",
    "id",
    "time",
];

/// An item of `messaging`, `standby` and the lists like them.
fn read_item(json: &str) -> Parts<'_> {
    let mut parts = Parts::default();
    let mut reader = Reader::new(json);
    let (mut unknown, mut field, mut lead) = (None, None, None);
    if !reader.enter_object() {
        return parts;
    }
    while let Some(key) = reader.next_key() {
        match &*key {
            "sender" => read_party(&mut reader, &mut parts.sender_id, &mut parts.user_ref),
            "recipient" => read_party(&mut reader, &mut parts.recipient_id, &mut parts.user_ref),
            "timestamp" => parts.timestamp = Timestamp::read(&mut reader),
            "field" => field = reader.scalar(),
            "message" => match Value::read(&mut reader).map(Kind::of_message) {
                None | Some(Kind::Other { .. }) => unknown = unknown.or(Some(key)),
                kind => parts.kind = kind,
            },
            "referral" => match Value::read(&mut reader) {
                Some(referral) => parts.referral = Some(referral),
                None => unknown = unknown.or(Some(key)),
            },
            "lead" => match Value::read(&mut reader) {
                Some(read) => lead = Some(read),
                None => unknown = unknown.or(Some(key)),
            },
            name if ENVELOPE.contains(&name) => {
                reader.skip();
            }
            name => match read_payload(name, &mut reader) {
                // A message that has other keys beside it is still that message.
                Some(kind) if parts.kind.is_none() => parts.kind = Some(kind),
                Some(_) => {}
                None => unknown = unknown.or(Some(key)),
            },
        }
    }
    if parts.kind.is_none() {
        parts.kind = match (field.as_deref(), lead, parts.referral.take()) {
            (Some("group_feed"), ..) => Value::read(&mut Reader::new(json)).map(Kind::GroupFeed),
            (Some(field), ..) if is_marketing(field) => marketing(json),
            (_, Some(lead), referral) => {
                parts.referral = referral;
                Some(Kind::Lead(lead))
            }
            (_, None, Some(referral)) => Some(Kind::Referral(referral)),
            (_, None, None) => unknown.map(|key| Kind::Other { key }),
        };
    }
    parts
}

fn read_party<'a>(
    reader: &mut Reader<'a>,
    id: &mut Option<Cow<'a, str>>,
    user_ref: &mut Option<Cow<'a, str>>,
) {
    if reader.enter_object() {
        while let Some(key) = reader.next_key() {
            match &*key {
                "id" => *id = reader.scalar(),
                "user_ref" => *user_ref = reader.scalar(),
                _ => {
                    reader.skip();
                }
            }
        }
    }
}

/// Reads the value of `key`; `None` where the key is unknown or its value is no object.
fn read_payload<'a>(key: &str, reader: &mut Reader<'a>) -> Option<Kind<'a>> {
    match key {
        "postback" => Value::read(reader).map(Kind::Postback),
        "delivery" => Value::read(reader).map(Kind::Delivery),
        "read" => Value::read(reader).map(Kind::Read),
        "reaction" => Value::read(reader).map(Kind::Reaction),
        "message_edit" => Value::read(reader).map(Kind::MessageEdit),
        "optin" => Value::read(reader).map(Kind::Optin),
        "account_linking" => Value::read(reader).map(Kind::AccountLinking),
        "policy_enforcement" | "policy-enforcement" => Value::read(reader).map(Kind::PolicyEnforcement),
        "pass_thread_control" => Value::read(reader).map(Kind::PassThreadControl),
        "take_thread_control" => Value::read(reader).map(Kind::TakeThreadControl),
        "request_thread_control" => Value::read(reader).map(Kind::RequestThreadControl),
        "app_roles" => Value::read(reader).map(Kind::AppRoles),
        "response_feedback" => Value::read(reader).map(Kind::ResponseFeedback),
        "order" => Value::read(reader).map(Kind::Order),
        "template" => Value::read(reader).map(Kind::Coupon),
        "messaging_feedback" => Value::read(reader).map(Kind::CustomerFeedback),
        "messaging_customer_information" => Value::read(reader).map(Kind::CustomerInformation),
        "form" => Value::read(reader).map(Kind::Form),
        "game_play" => Value::read(reader).map(Kind::GamePlay),
        "call_permission_reply" => Value::read(reader).map(Kind::CallPermissionReply),
        _ => {
            reader.skip();
            None
        }
    }
}

fn read_timer(json: &str) -> Parts<'_> {
    let timer = member(json, "timer").unwrap_or_default();
    Parts {
        kind: Value::read(&mut Reader::new(timer)).map(Kind::Timer),
        ..read_item(json)
    }
}

fn read_call(json: &str) -> Parts<'_> {
    let call = Box::<Call<'_>>::read(&mut Reader::new(json));
    Parts {
        timestamp: call.as_ref().and_then(|call| call.timestamp),
        kind: call.map(Kind::Call),
        ..Parts::default()
    }
}

fn is_marketing(field: &str) -> bool {
    field.starts_with("marketing_message")
}

fn marketing(json: &str) -> Option<Kind<'_>> {
    Value::read(&mut Reader::new(json)).map(Kind::MarketingMessage)
}

/// A `{field, value}`. The fields of conversations hold an item; the others tell of the page.
fn read_change<'a>(json: &'a str, field: Option<&str>) -> Parts<'a> {
    let value = member(json, "value").unwrap_or_default();
    let parts = match field {
        Some("calls") => read_call(value),
        Some(field) if is_marketing(field) => Parts {
            kind: marketing(value),
            ..Parts::default()
        },
        Some("standby" | "send_cart" | "response_feedback" | "call_permission_reply" | "group_feed") => {
            read_item(value)
        }
        Some(field) if field.starts_with("messag") => read_item(value),
        _ => Parts::default(),
    };
    match &parts.kind {
        None | Some(Kind::Other { .. }) => {
            let change = Box::<Change<'_>>::read(&mut Reader::new(value)).unwrap_or_default();
            Parts {
                timestamp: change.created_time,
                kind: Some(Kind::Change(change)),
                ..Parts::default()
            }
        }
        Some(_) => parts,
    }
}
