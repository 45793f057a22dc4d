//! The corpus of webhook bodies, and what is expected of each.
//!
//! `corpus/webhooks.jsonl` holds a body of every shape the platform is known to send, `corpus/hostile.jsonl`
//! bodies that must never hurt. [`describe`] puts an event into the words of the corpus, [`differences`]
//! compares the two; both serve whoever can show events, straight from the parser or from a bot's handlers.
//!
//! The variables `WEBHOOK_CORPUS` and `HOSTILE_CORPUS` name other files of the same form.

use std::{env, fs};

use messenger_runtime::event::{
    AttachmentKind, Channel, Event, Item, Kind, LinkStatus, Message, ReactionAction, Timestamp, Webhook,
};
use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};

/// A JSON object.
pub type Object = Map<String, Value>;

/// A line of `webhooks.jsonl`.
#[derive(Debug, Deserialize)]
pub struct WebhookCase {
    /// Its name.
    pub id: String,
    /// The body to send.
    pub body: Box<RawValue>,
    /// What is expected of it.
    pub expect: WebhookExpectation,
}

/// What is expected of a body.
#[derive(Debug, Deserialize)]
pub struct WebhookExpectation {
    /// The answer: `200`, or words that begin so; `ignored-200/404` where the object is a stranger's.
    pub http: String,
    /// The events, in order.
    pub events: Vec<Object>,
}

impl WebhookExpectation {
    /// Whether the body is no business of a Messenger bot.
    #[must_use]
    pub fn is_ignored(&self) -> bool {
        self.http.starts_with("ignored")
    }
}

/// A line of `hostile.jsonl`.
#[derive(Debug, Deserialize)]
pub struct HostileCase {
    /// Its name.
    pub id: String,
    raw: Option<String>,
    raw_b64: Option<String>,
    /// Headers to send it with.
    #[serde(default)]
    pub headers: std::collections::BTreeMap<String, String>,
    /// The best outcome: `400`, `ignored-200/404` or `dispatches N events`.
    pub expect: String,
    /// Every acceptable outcome, where there is more than one.
    #[serde(default)]
    pub accept: Vec<String>,
    /// How many events of either sort the body holds, when it is dispatched.
    pub events: Option<HostileEvents>,
    /// What must reach handlers.
    #[serde(default)]
    pub dispatch: Vec<Object>,
}

/// How many events a hostile body holds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct HostileEvents {
    /// Events of a known kind.
    pub known: usize,
    /// Events of no known kind.
    pub unknown: usize,
}

impl HostileCase {
    /// The bytes to send.
    ///
    /// # Panics
    ///
    /// When the corpus has neither `raw` nor `raw_b64`.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        match (&self.raw, &self.raw_b64) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(base64)) => from_base64(base64),
            (None, None) => panic!("{}: no body", self.id),
        }
    }

    /// Every acceptable outcome.
    #[must_use]
    pub fn outcomes(&self) -> Vec<&str> {
        if self.accept.is_empty() {
            vec![&self.expect]
        } else {
            self.accept.iter().map(String::as_str).collect()
        }
    }
}

fn from_base64(text: &str) -> Vec<u8> {
    let digits = text.bytes().filter_map(|byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    });
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for digit in digits {
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}

/// The bodies the platform is known to send.
#[must_use]
pub fn webhooks() -> Vec<WebhookCase> {
    lines("WEBHOOK_CORPUS", include_str!("corpus/webhooks.jsonl"))
}

/// The bodies that must never hurt.
#[must_use]
pub fn hostile() -> Vec<HostileCase> {
    lines("HOSTILE_CORPUS", include_str!("corpus/hostile.jsonl"))
}

fn lines<T: for<'de> Deserialize<'de>>(variable: &str, built_in: &str) -> Vec<T> {
    let other = env::var(variable)
        .ok()
        .map(|path| match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => panic!("{variable}={path}: {error}"),
        });
    let text = other.as_deref().unwrap_or(built_in);
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:.80}"));
    text.lines().map(parse).collect()
}

