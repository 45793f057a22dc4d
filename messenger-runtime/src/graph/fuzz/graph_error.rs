//! The body of a failed call.
//!
//! An input is two bytes of status, a line for the headers, and the body, in which `{token}`, `{secret}` and
//! `{text}` are replaced by what must never be printed.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{
    Method,
    header::{HeaderMap, HeaderValue},
};
use serde_json::Value;

use crate::graph::{
    GraphError,
    call::{Body, Call, Pace, Repeat, Token},
    transport::judge,
};

/// Somebody's token, known by its looks alone.
const TOKEN: &str = "EAABcanaryZB0tokenZCofAnotherPage1234567890";
/// The token that the call was made with.
const SECRET: &str = "canary-secret-of-this-call";
/// What the request says to a person.
const TEXT: &str = "a canary sang beside the window";

fn call() -> Call {
    Call {
        method: Method::POST,
        url: "http://127.0.0.1/v25.0/me/messages".parse().expect("it is a URL"),
        body: Body::Json(Bytes::from(format!(r#"{{"message":{{"text":"{TEXT}"}}}}"#))),
        repeat: Repeat::OnlyIfNotArrived,
        pace: Pace::Send,
        parts: Arc::default(),
        token: Token::Page,
        at_least: Duration::ZERO,
        secrets: Vec::new(),
    }
}

/// What an answer is judged to be.
type Judge = fn(u16, &HeaderMap, &[u8]) -> Option<GraphError>;

fn examine(data: &[u8], judge: Judge) {
    let Some((&[high, low], data)) = data.split_first_chunk() else {
        return;
    };
    let status = 100 + u16::from_be_bytes([high, low]) % 500;
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(0);
    let (header, body) = data.split_at(end);
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(header) {
        headers.insert("retry-after", value.clone());
        headers.insert("x-business-use-case-usage", value);
    }
    let mut body = body.to_vec();
    for (name, canary) in [("{token}", TOKEN), ("{secret}", SECRET), ("{text}", TEXT)] {
        body = replaced(&body, name.as_bytes(), canary.as_bytes());
    }
    let error = judge(status, &headers, &body);
    if let Some(error) = &error {
        is_silent(error);
        is_bounded(error);
    } else {
        assert!((200..300).contains(&status), "{status} is no success");
    }
    if let Some(other) = in_other_words(&body) {
        // A body that is no error for its text would not be one for another.
        let other = judge(status, &headers, &other);
        let numbers = |error: &GraphError| {
            (
                error.id(),
                error.action(),
                error.is_doubtful(),
                error.code(),
                error.subcode(),
            )
        };
        assert_eq!(
            error.as_ref().map(numbers),
            other.as_ref().map(numbers),
            "words decide"
        );
    }
}

fn is_silent(error: &GraphError) {
    let shown = format!(
        "{error} {error:?} {:?} {:?} {:?} {:?}",
        error.message(),
        error.response(),
        error.error_type(),
        error.fbtrace_id()
    );
    for canary in [TOKEN, SECRET, TEXT] {
        assert!(!shown.contains(canary), "{shown}");
    }
    let line = error.to_string();
    assert!(!line.contains(char::is_control), "{line:?}");
}

fn is_bounded(error: &GraphError) {
    const MOST: usize = 2048 + 16;
    for text in [
        error.message(),
        error.response(),
        error.error_type(),
        error.fbtrace_id(),
    ] {
        assert!(text.unwrap_or_default().len() <= MOST);
    }
    assert_ne!(error.after(), Some(Duration::ZERO), "a wait of nothing");
    assert!(error.after().unwrap_or_default() <= Duration::from_hours(24));
}

/// The same answer with other words in its error.
fn in_other_words(body: &[u8]) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    let error = value.get_mut("error")?.as_object_mut()?;
    for (name, value) in error.iter_mut() {
        if !matches!(&**name, "code" | "error_subcode" | "is_transient") && value.is_string() {
            *value = "The token has expired; blocked; try again later".into();
        }
    }
    Some(value.to_string().into_bytes())
}

fn replaced(text: &[u8], name: &[u8], canary: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(name) {
            out.extend_from_slice(canary);
            rest = after;
        } else {
            out.push(byte);
            rest = after;
        }
    }
    out
}

pub(crate) fn check(data: &[u8]) {
    examine(data, |status, headers, body| {
        judge(status, headers, body, &call(), &[SECRET])
    });
}

/// Takes an answer for one that says nothing of the request, and goes by what it says.
pub(crate) fn control(data: &[u8]) {
    examine(data, |status, headers, body| {
        let mut call = call();
        call.body = Body::Empty;
        judge(status, headers, body, &call, &[])
    });
}
