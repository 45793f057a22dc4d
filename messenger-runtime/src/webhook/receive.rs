//! Events: checked, handed over, acknowledged.
//!
//! The platform counts anything but 200 within 5 s as a failure, and after an hour of failures it ends the
//! page's subscription.
//!
//! Platform: <https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks>

use std::sync::Mutex;

use axum::{
    body::{Body, HttpBody as _},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONNECTION, RETRY_AFTER},
    },
    response::Response,
};
use tokio::time::{Duration, Instant};

use super::{Taken, Webhook, intake::Unread, plain, signature::Signature};

pub(super) async fn answer(webhook: &Webhook, headers: &HeaderMap, body: Body) -> Response {
    let limits = &webhook.options.limits;
    if body.size_hint().lower() > limits.body_bytes as u64 {
        return too_long();
    }
    // Whoever cannot even write a signature does not get to fill memory with a body.
    let signature = match Signature::of(headers, webhook.options.sha1) {
        Ok(signature) => signature,
        Err(reason) => {
            webhook.complaints.about(&reason);
            return plain(StatusCode::UNAUTHORIZED, "A signature is required.\n");
        }
    };
    let (body, _share) = match webhook.intake.read(body, limits).await {
        Ok(read) => read,
        Err(unread) => return refused(unread),
    };
    if !signature.holds(&webhook.provider.app_secrets(), &body) {
        webhook
            .complaints
            .about(&"it was not made with an app secret in force over these bytes");
        return plain(StatusCode::UNAUTHORIZED, "The signature does not match.\n");
    }
    if body.is_empty() {
        return plain(StatusCode::BAD_REQUEST, "The body is empty.\n");
    }
    match webhook.sink.take(body).await {
        Taken::Stored | Taken::Ignored => plain(StatusCode::OK, "EVENT_RECEIVED"),
        Taken::NotJson => plain(StatusCode::BAD_REQUEST, "The body is not JSON.\n"),
        Taken::Full | Taken::Unavailable => busy(),
        Taken::Failed => plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The events could not be stored.\n",
        ),
    }
}

fn refused(unread: Unread) -> Response {
    match unread {
        Unread::TooLong => too_long(),
        Unread::Late => last(plain(
            StatusCode::REQUEST_TIMEOUT,
            "The body was not complete in time.\n",
        )),
        Unread::Broken => plain(StatusCode::BAD_REQUEST, "The body ended early.\n"),
        Unread::NoRoom => last(busy()),
    }
}

fn busy() -> Response {
    let mut answer = plain(StatusCode::SERVICE_UNAVAILABLE, "Try again later.\n");
    answer
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from_static("1"));
    answer
}

fn too_long() -> Response {
    last(plain(StatusCode::PAYLOAD_TOO_LARGE, "The body is too long.\n"))
}

/// An answer after which the connection is of no use: the rest of the body is still to come.
fn last(mut answer: Response) -> Response {
    answer
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// Says in the log why requests are refused, once a minute: the usual reason is a wrong secret, and the
/// other one is somebody who sends very many.
#[derive(Debug, Default)]
pub(super) struct Complaints(Mutex<Option<Instant>>);

impl Complaints {
    fn about(&self, reason: &dyn std::fmt::Display) {
        tracing::debug!(%reason, "webhook request refused");
        let now = Instant::now();
        let Ok(mut last) = self.0.try_lock() else { return };
        if last.is_none_or(|last| now - last >= Duration::from_secs(60)) {
            *last = Some(now);
            tracing::warn!(
                "webhook request refused for its signature: {reason}; if the platform sent it, compare the app \
                 secret with the App Dashboard, and see that no proxy changes the body"
            );
        }
    }
}
