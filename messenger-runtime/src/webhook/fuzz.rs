//! The signature header under any bytes.
//!
//! An input is a secret, edits, headers and a body, apart by line ends; see `input`. `{tag}` in a header is replaced
//! by the right tag, which nobody guesses.

use axum::http::{HeaderMap, HeaderValue};
use sha2::{Digest as _, Sha256};

use super::signature::Signature;
use crate::AppSecret;

/// HMAC-SHA256 as RFC 2104 writes it.
fn tag(secret: &[u8], body: &[u8]) -> String {
    let mut key = [0; 64];
    if secret.len() > key.len() {
        key[..32].copy_from_slice(&Sha256::digest(secret));
    } else {
        key[..secret.len()].copy_from_slice(secret);
    }
    let inner = Sha256::digest([&key.map(|byte| byte ^ 0x36)[..], body].concat());
    let outer = Sha256::digest([&key.map(|byte| byte ^ 0x5c)[..], &inner].concat());
    outer.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Input<'a> {
    secret: &'a str,
    values: Vec<Vec<u8>>,
    body: &'a [u8],
}

/// `secret \n edit edit \n value \n .. \n\n body`, an edit being two bytes: where, and what is put there.
fn input(data: &[u8]) -> Option<(Input<'_>, String)> {
    let line = |data: &'_ [u8]| data.iter().position(|&byte| byte == b'\n');
    let (secret, data) = data.split_at(line(data)?);
    let (edits, data) = data[1..].split_at(line(&data[1..])?);
    let head = data.windows(2).position(|two| two == b"\n\n")?;
    let (values, body) = (&data[1.min(head)..head], &data[head + 2..]);
    let secret = std::str::from_utf8(secret).ok()?;
    let right = tag(secret.as_bytes(), body);
    let mut values: Vec<Vec<u8>> = values
        .split(|&byte| byte == b'\n')
        .map(|value| match value.windows(5).position(|five| five == b"{tag}") {
            Some(at) => [&value[..at], right.as_bytes(), &value[at + 5..]].concat(),
            None => value.to_vec(),
        })
        .collect();
    let (edits, _) = edits.as_chunks::<2>();
    for &[at, byte] in edits {
        let first = &mut values[0];
        match usize::from(at) {
            at @ ..128 if at < first.len() => first[at] = byte,
            at if at % 128 < first.len() => first.truncate(at % 128),
            _ => first.push(byte),
        }
    }
    let input = Input { secret, values, body };
    Some((input, right))
}

fn examine(data: &[u8], accepts: impl Fn(&HeaderMap, &AppSecret, &[u8]) -> bool) {
    let Some((input, right)) = input(data) else { return };
    let mut headers = HeaderMap::new();
    for value in &input.values {
        let Ok(value) = HeaderValue::from_bytes(value) else {
            return;
        };
        headers.append("x-hub-signature-256", value);
    }
    let is_right = !input.secret.is_empty()
        && input.values.len() == 1
        && input.values[0] == format!("sha256={right}").as_bytes();
    let secret = AppSecret::from(input.secret);
    assert_eq!(accepts(&headers, &secret, input.body), is_right);
    // A header of the older kind beside it changes nothing.
    headers.append("x-hub-signature", HeaderValue::from_static("sha1=00"));
    assert_eq!(accepts(&headers, &secret, input.body), is_right);
}

pub(crate) fn check(data: &[u8]) {
    examine(data, |headers, secret, body| {
        let other = AppSecret::from("another app's secret, no longer in force");
        let secrets = [other, secret.clone()];
        let accepted =
            |sha1| Signature::of(headers, sha1).is_ok_and(|signature| signature.holds(&secrets, body));
        assert_eq!(
            accepted(false),
            accepted(true),
            "there is no right SHA-1 signature"
        );
        accepted(false)
    });
}

/// Takes a tag whose beginning is right.
pub(crate) fn control(data: &[u8]) {
    examine(data, |headers, secret, body| {
        let mut values = headers.get_all("x-hub-signature-256").iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return false;
        };
        let Some(digits) = value.as_bytes().strip_prefix(b"sha256=") else {
            return false;
        };
        let right = hex::encode(secret.sign(body));
        digits.len() >= 16 && right.as_bytes().starts_with(digits) && !secret_is_empty(secret)
    });
}

fn secret_is_empty(secret: &AppSecret) -> bool {
    use secrecy::ExposeSecret as _;
    secret.expose().expose_secret().is_empty()
}
