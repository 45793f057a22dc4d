//! What a webview's `signed_request` must be to be believed.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;
use crate::{
    Clock,
    graph::{SignedRequest, SignedRequestError},
};

/// Signed with the secret `secret`; says `{"algorithm":"HMAC-SHA256","0":"payload"}`.
const KNOWN: &str =
    "vlXgu64BQGFSQrY0ZcJBZASMvYvTHu9GQ0YM9rjPSso.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsIjAiOiJwYXlsb2FkIn0";
const NOW: u64 = 1_700_000_000;

#[derive(Debug)]
struct At(u64);

impl Clock for At {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0)
    }
}

fn secrets(all: &[&str]) -> Vec<AppSecret> {
    all.iter().copied().map(AppSecret::from).collect()
}

fn signed(payload: &[u8], secret: &str) -> String {
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let signature = AppSecret::from(secret).sign(payload.as_bytes());
    format!("{}.{payload}", URL_SAFE_NO_PAD.encode(signature))
}

fn webview() -> Value {
    json!({"psid": "7", "algorithm": "HMAC-SHA256", "thread_type": "USER_TO_PAGE", "tid": 8, "issued_at": NOW,
        "page_id": 42, "metadata": "Zoë ☕"})
}

#[test]
fn a_known_request_is_believed() {
    let request = SignedRequest::verify_at_any_age(KNOWN, &secrets(&["secret"])).unwrap();
    assert_eq!(request.raw, json!({"algorithm": "HMAC-SHA256", "0": "payload"}));
    let wrong = SignedRequest::verify_at_any_age(KNOWN, &secrets(&["Secret"]));
    assert_eq!(wrong.unwrap_err(), SignedRequestError::Signature);
    let none = SignedRequest::verify_at_any_age(KNOWN, &[]);
    assert_eq!(none.unwrap_err(), SignedRequestError::Signature);
    let without_time = SignedRequest::verify(KNOWN, &secrets(&["secret"]), Duration::MAX, &At(NOW));
    assert_eq!(without_time.unwrap_err(), SignedRequestError::Age);
}

#[test]
fn what_it_says_is_typed_and_kept() {
    let text = signed(webview().to_string().as_bytes(), "old");
    let request = SignedRequest::verify(&text, &secrets(&["new", "old"]), Duration::ZERO, &At(NOW)).unwrap();
    assert_eq!(request.psid.as_deref(), Some("7"));
    assert_eq!(request.tid.as_deref(), Some("8"));
    assert_eq!(request.page_id.as_deref(), Some("42"));
    assert_eq!(request.thread_type.as_deref(), Some("USER_TO_PAGE"));
    assert_eq!(request.issued_at, Some(UNIX_EPOCH + Duration::from_secs(NOW)));
    assert_eq!(request.user_id, None);
    assert_eq!(request.raw["metadata"], "Zoë ☕");
    assert!(!format!("{request:?}").contains("Zoë"));
}

#[test]
fn it_may_be_as_old_as_allowed_and_a_minute_ahead() {
    let text = signed(webview().to_string().as_bytes(), "secret");
    let at =
        |now| SignedRequest::verify(&text, &secrets(&["secret"]), Duration::from_secs(300), &At(now)).err();
    assert_eq!(at(NOW + 300), None);
    assert_eq!(at(NOW + 301), Some(SignedRequestError::Age));
    assert_eq!(at(NOW - 60), None);
    assert_eq!(at(NOW - 61), Some(SignedRequestError::Age));
}

#[test]
fn anything_else_is_refused() {
    let body = |change: &dyn Fn(&mut Value)| {
        let mut body = webview();
        change(&mut body);
        signed(body.to_string().as_bytes(), "secret")
    };
    use SignedRequestError::{Algorithm, Malformed, Signature};
    let (signature, payload) = KNOWN.split_once('.').unwrap();
    for (text, error) in [
        (body(&|body| body["algorithm"] = "HMAC-SHA1".into()), Algorithm),
        (body(&|body| body["algorithm"] = "none".into()), Algorithm),
        (body(&|body| body["algorithm"] = Value::Null), Algorithm),
        (
            body(&|body| body["psid"] = json!({})),
            Malformed("an id in the payload is not one"),
        ),
        (
            signed(b"[1]", "secret"),
            Malformed("the payload is not a JSON object"),
        ),
        (
            signed(b"{", "secret"),
            Malformed("the payload is not JSON in UTF-8"),
        ),
        (
            signed(b"{\"a\":\"\xff\"}", "secret"),
            Malformed("the payload is not JSON in UTF-8"),
        ),
        (String::new(), Malformed("there is no dot in it")),
        (".".to_owned(), Signature),
        (format!(".{payload}"), Signature),
        (format!("{signature}."), Signature),
        (
            format!("{signature}=.{payload}"),
            Malformed("the signature is not base64url"),
        ),
        (format!("{signature}.{payload}="), Signature),
        (format!("{signature}.{payload}.x"), Signature),
        (
            format!("{}.{payload}", &signature[..42]),
            Malformed("the signature is not base64url"),
        ),
        (format!("{}.{payload}", &signature[..40]), Signature),
    ] {
        assert_eq!(
            SignedRequest::verify_at_any_age(&text, &secrets(&["secret"])).unwrap_err(),
            error,
            "{text}"
        );
        assert!(error.to_string().starts_with("MSG520: "));
    }
}

proptest! {
    #[test]
    fn no_input_panics_and_none_is_believed(text in ".*", signature in "[A-Za-z0-9_-]{43}", payload in "[A-Za-z0-9_-]*") {
        for text in [text, format!("{signature}.{payload}")] {
            prop_assert!(SignedRequest::verify_at_any_age(&text, &secrets(&["secret", ""])).is_err());
        }
    }

    #[test]
    fn any_flipped_bit_is_refused(at in 0..KNOWN.len(), bit in 0..7u32) {
        let mut bytes = KNOWN.as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        let text = String::from_utf8(bytes).unwrap();
        prop_assert!(SignedRequest::verify_at_any_age(&text, &secrets(&["secret"])).is_err());
    }

    #[test]
    fn any_payload_comes_back(text in ".*", psid in "[0-9]{1,20}") {
        let body = json!({"algorithm": "HMAC-SHA256", "psid": psid, "text": text});
        let request = SignedRequest::verify_at_any_age(&signed(body.to_string().as_bytes(), "s"), &secrets(&["s"])).unwrap();
        prop_assert_eq!(request.psid, Some(psid));
        prop_assert_eq!(request.raw, body);
    }
}
