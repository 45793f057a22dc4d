//! The platform's shape of a message, written from its documentation and not from our types.

use std::ops::RangeInclusive;

use serde_json::{Value, json};

use crate::message::Platform;

mod airline;
mod forms;
mod templates;

use templates::{template, utility};

/// Why a message does not have the platform's shape.
type Shape = Result<(), String>;

/// A value and where it stands.
#[derive(Clone)]
struct At<'a> {
    path: String,
    value: &'a Value,
    platform: Platform,
}

impl<'a> At<'a> {
    fn wrong<T>(&self, what: impl std::fmt::Display) -> Result<T, String> {
        Err(format!("{}: {what}", self.path))
    }

    fn inside(&self, key: &str, value: &'a Value) -> Self {
        Self {
            path: format!("{}.{key}", self.path),
            value,
            platform: self.platform,
        }
    }

    /// The member `key`, where there is one.
    fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| self.inside(key, value))
    }

    fn must(&self, key: &str) -> Result<Self, String> {
        self.get(key).map_or_else(|| self.wrong(format!("no {key}")), Ok)
    }

    /// An object of these members; those that end in `?` may be missing.
    fn object(&self, members: &[&str]) -> Shape {
        let Some(object) = self.value.as_object() else {
            return self.wrong("not an object");
        };
        let known = |key: &String| members.iter().any(|member| member.trim_end_matches('?') == key);
        if let Some(key) = object.keys().find(|key| !known(key)) {
            return self.wrong(format!("unknown member {key}"));
        }
        let missing = members
            .iter()
            .find(|member| !member.ends_with('?') && !object.contains_key(**member));
        missing.map_or(Ok(()), |member| self.wrong(format!("no {member}")))
    }

    fn maybe(&self, key: &str, shape: impl FnOnce(&Self) -> Shape) -> Shape {
        self.get(key).as_ref().map_or(Ok(()), shape)
    }

    fn string(&self) -> Result<&'a str, String> {
        self.value.as_str().map_or_else(|| self.wrong("not a string"), Ok)
    }

    /// A string of this many UTF-16 units.
    fn text(&self, length: RangeInclusive<usize>) -> Shape {
        let got = self.string()?.encode_utf16().count();
        if length.contains(&got) {
            Ok(())
        } else {
            self.wrong(format!("{got} characters"))
        }
    }

    fn some_text(&self) -> Shape {
        self.text(1..=usize::MAX)
    }

    fn list(&self, length: RangeInclusive<usize>, shape: impl Fn(&Self) -> Shape) -> Shape {
        let Some(list) = self.value.as_array() else {
            return self.wrong("not a list");
        };
        if !length.contains(&list.len()) {
            return self.wrong(format!("{} items", list.len()));
        }
        let mut items = list.iter().enumerate();
        items.try_for_each(|(n, item)| shape(&self.inside(&n.to_string(), item)))
    }

    fn url(&self) -> Shape {
        match self.string()?.split_once("://") {
            Some(("http" | "https", rest)) if !rest.is_empty() => Ok(()),
            _ => self.wrong("not an address"),
        }
    }

    fn flag(&self) -> Shape {
        if self.value.is_boolean() {
            Ok(())
        } else {
            self.wrong("not true or false")
        }
    }

    fn number(&self) -> Shape {
        if self.value.is_number() {
            Ok(())
        } else {
            self.wrong("not a number")
        }
    }

    fn one_of(&self, words: &[&str]) -> Shape {
        if words.contains(&self.string()?) {
            Ok(())
        } else {
            self.wrong(format!("none of {words:?}"))
        }
    }

    fn messenger(&self) -> Shape {
        if self.platform == Platform::Messenger {
            Ok(())
        } else {
            self.wrong("not on Instagram")
        }
    }

    fn instagram(&self) -> Shape {
        if self.platform == Platform::Instagram {
            Ok(())
        } else {
            self.wrong("not on Messenger")
        }
    }
}

/// Whether `message` is one that `platform` takes.
pub(super) fn shape(message: &Value, platform: Platform) -> Shape {
    let at = At {
        path: "message".to_owned(),
        value: message,
        platform,
    };
    let contents = ["text", "attachment", "attachments", "sticker_id", "template"];
    let there: Vec<_> = contents.into_iter().filter(|key| at.get(key).is_some()).collect();
    let [content] = there[..] else {
        return at.wrong(format!("{there:?}"));
    };
    at.object(&[content, "quick_replies?", "metadata?"])?;
    at.maybe("quick_replies", |replies| replies.list(1..=13, quick_reply))?;
    at.maybe("metadata", |metadata| metadata.text(0..=999))?;
    let value = at.must(content)?;
    match (content, platform) {
        ("text", Platform::Messenger) => value.text(1..=1999),
        ("text", Platform::Instagram) => match value.string()?.len() {
            1..=1000 => Ok(()),
            bytes => value.wrong(format!("{bytes} bytes")),
        },
        ("attachment", _) => attachment(&value),
        ("attachments", Platform::Messenger) => value.list(1..=30, image),
        ("attachments", Platform::Instagram) => value.list(1..=10, image),
        ("sticker_id", _) if value.value.is_u64() => Ok(()),
        ("template", _) => utility(&value),
        _ => value.wrong("not a number"),
    }
}