/// The events of a body.
///
/// # Panics
///
/// When it is not JSON.
#[must_use]
pub fn events(body: &[u8]) -> Vec<Event<'_>> {
    let webhook = Webhook::parse(body).expect("a body of the corpus");
    webhook.into_items().into_iter().map(Event::parse).collect()
}

/// What differs between what is expected and what was seen. What the corpus is silent about is free.
#[must_use]
pub fn differences(expected: &Object, event: &Event<'_>) -> Vec<String> {
    let seen = describe(event);
    differ(expected, &seen)
}

fn differ(expected: &Object, seen: &Object) -> Vec<String> {
    // What the corpus was made from was given new words, in these keys apart from the bodies.
    const REWORDED: [&str; 5] = ["entry", "index", "optin_type", "referral_source", "unknown_keys"];
    let mut found = Vec::new();
    for (key, wanted) in expected {
        let got = seen.get(key).unwrap_or(&Value::Null);
        match (key.as_str(), wanted, got) {
            ("inner", Value::Object(wanted), Value::Object(got)) => found.extend(differ(wanted, got)),
            (key, ..) if REWORDED.contains(&key) => {}
            // Ids of up to three digits became others in what is expected, but not in the bodies.
            (key, Value::String(wanted), Value::String(got))
                if key.ends_with("_id") && wanted.starts_with("id.") && got.len() <= 3 => {}
            _ if loosely(wanted) == loosely(got) => {}
            _ => found.push(format!("{key}: wanted {wanted}, got {got}")),
        }
    }
    found
}

/// Numbers and strings are one; so are nothing and an empty list.
fn loosely(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(values) if values.is_empty() => Value::Null,
        Value::Array(values) => {
            let mut values: Vec<Value> = values.iter().map(loosely).collect();
            values.sort_by_key(ToString::to_string);
            Value::Array(values)
        }
        other => other.clone(),
    }
}

/// Whether the corpus would call it known: it has a type, or is of a retired kind.
#[must_use]
pub fn is_known(event: &Event<'_>) -> bool {
    kind_of_item(event) != "unknown"
}

/// An event in the words of the corpus.
#[must_use]
pub fn describe(event: &Event<'_>) -> Object {
    let item = describe_item(event);
    let mut object = item.clone();
    match event.channel() {
        Channel::Changes => {
            let (kind_item, verb) = match event.kind() {
                Kind::Change(change) => (change.item.as_deref(), change.verb.as_deref()),
                _ => (None, None),
            };
            let field = event.field().unwrap_or("None");
            let kind = kind_item.map_or(format!("change:{field}"), |item| format!("change:{field}:{item}"));
            object.insert("kind".into(), kind.into());
            object.insert("item".into(), kind_item.into());
            object.insert("verb".into(), verb.into());
            object.insert("inner".into(), item.into());
        }
        Channel::Sample => {
            object.insert(
                "kind".into(),
                format!("test_sample:{}", event.field().unwrap_or_default()).into(),
            );
        }
        _ => {}
    }
    object
}

