//! What operators need: a listener of its own for health, metrics, dead letters and privacy.
//!
//! A bot that serves has a second listener, on `127.0.0.1:3001` unless `MESSENGER_OPERATOR_ADDR` says otherwise
//! (`off` switches it off). It answers before the bot is ready and until its last message is sent.
//!
//! | request | what comes back |
//! |---|---|
//! | `GET /` | which bot this is: `{"bot", "version", "store"}` |
//! | `GET /healthz` | 200: the process lives |
//! | `GET /readyz` | 200 where events can be taken, else 503 and why |
//! | `GET /metrics` | metrics for Prometheus, in the text format of `OpenMetrics` (feature `metrics`) |
//! | `GET /dead-letters` | `{"dead_letters": [..], "next"}`, oldest first |
//! | `GET /dead-letters/{id}` | one of them, with its `body` |
//! | `POST /dead-letters/{id}/replay` | `{"id", "replayed": true}`; 409 where it cannot be replayed |
//! | `DELETE /dead-letters/{id}` | `{"id", "discarded": true}` |
//! | `GET /people/{page}/{person}` | everything that is kept about a person |
//! | `DELETE /people/{page}/{person}` | `{"erased": true}`; all of that is deleted |
//!
//! `/dead-letters` takes the parameters `kind` (`event`, `message` or `state`), `page` and `person`, `object` (`page`,
//! or `instagram` for an Instagram account), `limit` (100 unless told otherwise, 1000 at most) and `after`: the
//! `next` of the answer before, which is `null` at the end. `/people` takes `object`.
//!
//! A dead letter is
//!
//! ```json
//! {"id": 7, "kind": "event", "object": "page", "page": "20001", "person": "300001", "in_logs": "p-00c0ffee00c0ffee",
//!  "key": "5f..", "cause": {"code": "MSG212", "text": ".."}, "attempts": 1, "since": "2026-11-20T19:05:41Z"}
//! ```
//!
//! and with a `body` as [`DeadKind`](crate::store::DeadKind) says. `person` and `in_logs`, their name in the log, are `null`
//! where it is the page's own.
//!
//! What is known about a person is
//!
//! ```json
//! {"exported": "2026-11-20T19:05:41Z", "object": "page", "page": "20001", "person": "300001",
//!  "in_logs": "p-00c0ffee00c0ffee",
//!  "parts": {"opened": {"what": "..", "data": ".."}, "state": {..}, "events": {..}, "messages": {..},
//!            "timers": {..}, "dead_letters": {..}}}
//! ```
//!
//! where `what` says in a sentence what the part is. More members may come in all of these; those that are
//! there keep their names. An answer that is an error is `{"error": {"code": "MSG646", "text": ".."}}`.
//!
//! Who may ask:
//!
//! - With `MESSENGER_OPERATOR_TOKEN` whoever sends it as `Authorization: Bearer TOKEN`. It has 16 characters at
//!   least. Without a token the listener starts on a loopback address alone.
//! - Without one, whoever is on this machine, save for pages in a browser: the `Host` has to be `localhost` or a
//!   loopback address, and an `Origin` or a `Sec-Fetch-Site` of another site is refused.
//! - `/healthz` and `/readyz` answer everybody.
//!
//! Where to look: `guard` is who may ask, `health`, `dead_letters` and `people` are the answers, `subject` is what they
//! look at. `observed` sees each call to the store on its way, and `metrics` writes it all down.

mod answer;
mod dead_letters;
mod error;
mod guard;
mod health;
mod listener;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(feature = "metrics")]
mod observed;
mod people;
mod subject;
mod time;

use std::sync::Arc;

use axum::{
    Router, middleware,
    response::Response,
    routing::{get, post},
};

#[cfg(feature = "metrics")]
pub(crate) use self::observed::Observed;
pub use self::{error::OperatorError, listener::OperatorAddress};
pub(crate) use self::{
    guard::{Access, SHORTEST_TOKEN},
    health::{HEALTHZ, READYZ, public},
    listener::Listener,
    subject::{About, Running, Subject},
};
use answer::Refused;

/// Everything that the listener answers, for those that `access` lets in.
pub(crate) fn router(subject: Arc<Subject>, access: Access) -> Router {
    guarded()
        .layer(middleware::from_fn_with_state(Arc::new(access), guard::guard))
        .merge(health::detailed())
        .fallback(async || Refused::nothing_here())
        .with_state(subject)
}

/// What the command line asks of a store that no bot has open.
#[cfg(feature = "cli")]
pub(crate) fn unguarded(subject: Arc<Subject>) -> Router {
    guarded().with_state(subject)
}

fn guarded() -> Router<Arc<Subject>> {
    let router = Router::new()
        .route("/", get(subject::about))
        .route("/dead-letters", get(dead_letters::list))
        .route(
            "/dead-letters/{id}",
            get(dead_letters::show).delete(dead_letters::discard),
        )
        .route("/dead-letters/{id}/replay", post(dead_letters::replay))
        .route(
            "/people/{page}/{person}",
            get(people::export).delete(people::erase),
        );
    #[cfg(feature = "metrics")]
    let router = router.route("/metrics", get(metrics::answer));
    router.method_not_allowed_fallback(async || Refused::method())
}

type Answer = Result<Response, Refused>;

#[cfg(test)]
mod tests;
