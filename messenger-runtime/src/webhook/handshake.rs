//! The subscription handshake: the platform asks whether this address wants its events.
//!
//! Platform: <https://developers.facebook.com/docs/graph-api/webhooks/getting-started>

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse as _, Response},
};
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use crate::AppSecret;

/// The platform's challenges have about ten digits.
const LONGEST_CHALLENGE: usize = 1024;

/// The answer to `GET ?hub.mode=subscribe&hub.verify_token=T&hub.challenge=C`.
pub(super) fn answer(query: &str, verify_token: &SecretString) -> Response {
    let Some(challenge) = accepted(query, verify_token) else {
        return super::plain(
            StatusCode::FORBIDDEN,
            "The verify token or the mode is not the expected one.\n",
        );
    };
    // Whatever the challenge contains, a browser must show it as text.
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        ),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, challenge).into_response()
}

fn accepted(query: &str, verify_token: &SecretString) -> Option<String> {
    let (mut mode, mut token, mut challenge) = (None, None, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = match &*name {
            "hub.mode" => &mut mode,
            "hub.verify_token" => &mut token,
            "hub.challenge" => &mut challenge,
            _ => continue,
        };
        // Of two values a proxy and this server might believe different ones.
        if place.replace(value).is_some() {
            return None;
        }
    }
    let (mode, token, challenge) = (mode?, token?, challenge?);
    let expected = verify_token.expose_secret();
    let right = !expected.is_empty() & same(expected, &token) & same("subscribe", &mode);
    (right && !challenge.is_empty() && challenge.len() <= LONGEST_CHALLENGE).then(|| challenge.into_owned())
}

/// Compares the HMACs of both, in a time that tells nothing about `expected`.
pub(crate) fn same(expected: &str, given: &str) -> bool {
    let key = AppSecret::from(expected);
    key.verify(given.as_bytes(), &key.sign(expected.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn challenge(query: &str) -> Option<String> {
        accepted(query, &SecretString::from("tøken + 1"))
    }

    const TOKEN: &str = "hub.verify_token=t%C3%B8ken+%2B+1";

    #[test]
    fn the_right_token_is_answered_with_the_challenge() {
        let query = format!("hub.mode=subscribe&{TOKEN}&hub.challenge=1158201444&unknown=1&unknown=2");
        assert_eq!(challenge(&query).as_deref(), Some("1158201444"));
    }

    #[test]
    fn everything_else_is_refused() {
        let long = format!("hub.mode=subscribe&{TOKEN}&hub.challenge={}", "1".repeat(1025));
        let queries = [
            "",
            "hub.mode=subscribe&hub.challenge=1",
            "hub.mode=subscribe&hub.verify_token=&hub.challenge=1",
            "hub.mode=subscribe&hub.verify_token=t%C3%B8ken+%2B+2&hub.challenge=1",
            "hub.mode=subscribe&hub.verify_token=t%C3%B8ken+%2B+11&hub.challenge=1",
            &format!("hub.mode=unsubscribe&{TOKEN}&hub.challenge=1"),
            &format!("hub.mode=Subscribe&{TOKEN}&hub.challenge=1"),
            &format!("{TOKEN}&hub.challenge=1"),
            &format!("hub.mode=subscribe&{TOKEN}"),
            &format!("hub.mode=subscribe&{TOKEN}&hub.challenge="),
            &format!("hub.mode=subscribe&{TOKEN}&{TOKEN}&hub.challenge=1"),
            &format!("hub.mode=subscribe&{TOKEN}&hub.verify_token=wrong&hub.challenge=1"),
            &format!("hub.mode=subscribe&{TOKEN}&hub.challenge=1&hub.challenge=2"),
            &format!("hub.mode=subscribe&hub.mode=subscribe&{TOKEN}&hub.challenge=1"),
            &format!("hub_mode=subscribe&{TOKEN}&hub.challenge=1"),
            &long,
        ];
        for query in queries {
            assert_eq!(challenge(query), None, "{query}");
        }
    }

    #[test]
    fn no_token_accepts_nobody() {
        let query = "hub.mode=subscribe&hub.verify_token=&hub.challenge=1";
        assert_eq!(accepted(query, &SecretString::from("")), None);
    }

    proptest! {
        #[test]
        fn only_the_token_itself_is_the_token(expected in ".{0,40}", given in ".{0,40}") {
            prop_assert_eq!(same(&expected, &given), expected == given);
            prop_assert!(same(&expected, &expected));
        }
    }
}