fn describe_item(event: &Event<'_>) -> Object {
    let channel = match event.channel() {
        Channel::Named => event.field().unwrap_or_default(),
        Channel::Sample => "flat_sample",
        channel => channel.as_str(),
    };
    let optin = match event.kind() {
        Kind::Optin(optin) => Some(optin),
        _ => None,
    };
    let payload = event.payload().or_else(|| optin?.payload.as_deref());
    let sender_user_ref = event
        .get("sender")
        .and_then(|sender| Some(sender.get("user_ref")?.text()?.into_owned()));
    let types = event
        .attachments()
        .iter()
        .map(|attachment| attachment.type_name.as_deref());
    let mut object = json!({
        "channel": channel,
        "kind": kind_of_item(event),
        "field": event.field(),
        "sender_id": event.sender_id(),
        "recipient_id": event.recipient_id(),
        "session_id": event.person(),
        "text": event.text(),
        "payload": payload,
        "title": event.title(),
        "ref": event.reference(),
        "mid": event.mid(),
        "attachment_types": types.collect::<Vec<_>>(),
        "sticker_id": event.message().and_then(Message::sticker_id),
        "features": features(event),
        "user_ref": optin.and_then(|optin| optin.user_ref.as_deref()),
        "sender_user_ref": sender_user_ref,
    });
    // Times are compared as they were written, which must be what the parser made of them.
    let written = event
        .get("timestamp")
        .and_then(|time| Some(time.text()?.into_owned()));
    if event.timestamp().is_some() || written.as_deref() == Some("<TIMESTAMP>") {
        object["timestamp"] = written.into();
    }
    details(event, &mut object);
    match object {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

fn details(event: &Event<'_>, object: &mut Value) {
    match event.kind() {
        Kind::Delivery(delivery) => {
            object["watermark"] = delivery.watermark.map(Timestamp::milliseconds).into();
            object["mids"] = delivery.mids.iter().map(AsRef::as_ref).collect::<Vec<_>>().into();
        }
        Kind::Read(read) => object["watermark"] = read.watermark.map(Timestamp::milliseconds).into(),
        Kind::Reaction(reaction) => {
            object["action"] = reaction.action.as_ref().map(ReactionAction::as_str).into();
            object["emoji"] = reaction.emoji.as_deref().into();
        }
        Kind::AccountLinking(linking) => {
            object["status"] = linking.status.as_ref().map(LinkStatus::as_str).into();
        }
        _ => {}
    }
}

/// The corpus names the shape of a message: echo, deleted, unsupported, quick reply, sticker, attachment,
/// text.
fn kind_of_item(event: &Event<'_>) -> String {
    const RETIRED: [&str; 5] = [
        "payment",
        "pre_checkout",
        "checkout_update",
        "branded_camera",
        "message_request",
    ];
    match event.kind() {
        Kind::Deleted(_) => "message_deleted".to_owned(),
        Kind::Unsupported(_) => "message_unsupported".to_owned(),
        Kind::Order(_) => "send_cart".to_owned(),
        Kind::StoryReply(message) | Kind::Attachment(message) => match message.main_attachment() {
            Some(attachment) if attachment.kind == AttachmentKind::Sticker => "sticker".to_owned(),
            Some(attachment) => format!("attachment:{}", attachment.kind),
            None => "text".to_owned(),
        },
        Kind::Other { key } if !RETIRED.contains(&key.as_ref()) => "unknown".to_owned(),
        kind => kind.name().to_owned(),
    }
}

fn features(event: &Event<'_>) -> Vec<&'static str> {
    let mut features = Vec::new();
    let mut note = |feature, is_there: bool| {
        if is_there {
            features.push(feature);
        }
    };
    if let Some(message) = event.message() {
        for key in [
            "seq",
            "tags",
            "app_id",
            "nlp",
            "metadata",
            "referral",
            "quick_reply",
            "reply_to",
        ] {
            note(key, message.raw.get(key).is_some());
        }
        note("multi_attachment", message.attachments.len() > 1);
        note(
            "text+attachments",
            message.text.is_some() && !message.attachments.is_empty(),
        );
    }
    if let Kind::Postback(postback) = event.kind() {
        note("referral", postback.referral.is_some());
        note("no_payload", postback.payload.is_none());
    }
    note("prior_message", event.get("prior_message").is_some());
    features
}

/// An item as a store would give it back: every part through a string.
///
/// # Panics
///
/// When a word of the item does not come back.
#[must_use]
pub fn stored<'a>(item: &Item<'a>) -> Item<'a> {
    let word = "every word is taken back";
    Item {
        object: item.object.as_str().parse().expect(word),
        channel: item.channel.as_str().parse().expect(word),
        ..item.clone()
    }
}