fn quick_reply(at: &At<'_>) -> Shape {
    let content_type = at.must("content_type")?;
    at.object(&["content_type", "title?", "payload?", "image_url?"])?;
    if content_type.string()? == "text" {
        let least = usize::from(at.get("image_url").is_none());
        at.maybe("image_url", At::url)?;
        match at.get("title") {
            Some(title) => title.text(least..=20)?,
            None if least > 0 => return at.wrong("neither a title nor an image"),
            None => {}
        }
        return at.must("payload")?.text(least..=1000);
    }
    content_type.one_of(&["user_phone_number", "user_email"])?;
    if content_type.string()? == "user_email" {
        content_type.messenger()?;
    }
    if at.get("image_url").is_some() {
        at.wrong("an image without a title")
    } else {
        Ok(())
    }
}

fn image(at: &At<'_>) -> Shape {
    at.must("type")?.one_of(&["image"])?;
    attachment(at)
}

fn attachment(at: &At<'_>) -> Shape {
    let kind = at.must("type")?;
    match kind.string()? {
        "image" | "audio" | "video" | "file" => {
            at.object(&["type", "payload"])?;
            let payload = at.must("payload")?;
            if payload.get("attachment_id").is_some() {
                payload.object(&["attachment_id"])?;
                return payload.must("attachment_id")?.some_text();
            }
            payload.object(&["url", "is_reusable?"])?;
            payload.maybe("is_reusable", At::flag)?;
            payload.must("url")?.url()
        }
        "template" => {
            at.object(&["type", "payload"])?;
            template(&at.must("payload")?)
        }
        "like_heart" => {
            kind.instagram()?;
            at.object(&["type"])
        }
        "MEDIA_SHARE" => {
            kind.instagram()?;
            at.object(&["type", "payload"])?;
            let payload = at.must("payload")?;
            payload.object(&["id"])?;
            payload.must("id")?.some_text()
        }
        _ => kind.wrong("no such type"),
    }
}

/// The checker itself can refuse, each rule for its own reason.
#[test]
fn the_shape_refuses_what_the_platform_refuses() {
    let url = "https://coffee.example/a.png";
    let template = |payload: Value| json!({"attachment": {"type": "template", "payload": payload}});
    let button =
        |button: Value| template(json!({"template_type": "button", "text": "a", "buttons": [button]}));
    for (message, reason) in [
        (json!({}), "message: []"),
        (
            json!({"text": "a", "sticker_id": 1}),
            r#"message: ["text", "sticker_id"]"#,
        ),
        (json!({"text": 1}), "message.text: not a string"),
        (json!({"text": ""}), "message.text: 0 characters"),
        (json!({"text": "a", "tag": "A"}), "message: unknown member tag"),
        (json!({"sticker_id": "1"}), "message.sticker_id: not a number"),
        (
            json!({"attachment": {"type": "list"}}),
            "message.attachment.type: no such type",
        ),
        (
            json!({"attachments": [{"type": "video", "payload": {"url": url}}]}),
            r#"message.attachments.0.type: none of ["image"]"#,
        ),
        (
            template(json!({"template_type": "list"})),
            "message.attachment.payload.template_type: no such template",
        ),
        (
            button(json!({"type": "element_share"})),
            "message.attachment.payload.buttons.0.type: no such button",
        ),
        (
            button(json!({"type": "postback", "title": "a"})),
            "message.attachment.payload.buttons.0: no payload",
        ),
        (
            json!({"text": "a", "quick_replies": [{"content_type": "location"}]}),
            r#"message.quick_replies.0.content_type: none of ["user_phone_number", "user_email"]"#,
        ),
        (
            json!({"template": {"name": "a", "language": {"code": "en"}, "components": [
                {"type": "body", "parameters": [{"type": "text", "text": "a"},
                                                {"type": "text", "parameter_name": "b", "text": "b"}]},
            ]}}),
            "message.template: named and positional parameters",
        ),
    ] {
        assert_eq!(shape(&message, Platform::Messenger), Err(reason.to_owned()));
    }
}
