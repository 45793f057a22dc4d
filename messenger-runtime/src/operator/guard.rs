//! Who may ask.

use std::{net::Ipv6Addr, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{OperatorError, answer::Refused};
use crate::webhook::same;

/// A token of fewer characters could be guessed.
pub(crate) const SHORTEST_TOKEN: usize = 16;

/// Who is let in.
#[derive(Debug, Clone)]
pub(crate) enum Access {
    /// Whoever has the token.
    Token(SecretString),
    /// Programs on this machine, since nobody else reaches the listener.
    Local,
}

impl Access {
    /// Whoever has `token`, unless it could be guessed.
    pub(crate) fn token(token: SecretString) -> Result<Self, OperatorError> {
        if token.expose_secret().len() < SHORTEST_TOKEN {
            return Err(OperatorError::NoToken);
        }
        Ok(Self::Token(token))
    }
}

pub(super) async fn guard(State(access): State<Arc<Access>>, request: Request, next: Next) -> Response {
    let allowed = match &*access {
        Access::Token(token) => bears(request.headers(), token),
        Access::Local => is_no_web_page(request.uri(), request.headers()),
    };
    match allowed {
        Ok(()) => next.run(request).await,
        Err(refused) => {
            // Paths name people.
            let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
            tracing::warn!(route, "operator request refused");
            refused.into_response()
        }
    }
}

fn bears(headers: &HeaderMap, token: &SecretString) -> Result<(), Refused> {
    let given = only(headers, header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| {
        let (scheme, given) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(given)
    });
    match given {
        Some(given) if same(token.expose_secret(), given) => Ok(()),
        _ => Err(Refused::token()),
    }
}

/// A page of another site may have its reader's browser ask here: by a name of the site's own that it has led
/// to this machine (then `Host` bears that name), or straight (then `Origin` or `Sec-Fetch-Site` tells).
fn is_no_web_page(uri: &Uri, headers: &HeaderMap) -> Result<(), Refused> {
    let host = only(headers, header::HOST).and_then(|value| value.to_str().ok());
    let named = host.is_some_and(is_of_this_machine)
        && uri.authority().is_none_or(|one| is_of_this_machine(one.as_str()));
    if !named {
        return Err(Refused::browser("Host"));
    }
    if headers.contains_key(header::ORIGIN) {
        return Err(Refused::browser("Origin"));
    }
    let mut sites = headers.get_all("sec-fetch-site").iter();
    if sites.any(|site| site != "none" && site != "same-origin") {
        return Err(Refused::browser("Sec-Fetch-Site"));
    }
    Ok(())
}

/// Of two values a proxy and this server might believe different ones.
fn only(headers: &HeaderMap, name: header::HeaderName) -> Option<&header::HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// Whether the host, with a port or without, is `localhost` or a loopback address.
fn is_of_this_machine(authority: &str) -> bool {
    if let Some(rest) = authority.strip_prefix('[') {
        let Some((host, port)) = rest.split_once(']') else {
            return false;
        };
        return is_port(port) && host.parse().is_ok_and(|ip: Ipv6Addr| ip.is_loopback());
    }
    let (host, port) = match authority.find(':') {
        Some(at) => authority.split_at(at),
        None => (authority, ""),
    };
    let is_loopback = |ip: std::net::Ipv4Addr| ip.is_loopback();
    is_port(port) && (host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_loopback))
}

fn is_port(text: &str) -> bool {
    text.is_empty()
        || text
            .strip_prefix(':')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_this_machine() {
        for host in [
            "localhost",
            "LocalHost:3001",
            "127.0.0.1",
            "127.9.9.9:1",
            "[::1]",
            "[::1]:3001",
        ] {
            assert!(is_of_this_machine(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example:3001",
            "127.0.0.1.evil.example",
            "evil.example:3001",
            "0.0.0.0",
            "10.0.0.1:3001",
            "[::]:3001",
            "[::1",
            "[::1]x",
            "::1",
            "localhost:",
            "localhost:3001:1",
            "user@localhost",
            "127.0.0.1:80@evil.example",
            "2130706433",
            "0x7f.1",
            "127.1",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(!is_of_this_machine(host), "{host}");
        }
    }

    proptest! {
        #[test]
        fn no_name_with_a_dot_and_letters_is_of_this_machine(name in "[a-z0-9.-]{0,20}\\.[a-z]{2,8}(:[0-9]{1,5})?") {
            prop_assert!(!is_of_this_machine(&name));
        }

        #[test]
        fn only_the_token_itself_is_let_in(given in "\\PC{0,40}") {
            let token = SecretString::from("0123456789abcdef");
            let mut headers = HeaderMap::new();
            if let Ok(value) = format!("Bearer {given}").parse() {
                headers.insert(header::AUTHORIZATION, value);
            }
            prop_assert_eq!(bears(&headers, &token).is_ok(), given == "0123456789abcdef");
        }
    }

    #[test]
    fn a_token_counts_once_and_as_bearer() {
        let token = SecretString::from("0123456789abcdef");
        let mut headers = HeaderMap::new();
        let right: header::HeaderValue = "bearer 0123456789abcdef".parse().expect("a header");
        headers.insert(header::AUTHORIZATION, right.clone());
        assert!(bears(&headers, &token).is_ok());
        headers.append(header::AUTHORIZATION, right);
        assert!(bears(&headers, &token).is_err());
        headers.insert(
            header::AUTHORIZATION,
            "Basic 0123456789abcdef".parse().expect("a header"),
        );
        assert!(bears(&headers, &token).is_err());
    }
}
