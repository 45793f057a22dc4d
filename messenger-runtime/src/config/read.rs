//! From texts to values. Each function answers `None` when the text is not what the setting should be.

use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs as _},
};

use secrecy::SecretString;
use url::{Host, Url};

use crate::{
    AppSecret,
    operator::{HEALTHZ, OperatorAddress, READYZ, SHORTEST_TOKEN},
    webhook::is_plain_path,
};

/// A value between quotation marks has got them from a file that should not have any.
fn is_quoted(text: &str) -> bool {
    ['"', '\'', '`']
        .iter()
        .any(|quote| text.len() > 1 && text.starts_with(*quote) && text.ends_with(*quote))
}

/// What can stand in a header: visible ASCII without spaces.
fn is_token(text: &str) -> bool {
    !text.is_empty() && !is_quoted(text) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The ids of pages and apps have 15 to 17 digits; none is longer than a 64-bit number.
fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn list<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(|item| read(item.trim())).collect()
}

/// The id of a page or an app.
pub(crate) fn id(text: &str) -> Option<String> {
    is_id(text).then(|| text.to_owned())
}

pub(super) fn ids(text: &str) -> Option<Vec<String>> {
    let ids = list(text, id)?;
    let once: HashSet<&String> = ids.iter().collect();
    (once.len() == ids.len()).then_some(ids)
}

pub(super) fn tokens(text: &str) -> Option<Vec<SecretString>> {
    list(text, |token| is_token(token).then(|| SecretString::from(token)))
}

pub(super) fn app_secrets(text: &str) -> Option<Vec<AppSecret>> {
    list(text, |secret| is_token(secret).then(|| AppSecret::from(secret)))
}

pub(super) fn verify_token(text: &str) -> Option<SecretString> {
    let good = !text.is_empty() && !is_quoted(text) && !text.chars().any(char::is_control);
    good.then(|| SecretString::from(text))
}

/// The origin, and whether tokens would travel readable for others.
pub(super) fn origin(text: &str) -> Option<(String, bool)> {
    let url = Url::parse(text).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    if !bare || !anonymous || !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let local = match url.host()? {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    Some((
        url.origin().ascii_serialization(),
        url.scheme() == "http" && !local,
    ))
}

/// Where the platform reaches the webhook: `https` and a host, nothing behind the path but a query.
pub(crate) fn callback_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let anonymous = url.username().is_empty() && url.password().is_none();
    (anonymous && url.scheme() == "https" && url.fragment().is_none()).then(|| text.to_owned())
}

pub(super) fn version(text: &str) -> Option<String> {
    let number = text.strip_prefix('v').unwrap_or(text);
    let (major, minor) = number.split_once('.')?;
    let digits = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(major) && digits(minor)).then(|| format!("v{number}"))
}

/// An address, or a host name that is looked up now; of several addresses the first of IPv4 is taken.
pub(crate) fn address(text: &str) -> Option<SocketAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let (host, port) = text.rsplit_once(':')?;
    let port = digits(port)?;
    if host == "localhost" {
        return Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    // What is no host name is not shown to a name server: it may be a secret in the wrong place.
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
    };
    let found: Vec<SocketAddr> = (is_name(host) && host.len() < 64)
        .then(|| (host, port).to_socket_addrs().ok())??
        .collect();
    let first = found.iter().find(|address| address.is_ipv4()).or(found.first());
    first.copied()
}

/// A port alone is what a container is told; it has to be reachable from outside of it.
pub(super) fn port(text: &str) -> Option<SocketAddr> {
    Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), digits(text)?))
}

fn digits(text: &str) -> Option<u16> {
    // The parser of numbers would take a plus sign.
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

pub(super) fn path(text: &str) -> Option<String> {
    let path = if text.starts_with('/') {
        text.to_owned()
    } else {
        format!("/{text}")
    };
    let is_free = ![HEALTHZ, READYZ].contains(&&*path);
    (is_free && is_plain_path(&path)).then_some(path)
}

pub(super) fn operator_address(text: &str) -> Option<OperatorAddress> {
    if text.eq_ignore_ascii_case("off") {
        return Some(OperatorAddress::Off);
    }
    address(text).map(OperatorAddress::At)
}

pub(super) fn operator_token(text: &str) -> Option<SecretString> {
    (is_token(text) && text.len() >= SHORTEST_TOKEN).then(|| SecretString::from(text))
}

pub(super) fn switch(text: &str) -> Option<bool> {
    match &*text.to_ascii_lowercase() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
}
