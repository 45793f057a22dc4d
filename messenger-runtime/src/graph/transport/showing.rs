//! What the hook and the log are shown of a call.

use reqwest::Request;
use tracing::{Span, field::Empty};

use super::Course;
use crate::graph::{
    GraphError,
    answer::Answer,
    call::{Body, Call},
    client::Inner,
    hook::RequestView,
    redact,
    sign::Page,
};

/// The span of a call, see the page of [`graph`](crate::graph).
pub(super) fn span(page: &Page, call: &Call) -> Span {
    tracing::debug_span!(
        "graph.call",
        method = call.method.as_str(),
        page = &*page.id,
        edge = Empty,
        attempts = Empty,
        paced_ms = Empty,
        status = Empty,
        id = Empty,
        code = Empty,
        subcode = Empty,
        trace_id = Empty,
    )
}

/// The path with `*` for every part that may be the id of something, and without the version.
pub(super) fn edge(path: &str, secrets: &[&str]) -> String {
    let parts = path
        .split('/')
        .filter(|part| !part.is_empty() && !redact::is_version(part));
    let shown = parts.map(|part| {
        if secrets.contains(&part) {
            "*"
        } else {
            redact::without_id(part)
        }
    });
    shown.collect::<Vec<_>>().join("/")
}

/// Notes how a try ended.
pub(super) fn tried(attempt: u32, result: &Result<u16, &GraphError>) {
    match result {
        Ok(status) => tracing::debug!(attempt, status, "answered"),
        Err(error) => tracing::debug!(
            attempt,
            status = error.status(),
            id = error.id(),
            code = error.code(),
            "failed"
        ),
    }
}

/// Notes how the call ended.
pub(super) fn ended(span: &Span, course: &Course, result: &Result<Answer, GraphError>) {
    if span.is_disabled() {
        return;
    }
    span.record("attempts", course.attempts);
    if !course.paced.is_zero() {
        span.record("paced_ms", course.paced.as_millis());
    }
    let error = match result {
        Ok(answer) => {
            span.record("status", answer.status);
            return;
        }
        Err(error) => error,
    };
    span.record("id", error.id());
    if let Some(status) = error.status() {
        span.record("status", status);
    }
    if let Some(code) = error.code() {
        span.record("code", code);
    }
    if let Some(subcode) = error.subcode() {
        span.record("subcode", subcode);
    }
    if let Some(trace) = error.fbtrace_id() {
        span.record("trace_id", trace);
    }
}

impl Inner {
    /// Shows the request to the hook; gives back its masked URL.
    pub(super) fn show(&self, request: &Request, call: &Call, attempt: u32, secrets: &[&str]) -> String {
        let url = redact::scrub(request.url().as_str(), secrets);
        if let Some(hook) = &self.hook {
            let headers: Vec<_> = request
                .headers()
                .iter()
                .map(|(name, value)| {
                    let value = if value.is_sensitive() {
                        format!("Bearer {}", redact::MASK)
                    } else {
                        redact::scrub(&String::from_utf8_lossy(value.as_bytes()), secrets)
                    };
                    (name.as_str(), value)
                })
                .collect();
            let headers: Vec<_> = headers
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let body = match &call.body {
                Body::Empty => None,
                Body::Json(body) => Some(String::from_utf8_lossy(body).into_owned()),
                Body::Multipart(parts) => Some(parts.outline()),
            };
            let body = body.map(|body| redact::scrub(&body, secrets));
            hook.on_request(&RequestView {
                method: call.method.as_str(),
                url: &url,
                headers: &headers,
                body: body.as_deref(),
                attempt,
            });
        }
        url
    }
}
