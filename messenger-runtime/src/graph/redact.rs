//! Keeps tokens, secrets and what people wrote out of everything that may be printed.

mod texts;

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use self::texts::GONE;
pub(super) use self::texts::Texts;

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

#[cfg(test)]
thread_local! {
    /// How many bytes were searched for secrets.
    pub(super) static SEARCHED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// `text` without anything that looks like a token or a secret, nor any of `secrets`.
pub(super) fn scrub(text: &str, secrets: &[&str]) -> String {
    #[cfg(test)]
    SEARCHED.with(|bytes| bytes.set(bytes.get() + text.len()));
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

/// A path with `*` for every part that may be the id of something.
pub(super) fn without_ids(path: &str) -> String {
    let shown = path
        .split('/')
        .map(|part| if is_version(part) { part } else { without_id(part) });
    shown.collect::<Vec<_>>().join("/")
}

/// A part of a path, or `*` where it may be the id of something. The platform's words are small letters.
pub(super) fn without_id(part: &str) -> &str {
    let is_word = part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_word { part } else { "*" }
}

/// Whether a part of a path is a version of the Graph API.
pub(super) fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
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

/// How much of a message is kept, in bytes.
const KEPT: usize = 2048;

/// How much of a message is looked through: an answer may be as long as it likes, while its caller and everybody
/// else on the same thread wait.
const READ: usize = 16 << 10;

/// How much of all the messages in an answer is looked through.
const READ_IN_ALL: usize = 64 << 10;

/// What the shortest message counts as: looking through it is not free.
const READ_AT_LEAST: usize = 64;

/// How much is dropped before the place where a message was cut: half a token or half a text may not be
/// recognised. Longer than both the longest token and what tells of a text.
const UNSURE: usize = 1 << 10;

/// `message` without tokens, the request's own `texts` (whole or cut short), quoted speech and control characters,
/// and not longer than is kept.
pub(super) fn scrub_message(message: &str, texts: &Texts, secrets: &[&str]) -> String {
    read_part(message, secrets, |part| {
        let message = texts.remove(&scrub(part, secrets));
        // An answer must not draw on a terminal or begin a line of a log.
        QUOTED
            .replace_all(&message, format!("${{1}}{GONE}"))
            .replace(char::is_control, " ")
    })
}

/// Cuts `text`, lets `clean` take out of it what must not be kept, and cuts the rest to what is kept.
fn read_part(text: &str, secrets: &[&str], clean: impl FnOnce(&str) -> String) -> String {
    let unsure = longest(secrets).max(UNSURE);
    let end = text.floor_char_boundary(READ + unsure);
    let mut kept = clean(&text[..end]);
    let mut cut = end < text.len();
    if cut {
        kept.truncate(kept.floor_char_boundary(kept.len().saturating_sub(unsure)));
        // Quoted speech that did not end before the cut was not recognised.
        kept.truncate(last_quote(&kept).unwrap_or(kept.len()));
    }
    if kept.len() > KEPT {
        kept.truncate(kept.floor_char_boundary(KEPT));
        cut = true;
    }
    if cut {
        kept.push_str(GONE);
    }
    kept
}

fn longest(secrets: &[&str]) -> usize {
    secrets
        .iter()
        .map(|secret| secret.len())
        .max()
        .unwrap_or_default()
}

/// Where the last quotation mark stands, an apostrophe within a word not being one.
fn last_quote(text: &str) -> Option<usize> {
    let begins_a_word = |at: usize| {
        let before = text[..at].chars().next_back();
        before.is_none_or(|before| before.is_whitespace() || "([:=,".contains(before))
    };
    text.char_indices()
        .rfind(|&(at, mark)| matches!(mark, '"' | '“') || mark == '\'' && begins_a_word(at))
        .map(|(at, _)| at)
}

/// A key of an answer: the platform's, or something of the request that it counts by.
fn clean_key(key: &str, left: &mut usize, texts: &Texts, secrets: &[&str]) -> String {
    if *left == 0 {
        return GONE.to_owned();
    }
    *left = left.saturating_sub(key.len());
    let is_word = key.len() <= 40
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_word {
        texts.remove(key)
    } else {
        scrub_message(key, texts, secrets)
    }
}

/// A refused call's answer, fit to be kept and printed.
pub(super) fn answer(body: &[u8], texts: &Texts, secrets: &[&str]) -> String {
    fn walk(value: &mut Value, left: &mut usize, texts: &Texts, secrets: &[&str]) {
        match value {
            Value::String(text) if *left == 0 => GONE.clone_into(text),
            Value::String(text) => {
                *left = left.saturating_sub(text.len().clamp(READ_AT_LEAST, READ));
                *text = scrub_message(text, texts, secrets);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, left, texts, secrets)),
            Value::Object(fields) => {
                *fields = std::mem::take(fields)
                    .into_iter()
                    .map(|(key, mut value)| {
                        let key = clean_key(&key, left, texts, secrets);
                        walk(&mut value, left, texts, secrets);
                        (key, value)
                    })
                    .collect();
            }
            _ => {}
        }
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            let mut left = READ_IN_ALL;
            walk(&mut value, &mut left, texts, secrets);
            // Keys such as `access_token` give away their values only now.
            read_part(&value.to_string(), secrets, |part| scrub(part, secrets))
        }
        // Half a JSON document can hold anything.
        Err(_) if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) => {
            format!("[{} bytes of broken JSON]", body.len())
        }
        Err(_) => {
            // More than is read, so that where it ends is seen as a cut.
            let read = READ + 2 * longest(secrets).max(UNSURE);
            let text = String::from_utf8_lossy(&body[..body.len().min(read)]);
            scrub_message(&text, texts, secrets)
        }
    }
}
