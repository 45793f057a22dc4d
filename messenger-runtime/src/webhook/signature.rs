//! `X-Hub-Signature-256`: who sent this body?
//!
//! It is the HMAC-SHA256 of the body under the app secret. The platform writes its JSON with escapes
//! (`\u00e4`, `\/`); those bytes are what is signed, so a body that was parsed and written again fails.
//!
//! Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks>

use axum::http::{HeaderMap, HeaderValue};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use sha1::Sha1;

use crate::AppSecret;

const SHA256: &str = "x-hub-signature-256";
const SHA1: &str = "x-hub-signature";

/// The signature that a request presents, in its exact form and not yet checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signature {
    Sha256([u8; 32]),
    Sha1([u8; 20]),
}

/// Why a request presents none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsigned {
    #[error("there is no X-Hub-Signature-256 header")]
    Missing,
    #[error("the signature header is there more than once")]
    Repeated,
    #[error("the signature is not `sha256=` with 64 lower-case hexadecimal digits")]
    Malformed,
}

impl Signature {
    /// Takes the SHA-256 signature; with `sha1`, and only where there is none of those, the SHA-1 one.
    pub(super) fn of(headers: &HeaderMap, sha1: bool) -> Result<Self, Unsigned> {
        match only(headers, SHA256)? {
            Some(value) => digits(value, b"sha256=")
                .map(Self::Sha256)
                .ok_or(Unsigned::Malformed),
            None if sha1 => match only(headers, SHA1)? {
                Some(value) => digits(value, b"sha1=").map(Self::Sha1).ok_or(Unsigned::Malformed),
                None => Err(Unsigned::Missing),
            },
            None => Err(Unsigned::Missing),
        }
    }

    /// Whether one of `secrets` signed the bytes of `body` so.
    pub(super) fn holds(&self, secrets: &[AppSecret], body: &[u8]) -> bool {
        secrets
            .iter()
            .filter(|secret| !secret.expose().expose_secret().is_empty())
            .any(|secret| match self {
                Self::Sha256(tag) => secret.verify(body, tag),
                Self::Sha1(tag) => {
                    let mut mac = Hmac::<Sha1>::new_from_slice(secret.expose().expose_secret().as_bytes())
                        .expect("HMAC takes keys of any length");
                    mac.update(body);
                    mac.verify_slice(tag).is_ok()
                }
            })
    }
}

fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a [u8]>, Unsigned> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(Unsigned::Repeated),
        (value, None) => Ok(value.map(HeaderValue::as_bytes)),
    }
}

/// The bytes that `value` writes in exactly 2 N lower-case digits after `prefix`.
fn digits<const N: usize>(value: &[u8], prefix: &[u8]) -> Option<[u8; N]> {
    let digits = value.strip_prefix(prefix)?;
    // The decoder takes capitals as well; the platform sends none.
    if digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    let mut tag = [0; N];
    hex::decode_to_slice(digits, &mut tag).ok()?;
    Some(tag)
}

#[cfg(test)]
mod tests;
