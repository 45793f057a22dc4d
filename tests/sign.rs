//! Signing bodies.

use hmac::{Hmac, KeyInit as _, Mac as _};

/// The value of `X-Hub-Signature-256` for a body.
#[must_use]
pub fn sha256(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// The value of the older `X-Hub-Signature` for a body.
#[must_use]
pub fn sha1(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(body);
    format!("sha1={}", hex::encode(mac.finalize().into_bytes()))
}
