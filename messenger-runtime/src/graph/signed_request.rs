//! `signed_request`: who looks at a webview, vouched for by the platform.
//!
//! Platform: Webview, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webview/context>

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::Value;

use super::answer::{lenient, maybe_id};
use crate::{AppSecret, Clock};

/// What a webview's `signed_request` says, with its signature checked.
///
/// The Messenger Extensions SDK gives it to the page in the webview, which passes it on to its server. The
/// platform signs the callbacks for deauthorisation and data deletion in the same way; they name the person by
/// [`user_id`](Self::user_id).
///
/// ```
/// use std::time::Duration;
/// use messenger_runtime::{AppSecret, Clock, graph::{SignedRequest, SignedRequestError}};
///
/// fn who(signed: &str, secrets: &[AppSecret], clock: &dyn Clock) -> Result<Option<String>, SignedRequestError> {
///     Ok(SignedRequest::verify(signed, secrets, Duration::from_secs(300), clock)?.psid)
/// }
/// ```
///
/// There is no other way to one than the check of its signature; JSON is not read as one:
///
/// ```compile_fail,E0277
/// let forged = r#"{"psid": "1254459154682919"}"#;
/// let request: messenger_runtime::graph::SignedRequest = serde_json::from_str(forged).unwrap();
/// ```
///
/// Platform: Webview context, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webview/context>
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedRequest {
    /// The person, by their PSID.
    pub psid: Option<String>,
    /// The person, by their id for the app, in callbacks.
    pub user_id: Option<String>,
    /// The page whose conversation the webview was opened from.
    pub page_id: Option<String>,
    /// What kind of conversation that is: `USER_TO_PAGE`, `USER_TO_USER` or `GROUP`.
    pub thread_type: Option<String>,
    /// The id of that conversation.
    pub tid: Option<String>,
    /// When it was signed.
    pub issued_at: Option<SystemTime>,
    /// Everything it says.
    pub raw: Value,
}

/// What the payload holds, whoever wrote it.
#[derive(Deserialize)]
struct Wire {
    #[serde(default, deserialize_with = "maybe_id")]
    psid: Option<String>,
    #[serde(default, deserialize_with = "maybe_id")]
    user_id: Option<String>,
    #[serde(default, deserialize_with = "maybe_id")]
    page_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    thread_type: Option<String>,
    #[serde(default, deserialize_with = "maybe_id")]
    tid: Option<String>,
    #[serde(default, deserialize_with = "time")]
    issued_at: Option<SystemTime>,
}

/// A `signed_request` that is not to be believed (MSG520).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignedRequestError {
    /// It is not two base64url parts with a dot between them, or what is signed is not a JSON object.
    #[error("MSG520: the signed request is malformed: {0}; refuse it")]
    Malformed(&'static str),
    /// None of the app secrets has signed it.
    #[error("MSG520: no app secret has signed the signed request; refuse it, or check the app secret")]
    Signature,
    /// It does not say that it is signed with HMAC-SHA256.
    #[error("MSG520: the signed request does not name HMAC-SHA256 as its algorithm; refuse it")]
    Algorithm,
    /// It is too old, from the future, or does not say when it was signed.
    #[error("MSG520: the signed request is too old or has no time; ask the webview for a new one")]
    Age,
}

/// How far the platform's clock may be ahead of ours.
const AHEAD: Duration = Duration::from_mins(1);

impl SignedRequest {
    /// Checks the signature, in constant time, with each of the `secrets` in turn (an empty one signs nothing), then the algorithm, then the
    /// age: signed at most `max_age` ago, and at most a minute in the future, for clocks differ.
    ///
    /// # Errors
    ///
    /// MSG520, a [`SignedRequestError`].
    pub fn verify(
        signed: &str,
        secrets: &[AppSecret],
        max_age: Duration,
        clock: &(impl Clock + ?Sized),
    ) -> Result<Self, SignedRequestError> {
        let request = Self::verify_at_any_age(signed, secrets)?;
        let issued_at = request.issued_at.ok_or(SignedRequestError::Age)?;
        let fresh = match clock.now().duration_since(issued_at) {
            Ok(age) => age <= max_age,
            Err(ahead) => ahead.duration() <= AHEAD,
        };
        if fresh {
            Ok(request)
        } else {
            Err(SignedRequestError::Age)
        }
    }

    /// Checks signature and algorithm, but not the age: for callbacks that are acted upon only once. A stranger
    /// who has seen such a request can use it for ever.
    ///
    /// # Errors
    ///
    /// MSG520, a [`SignedRequestError`].
    pub fn verify_at_any_age(signed: &str, secrets: &[AppSecret]) -> Result<Self, SignedRequestError> {
        let malformed = SignedRequestError::Malformed;
        let (signature, payload) = signed.split_once('.').ok_or(malformed("there is no dot in it"))?;
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| malformed("the signature is not base64url"))?;
        // What is signed is the encoded payload, which therefore is decoded only afterwards.
        let mut valid = false;
        for secret in secrets {
            // Anybody can sign with an empty one.
            let counts = !secret.expose().expose_secret().is_empty();
            valid |= counts & secret.verify(payload.as_bytes(), &signature);
        }
        if !valid {
            return Err(SignedRequestError::Signature);
        }
        let payload = URL_SAFE_NO_PAD
            .decode(payload)
            .map_err(|_| malformed("the payload is not base64url"))?;
        let raw: Value =
            serde_json::from_slice(&payload).map_err(|_| malformed("the payload is not JSON in UTF-8"))?;
        if !raw.is_object() {
            return Err(malformed("the payload is not a JSON object"));
        }
        let algorithm = raw.get("algorithm").and_then(Value::as_str);
        if !algorithm.is_some_and(|algorithm| algorithm.eq_ignore_ascii_case("HMAC-SHA256")) {
            return Err(SignedRequestError::Algorithm);
        }
        let Wire {
            psid,
            user_id,
            page_id,
            thread_type,
            tid,
            issued_at,
        } = Wire::deserialize(&raw).map_err(|_| malformed("an id in the payload is not one"))?;
        Ok(Self {
            psid,
            user_id,
            page_id,
            thread_type,
            tid,
            issued_at,
            raw,
        })
    }
}

/// Seconds since 1970.
fn time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<SystemTime>, D::Error> {
    let seconds = maybe_id(deserializer)?.and_then(|seconds| seconds.parse().ok());
    Ok(seconds.and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))))
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("page_id", &self.page_id)
            .field("thread_type", &self.thread_type)
            .field("issued_at", &self.issued_at)
            .finish_non_exhaustive()
    }
}
