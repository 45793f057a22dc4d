//! Keeps tokens, secrets and what people wrote out of everything that may be printed.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

pub(super) const MASK: &str = "[REDACTED]";

/// A parameter that carries a secret, in a URL, a form, a header or JSON (also JSON within a string). A colon
/// counts only after a quoted or a compound name: "validating access token: expired" names no secret.
static PARAMETER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?ix)(
            (?: [a-z_]*(?:token|secret) | appsecret_proof )
                (?: \s*(?:=|%3D)\s* | \\?["']\s*[:=]\s* ) \\?["']?
            | (?: [a-z_]*_(?:token|secret) | appsecret_proof ) \s*:\s* \\?["']?
            | bearer (?: \s+ | %20 | \+ )
        ) [^&\s"'\\,;{}\[\]]+"#,
    )
    .expect("the pattern is constant")
});

/// The whole value of such a parameter in JSON, spaces and escapes included: a verify token is any text.
static MEMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i)("[a-z_]*(?:token|secret)"\s*:\s*")(?:[^"\\]|\\.)+""#).expect("the pattern is constant")
});

/// A token by its looks: of a page or user, of Instagram, or an app's `id|secret`.
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:EAA|IGAA|IGQ)[0-9A-Za-z_-]{6,}|\d{5,}(?:\||%7C)[0-9A-Za-z_-]{16,}")
        .expect("the pattern is constant")
});

/// Quoted speech in an error message, as opposed to a quoted parameter name.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#""[^"]*[^"\x21-\x7e][^"]*"|(^|[\s(\[:=,])'[^']*[^'\x21-\x7e][^']*'|“[^”]*”"#)
        .expect("the pattern is constant")
});

/// `text` without anything that looks like a token or a secret, nor any of `secrets`.
pub(super) fn scrub(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        if text.contains(secret) {
            text = text.replace(secret, MASK);
        }
    }
    let text = MEMBER.replace_all(&text, format!("${{1}}{MASK}\""));
    let text = PARAMETER.replace_all(&text, format!("${{1}}{MASK}"));
    TOKEN.replace_all(&text, MASK).into_owned()
}

/// Keys whose values are words of the platform, not of a person.
fn is_platform_word(key: &str, value: &str) -> bool {
    matches!(
        key,
        "content_type"
            | "control_type"
            | "media_type"
            | "messaging_type"
            | "notification_type"
            | "sender_action"
            | "tag"
            | "template_type"
            | "type"
            | "webview_height_ratio"
    ) && value.len() <= 40
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The outline of a JSON body: its keys and the platform's words, every other string as its length.
pub(super) fn outline(body: &[u8]) -> String {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return format!("[{} bytes]", body.len());
    };
    mask_strings("", &mut value);
    value.to_string()
}

fn mask_strings(key: &str, value: &mut Value) {
    match value {
        Value::String(text) if !is_platform_word(key, text) => {
            *text = format!("[{} characters]", text.chars().count());
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask_strings(key, item)),
        Value::Object(fields) => fields
            .iter_mut()
            .for_each(|(key, value)| mask_strings(key, value)),
        _ => {}
    }
}

/// The strings of a request's JSON body that are not the platform's own words, longest first.
pub(super) fn texts(body: &[u8]) -> Vec<String> {
    fn collect(key: &str, value: &Value, into: &mut Vec<String>) {
        match value {
            Value::String(text) if !text.is_empty() && !is_platform_word(key, text) => {
                // An answer may quote the request's JSON as it was written.
                let written = Value::from(text.as_str()).to_string();
                let written = &written[1..written.len() - 1];
                if written != text {
                    into.push(written.to_owned());
                }
                into.push(text.clone());
                if key == "body" {
                    // A call in a batch: a form, whose longer values are JSON.
                    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
                        let json = serde_json::from_str(&value).ok();
                        let json = json.filter(|json: &Value| json.is_object() || json.is_array());
                        collect(&name, &json.unwrap_or_else(|| Value::from(&*value)), into);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(key, item, into)),
            Value::Object(fields) => fields.iter().for_each(|(key, value)| collect(key, value, into)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Ok(value) = serde_json::from_slice(body) {
        collect("", &value, &mut found);
    }
    found.sort_by_key(|text| std::cmp::Reverse(text.len()));
    found
}

/// `message` without tokens, the request's own `texts` (whole or cut short), quoted speech and control characters.
pub(super) fn scrub_message(message: &str, texts: &[String], secrets: &[&str]) -> String {
    let mut message = scrub(message, secrets);
    for text in texts {
        message = remove(&message, text, text);
    }
    for text in texts {
        if let Some((end, _)) = text.char_indices().nth(TELLING) {
            message = remove(&message, text, &text[..end]);
        }
    }
    // An answer must not draw on a terminal or begin a line of a log.
    QUOTED
        .replace_all(&message, "${1}[...]")
        .replace(char::is_control, " ")
}

/// How many characters of a text give it away when an answer quotes it cut short.
const TELLING: usize = 16;

/// `message` without `text` wherever it begins with `head`, as far as the two agree.
fn remove(message: &str, text: &str, head: &str) -> String {
    let short = text.chars().count() < 4;
    let mut kept = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find(head) {
        let (before, found) = rest.split_at(at);
        let end: usize = found
            .chars()
            .zip(text.chars())
            .take_while(|(found, text)| found == text)
            .map(|(found, _)| found.len_utf8())
            .sum();
        let inside_a_word = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
        kept.push_str(before);
        if short && (inside_a_word(before.chars().next_back()) || inside_a_word(found[end..].chars().next()))
        {
            kept.push_str(&found[..end]);
        } else {
            kept.push_str("[...]");
        }
        rest = &found[end..];
    }
    kept.push_str(rest);
    kept
}

/// The longest part of a body that is kept, in bytes.
const KEPT: usize = 2048;

/// The longest part of a body that is looked through. Much longer than what is kept, so that no token is cut
/// in two, and then not recognised, where the kept part ends.
const READ: usize = 64 << 10;

/// A refused call's answer, fit to be kept and printed.
pub(super) fn answer(body: &[u8], texts: &[String], secrets: &[&str]) -> String {
    fn walk(value: &mut Value, texts: &[String], secrets: &[&str]) {
        match value {
            Value::String(text) => *text = scrub_message(text, texts, secrets),
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, texts, secrets)),
            Value::Object(fields) => fields.values_mut().for_each(|value| walk(value, texts, secrets)),
            _ => {}
        }
    }
    let text = match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            walk(&mut value, texts, secrets);
            // Keys such as `access_token` give away their values only now.
            scrub(&value.to_string(), secrets)
        }
        // Half a JSON document can hold anything.
        Err(_) if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) => {
            format!("[{} bytes of broken JSON]", body.len())
        }
        Err(_) => scrub_message(
            &String::from_utf8_lossy(&body[..body.len().min(READ)]),
            texts,
            secrets,
        ),
    };
    cut(text)
}

fn cut(mut text: String) -> String {
    if text.len() > KEPT {
        text.truncate(text.floor_char_boundary(KEPT));
        text.push_str("[...]");
    }
    text
}
