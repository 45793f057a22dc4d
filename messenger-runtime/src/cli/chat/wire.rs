//! The platform's events as they stand on the wire: their shapes, their escapes, their signature.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::AppSecret;

/// The page that the bot answers for, and the person who writes to it.
pub(super) const PAGE: &str = "100000000000001";
pub(super) const PERSON: &str = "200000000000002";
/// The bot's app, and the inbox where the people of the page answer.
pub(super) const APP: &str = "300000000000003";
pub(super) const INBOX: &str = "263902037430900";

/// What a person does in the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Writes.
    Text(String),
    /// Taps a quick reply.
    QuickReply { title: String, payload: String },
    /// Taps a button; `reference` where a link has opened the conversation.
    Postback {
        title: String,
        payload: String,
        reference: Option<String>,
    },
    /// Follows a link into a conversation that there is already.
    Referral(String),
    /// Sends a picture.
    Image(String),
}

impl Act {
    /// The event's own part. The platform shows standby apps no payload of a button.
    pub(super) fn item(&self, mid: &str, standby: bool) -> Value {
        match self {
            Self::Text(text) => json!({"message": {"mid": mid, "text": text}}),
            Self::QuickReply { title, payload } => {
                json!({"message": {"mid": mid, "text": title, "quick_reply": {"payload": payload}}})
            }
            Self::Image(url) => json!({
                "message": {"mid": mid, "attachments": [{"type": "image", "payload": {"url": url}}]},
            }),
            Self::Referral(reference) => json!({"referral": referral(reference)}),
            Self::Postback {
                title,
                payload,
                reference,
            } => {
                let mut postback = json!({"mid": mid, "title": title});
                if !standby {
                    postback["payload"] = json!(payload);
                }
                if let Some(reference) = reference {
                    postback["referral"] = referral(reference);
                }
                json!({"postback": postback})
            }
        }
    }
}

fn referral(reference: &str) -> Value {
    json!({"ref": reference, "source": "SHORTLINK", "type": "OPEN_THREAD"})
}

/// The echo of a message that left the page.
pub(super) fn echo(mut message: Value, mid: &str, app: &str) -> Value {
    if let Value::Object(fields) = &mut message {
        fields.remove("quick_replies");
        fields.insert("mid".to_owned(), json!(mid));
        fields.insert("is_echo".to_owned(), json!(true));
        fields.insert("app_id".to_owned(), json!(app.parse::<u64>().ok()));
    }
    json!({"message": message})
}

/// The body that delivers `item`, escaped.
pub(super) fn body(mut item: Value, standby: bool, now: u64) -> String {
    let is_echo = item.pointer("/message/is_echo").is_some();
    let (sender, recipient) = if is_echo { (PAGE, PERSON) } else { (PERSON, PAGE) };
    item["sender"] = json!({"id": sender});
    item["recipient"] = json!({"id": recipient});
    item["timestamp"] = json!(now);
    let channel = if standby { "standby" } else { "messaging" };
    let body = json!({"object": "page", "entry": [{"id": PAGE, "time": now, channel: [item]}]});
    escape(&body.to_string())
}

/// JSON as the platform writes it: outside ASCII and for `/ < % @` as escapes.
fn escape(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 4);
    for c in json.chars() {
        match c {
            // None of these can stand outside a string, so the escape is always inside one.
            '/' => out.push_str("\\/"),
            '<' | '%' | '@' => unit(&mut out, c as u16, true),
            c if c.is_ascii() => out.push(c),
            c => c
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|&one| unit(&mut out, one, false)),
        }
    }
    out
}

fn unit(out: &mut String, unit: u16, upper: bool) {
    let written = if upper {
        write!(out, "\\u{unit:04X}")
    } else {
        write!(out, "\\u{unit:04x}")
    };
    written.expect("a String takes everything");
}

/// The value of `X-Hub-Signature-256` for these bytes.
pub(super) fn signature(secret: &AppSecret, body: &str) -> String {
    format!("sha256={}", hex::encode(secret.sign(body.as_bytes())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::{Event, Webhook};

    #[test]
    fn the_signature_is_that_of_the_escaped_bytes() {
        let plain = r#"{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"message":{"mid":"m","text":"äöå https://x.y <%@"}}]}]}"#;
        let escaped = escape(plain);
        assert_eq!(
            escaped,
            r#"{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"message":{"mid":"m","text":"\u00e4\u00f6\u00e5 https:\/\/x.y \u003C\u0025\u0040"}}]}]}"#
        );
        let secret = AppSecret::from("secret");
        assert_eq!(
            signature(&secret, &escaped),
            "sha256=2b1bbc4b3e34483c1b8a302e6d4aafa5ef5cd6291b7037093b393775a4875903"
        );
        assert_ne!(signature(&secret, &escaped), signature(&secret, plain));
    }

    #[test]
    fn what_is_outside_the_basic_plane_becomes_a_pair() {
        assert_eq!(escape("\"☕🫘\""), r#""\u2615\ud83e\uded8""#);
    }

    proptest! {
        #[test]
        fn escapes_change_the_bytes_and_not_the_text(text: String) {
            let escaped = escape(&json!(text).to_string());
            prop_assert!(escaped.is_ascii());
            prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }

    #[test]
    fn the_runtime_reads_every_act() {
        let postback = Act::Postback {
            title: "Buy".to_owned(),
            payload: "BUY:moka".to_owned(),
            reference: Some("table-7".to_owned()),
        };
        let acts = [
            (Act::Text("é".to_owned()), "text"),
            (
                Act::QuickReply {
                    title: "1".to_owned(),
                    payload: "BUY:1".to_owned(),
                },
                "quick_reply",
            ),
            (postback.clone(), "postback"),
            (Act::Referral("table-7".to_owned()), "referral"),
            (Act::Image("https://x.example/a.jpg".to_owned()), "attachment"),
        ];
        for (act, name) in acts {
            let body = body(act.item("m1", false), false, 1);
            let webhook = Webhook::parse(body.as_bytes()).unwrap();
            let event = Event::parse(webhook.items()[0].clone());
            assert_eq!((event.name(), event.person()), (name, Some(PERSON)));
        }
        let body = body(postback.item("m1", true), true, 1);
        let webhook = Webhook::parse(body.as_bytes()).unwrap();
        let event = Event::parse(webhook.items()[0].clone());
        assert_eq!((event.is_standby(), event.payload()), (true, None));
    }

    #[test]
    fn an_echo_comes_from_the_page() {
        let body = body(echo(json!({"text": "Hi", "metadata": "k"}), "m2", APP), false, 1);
        let webhook = Webhook::parse(body.as_bytes()).unwrap();
        let event = Event::parse(webhook.items()[0].clone());
        assert!(event.is_echo());
        assert_eq!(event.person(), Some(PERSON));
        assert_eq!(
            event.message().and_then(|message| message.metadata.as_deref()),
            Some("k")
        );
    }
}
