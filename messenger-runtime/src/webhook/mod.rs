//! The webhook: where the platform's events come in.
//!
//! Two requests arrive at one path:
//!
//! - `GET`: the subscription handshake. The platform presents the verify token and gets its challenge
//!   back as plain text. Anything else: 403.
//! - `POST`: events. The body is read within its limits, its signature is checked over the bytes as they
//!   came, and only then is it handed to the [`Sink`]. The answer goes out as soon as the sink has taken
//!   the body, before any handler runs: the platform waits 5 s, then sends the events again.
//!
//! | what came | answer |
//! |---|---|
//! | a body that the sink has taken, or that it has no use for | 200 |
//! | a signed body that is empty or not JSON | 400 |
//! | no signature, or none of a secret in force | 401 |
//! | a method other than `GET` and `POST` | 405 |
//! | a body that is late | 408 |
//! | a body that is too long | 413 |
//! | the sink failed for good | 500 |
//! | the sink is full, late or cannot be reached, or too many bodies are being read | 503 with `Retry-After` |
//!
//! No answer repeats anything of the request, save the challenge. A signature is 64 lower-case digits
//! after `sha256=` in exactly one `X-Hub-Signature-256` header; the content type is not looked at, since a
//! right signature says more.
//!
//! Where to look: `handshake` and `receive` are the two requests, `intake` reads, `signature` checks. [`router`]
//! makes an [`axum::Router`] of them for a server of one's own; [`Server`] is ours, with the deadlines and
//! the connection cap of [`Limits`] (`connection` and `progress`) and an orderly stop.
//!
//! Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks>

mod body;
mod connection;
mod error;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzz;
mod handshake;
mod intake;
mod limits;
mod progress;
mod receive;
mod server;
mod signal;
mod signature;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{
        HeaderValue, Method, StatusCode,
        header::{ALLOW, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse as _, Response},
    routing::any,
};
use bytes::Bytes;
use secrecy::ExposeSecret as _;

pub use self::{
    error::WebhookError,
    limits::Limits,
    server::{Drained, Server, StopHandle},
    signal::shutdown_signal,
};
pub(crate) use self::{handshake::same, signal::Signals};
use crate::{BoxFuture, Provider};

/// Where verified bodies go.
pub trait Sink: Send + Sync + 'static {
    /// Takes a body whose signature is right.
    ///
    /// The platform is told what this returns, so `Stored` must mean stored. It has 5 s. The future may be
    /// dropped at any of its waits when the server is stopped and the grace is over; the platform, having
    /// got no answer, sends the body again.
    fn take(&self, body: Bytes) -> BoxFuture<'_, Taken>;

    /// Is told the status that a `POST` was answered with, and how long that took from the end of its header
    /// on. Refused requests are told as well.
    fn answered(&self, status: StatusCode, took: Duration) {
        let _ = (status, took);
    }
}

/// What became of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Every event in it is safe: 200.
    Stored,
    /// It is JSON, but of an object that is no business of this bot or of none: 200, or the platform would send it again.
    Ignored,
    /// It is not JSON: 400.
    NotJson,
    /// There is no room for it now; nothing of it was stored: 503 with `Retry-After`.
    Full,
    /// What it is stored in cannot be reached for now, or has not stored it in time; it may have been stored or not:
    /// 503 with `Retry-After`.
    Unavailable,
    /// It could not be stored, and trying again may not help: 500.
    Failed,
}

/// How the webhook treats requests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookOptions {
    /// Whether `X-Hub-Signature` (SHA-1) is good enough where there is no `X-Hub-Signature-256`.
    /// The platform no longer documents it; leave it off unless a proxy drops the newer header.
    pub sha1: bool,
    /// [`Limits::body`], [`Limits::body_bytes`] and [`Limits::bodies_bytes`] hold on any server; the others on a [`Server`] only.
    pub limits: Limits,
}

/// The webhook at `path`, to be served by a [`Server`] or merged into a router of one's own.
///
/// `provider` is asked anew for each request. Other paths are not answered here.
///
/// # Errors
///
/// `MSG461` without an app secret (or with an empty one) and `MSG462` without a verify token: such a server
/// would take anybody's events. `MSG463` when `path` is not a plain path like `/webhook`.
pub fn router(
    provider: Arc<dyn Provider>,
    sink: Arc<dyn Sink>,
    path: &str,
    options: WebhookOptions,
) -> Result<Router, WebhookError> {
    let secrets = provider.app_secrets();
    if secrets.is_empty()
        || secrets
            .iter()
            .any(|secret| secret.expose().expose_secret().is_empty())
    {
        return Err(WebhookError::NoAppSecret);
    }
    if provider.verify_token().expose_secret().is_empty() {
        return Err(WebhookError::NoVerifyToken);
    }
    if !is_plain_path(path) {
        return Err(WebhookError::Path {
            path: path.to_owned(),
        });
    }
    let webhook = Arc::new(Webhook {
        provider,
        sink,
        options,
        intake: intake::Intake::default(),
        complaints: receive::Complaints::default(),
    });
    Ok(Router::new().route(path, any(answer)).with_state(webhook))
}

/// Whether `path` starts with a slash and holds nothing that a router or a URL would read as special.
pub(crate) fn is_plain_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.contains("//")
        && path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte))
}

struct Webhook {
    provider: Arc<dyn Provider>,
    sink: Arc<dyn Sink>,
    options: WebhookOptions,
    intake: intake::Intake,
    complaints: receive::Complaints,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

async fn answer(State(webhook): State<Arc<Webhook>>, request: Request) -> Response {
    match *request.method() {
        Method::POST => {
            let started = Instant::now();
            let (head, body) = request.into_parts();
            let answer = receive::answer(&webhook, &head.headers, body).await;
            webhook.sink.answered(answer.status(), started.elapsed());
            answer
        }
        Method::GET => handshake::answer(
            request.uri().query().unwrap_or_default(),
            &webhook.provider.verify_token(),
        ),
        _ => {
            let mut answer = plain(
                StatusCode::METHOD_NOT_ALLOWED,
                "Only GET and POST are answered here.\n",
            );
            answer
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("GET, POST"));
            answer
        }
    }
}

/// An answer with a text of our own.
fn plain(status: StatusCode, text: &'static str) -> Response {
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        ),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, Body::from(text)).into_response()
}

#[cfg(test)]
mod tests;
