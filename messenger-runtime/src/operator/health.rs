//! Whether the process lives, and whether the bot can take events.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;

use super::{Subject, answer::json_answer};

pub(crate) const HEALTHZ: &str = "/healthz";
pub(crate) const READYZ: &str = "/readyz";

/// For the operator listener: with the reason.
pub(super) fn detailed() -> Router<Arc<Subject>> {
    let healthz = get(async || json_answer(StatusCode::OK, &json!({"status": "alive"})));
    Router::new().route(HEALTHZ, healthz).route(READYZ, get(readyz))
}

async fn readyz(State(subject): State<Arc<Subject>>) -> Response {
    match subject.ready().await {
        Ok(()) => json_answer(StatusCode::OK, &json!({"status": "ready"})),
        Err(why) => {
            let document = json!({"status": why.word(), "reason": why.to_string()});
            json_answer(StatusCode::SERVICE_UNAVAILABLE, &document)
        }
    }
}

/// For the webhook's listener, which everybody reaches: a word.
pub(crate) fn public(subject: Arc<Subject>) -> Router {
    Router::new()
        .route(HEALTHZ, get(async || "alive\n"))
        .route(READYZ, get(word))
        .with_state(subject)
}

async fn word(State(subject): State<Arc<Subject>>) -> Response {
    match subject.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", why.word())).into_response(),
    }
}
