//! A `signed_request`.
//!
//! An input is a line of edits, each two bytes, and a payload. The payload is signed as the platform does it, then
//! the edits are made: where, and which character is put there.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{
    AppSecret, Clock,
    graph::{SignedRequest, SignedRequestError},
};

const SECRET: &str = "the app's secret";
const NOW: u64 = 1_795_176_000;
const MAX_AGE: u64 = 300;
const AHEAD: u64 = 60;

#[derive(Debug)]
struct Now;

impl Clock for Now {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
    }
}

/// Whether a request is believed at this age, and at any.
type Verify = fn(&str) -> [bool; 2];

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// RFC 4648, section 5, without padding.
fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let at = |index: usize| u32::from(three.get(index).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for index in 0..=three.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * index) & 63) as usize]));
        }
    }
    text
}

fn signed(secret: &AppSecret, payload: &str) -> String {
    format!("{}.{payload}", encode(&secret.sign(payload.as_bytes())))
}

fn edited(mut text: Vec<u8>, edits: &[u8]) -> String {
    let (edits, _) = edits.as_chunks::<2>();
    for &[at, byte] in edits {
        match (usize::from(at), byte) {
            (at, 128..) => text.truncate(at),
            (at, byte) if at < text.len() => text[at] = byte,
            (_, byte) => text.push(byte),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn examine(data: &[u8], verify: Verify) {
    let end = data.iter().position(|&byte| byte == b'\n').unwrap_or(0);
    let (edits, payload) = data.split_at(end);
    let payload = payload.strip_prefix(b"\n").unwrap_or(payload);
    let payload = String::from_utf8_lossy(payload).replace("{now}", &NOW.to_string());
    let secret = AppSecret::from(SECRET);

    let request = edited(signed(&secret, &encode(payload.as_bytes())).into_bytes(), edits);
    agrees(&request, verify);
    // The payload as it stands need be no base64.
    agrees(&signed(&secret, &payload), verify);
    agrees(&payload, verify);
    for other in ["", "another app's secret"] {
        let request = signed(&AppSecret::from(other), &encode(payload.as_bytes()));
        assert_eq!(
            verify(&request),
            [false; 2],
            "a secret not in force has signed it"
        );
    }
}

/// Compares with what the signature, the algorithm and the time say when they are worked out from the front.
fn agrees(request: &str, verify: Verify) {
    let [fresh, ever] = verify(request);
    assert!(ever || !fresh);
    let payload = request.split_once('.').map(|(_, payload)| payload);
    let is_signed = payload.is_some_and(|payload| signed(&AppSecret::from(SECRET), payload) == request);
    let bytes = payload.and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
    let bytes = bytes.filter(|bytes| payload.is_some_and(|payload| encode(bytes) == payload));
    let said: Option<Value> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let is_right = said.as_ref().is_some_and(|said| {
        said.is_object()
            && said["algorithm"]
                .as_str()
                .is_some_and(|name| name.to_uppercase() == "HMAC-SHA256")
    });
    if ever {
        assert!(is_signed, "it is not signed: {request}");
        assert!(is_right, "it does not say so: {request}");
    }
    let Some(said) = said else { return };
    let issued = match &said["issued_at"] {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let is_fresh = issued.is_some_and(|issued| (NOW - MAX_AGE..=NOW + AHEAD).contains(&issued));
    assert!(!fresh || is_fresh, "it is too old: {said}");
    let plain = |name| match &said[name] {
        Value::Null | Value::String(_) => true,
        Value::Number(number) => number.is_u64() || number.is_i64(),
        _ => false,
    };
    if is_signed
        && is_right
        && ["psid", "user_id", "page_id", "tid", "issued_at"]
            .into_iter()
            .all(plain)
    {
        assert!(ever, "a good one is refused: {said}");
        assert_eq!(fresh, is_fresh, "{said}");
    }
}

fn verify(request: &str) -> [bool; 2] {
    let secrets = [
        AppSecret::from("the next secret"),
        SECRET.into(),
        AppSecret::from(""),
    ];
    let max_age = Duration::from_secs(MAX_AGE);
    let fresh = SignedRequest::verify(request, &secrets, max_age, &Now);
    let ever = SignedRequest::verify_at_any_age(request, &secrets);
    if let (Ok(fresh), Ok(ever)) = (&fresh, &ever) {
        assert_eq!(fresh, ever);
    }
    if let (Err(fresh), Err(ever)) = (&fresh, &ever) {
        assert_eq!(fresh, ever, "what is wrong does not go by the age");
    } else if ever.is_ok() {
        assert!(matches!(fresh, Ok(_) | Err(SignedRequestError::Age)));
    }
    [fresh.is_ok(), ever.is_ok()]
}

pub(crate) fn check(data: &[u8]) {
    examine(data, verify);
}

/// Believes an algorithm of any name.
pub(crate) fn control(data: &[u8]) {
    examine(data, |request| {
        let is_signed = request
            .split_once('.')
            .is_some_and(|(_, payload)| signed(&AppSecret::from(SECRET), payload) == *request);
        let [fresh, ever] = verify(request);
        [fresh, ever || is_signed]
    });
}
