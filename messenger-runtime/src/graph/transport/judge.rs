//! Whether an answer is an error.

use std::cell::LazyCell;

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::graph::{
    GraphError,
    call::Call,
    error::Report,
    fault::{Clean, Fault, Refusal, parse_cause, wait_asked},
    redact,
};

/// The error in an answer, if there is one: by its status, or by an `error` in a body of any status.
pub(in crate::graph) fn judge(
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    call: &Call,
    secrets: &[&str],
) -> Option<GraphError> {
    let ok = (200..300).contains(&status);
    let names_an_error = || body.windows(7).any(|window| window == b"\"error\"");
    if ok && matches!(body.first(), Some(b'{')) && body.last() == Some(&b'}') && !names_an_error() {
        return None;
    }
    // An answer with the word in it may be a good one.
    let clean = LazyCell::new(|| Clean {
        texts: redact::Texts::new(
            call.url.path(),
            call.url.query(),
            &call.body.text().unwrap_or_default(),
        ),
        secrets,
    });
    let after = wait_asked(headers);
    let (fault, response) = match serde_json::from_slice::<Value>(body) {
        Ok(value) => match value
            .get("error")
            .filter(|error| !matches!(error, Value::Null | Value::Bool(false)))
        {
            Some(error) => {
                let mut refusal = Refusal::read(error, status, after, |text| clean.message(text));
                refusal.trace = refusal
                    .trace
                    .or_else(|| Some(clean.message(headers.get("x-fb-trace-id")?.to_str().ok()?)));
                (Fault::Graph(refusal), clean.answer(body))
            }
            None if ok => return None,
            None => (Fault::Status { status, after }, clean.answer(body)),
        },
        Err(_) if !ok => (Fault::Status { status, after }, clean.answer(body)),
        Err(_) if body.trim_ascii().is_empty() => {
            (Fault::Unreadable("the answer is empty".to_owned()), String::new())
        }
        Err(error) => (Fault::Unreadable(parse_cause(&error)), clean.answer(body)),
    };
    Some(GraphError::new(Report {
        fault,
        request: Some(call.kept(secrets)),
        status: Some(status),
        response: Some(response),
        source: None,
    }))
}
