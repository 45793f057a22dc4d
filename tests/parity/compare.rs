//! Two requests, side by side.

use std::{collections::BTreeMap, mem};

use serde_json::Value;

use crate::{
    differences::{RULES, Verdict},
    recorder::item,
    vectors::{Part, Request, Vector},
};

/// What is expected today of a call that was recorded years ago.
pub(crate) enum Today {
    Requests(Vec<Request>),
    /// The platform no longer takes it; the client says so before anything is sent.
    Refused(&'static str),
}

/// Applies the rules to what was recorded, and counts them.
pub(crate) fn today(vector: &Vector, rules: &mut BTreeMap<&'static str, usize>) -> Today {
    let mut requests: Vec<Request> = vector.requests.iter().map(normal).collect();
    let methods = vector.item_methods();
    for rule in RULES {
        let mut verdicts = Vec::new();
        for request in &mut requests {
            verdicts.push((rule.judge)(request, &vector.method));
            for (at, item) in request.batch.iter_mut().flatten().enumerate() {
                let method = methods.get(at).copied().unwrap_or_default();
                verdicts.push((rule.judge)(item, method));
            }
        }
        let times = verdicts
            .iter()
            .filter(|verdict| **verdict != Verdict::Same)
            .count();
        if times > 0 {
            *rules.entry(rule.reason).or_default() += times;
        }
        if verdicts.contains(&Verdict::Refused) {
            return Today::Refused(rule.reason);
        }
    }
    Today::Requests(requests)
}

/// Without the version, with the token and its proof apart, and with the items of a batch in place of its body.
fn normal(request: &Request) -> Request {
    let mut request = request.clone();
    let version = |segment: &str| {
        segment
            .strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()))
    };
    let rest = request.path.trim_start_matches('/').to_owned();
    request.path = match rest.split_once('/') {
        Some((first, rest)) if version(first) => format!("/{rest}"),
        None if version(&rest) => "/".to_owned(),
        _ => format!("/{rest}"),
    };
    for (name, value) in mem::take(&mut request.query) {
        match name.as_str() {
            "access_token" => request.token = Some(value),
            "appsecret_proof" => request.proof = Some(value),
            "appsecret_time" => {}
            _ => request.query.push((name, value)),
        }
    }
    request.query.sort();
    if let Some(body) = &mut request.body {
        if let Some(object) = body.as_object_mut() {
            if let Some(Value::String(token)) = object.remove("access_token") {
                request.token = Some(token);
            }
            if let Some(Value::String(proof)) = object.remove("appsecret_proof") {
                request.proof = Some(proof);
            }
            if let Some(batch) = object.remove("batch") {
                request.batch = batch
                    .as_array()
                    .map(|items| items.iter().map(item).map(|item| normal(&item)).collect());
            }
        }
        if body.as_object().is_some_and(serde_json::Map::is_empty) {
            request.body = None;
        }
    }
    request.parts.sort_by(|a, b| a.name.cmp(&b.name));
    request
}

/// How `sent` differs from what is expected.
pub(crate) fn differences(expected: &Request, sent: &Request) -> Vec<String> {
    let mut found = Vec::new();
    if sent.query.iter().any(|(name, _)| name == "access_token") {
        found.push("the token stands in the URL".to_owned());
    }
    let sent = &normal(sent);
    // They leave it out of a call that needs none, and of the items of a batch that has one.
    if expected.token.is_some() && expected.token != sent.token {
        found.push(format!(
            "token {:?} expected, {:?} sent",
            expected.token, sent.token
        ));
    }
    if expected.proof.is_some() && expected.proof != sent.proof {
        found.push(format!(
            "proof {:?} expected, {:?} sent",
            expected.proof, sent.proof
        ));
    }
    if expected.method != sent.method {
        found.push(format!(
            "method {} expected, {} sent",
            expected.method, sent.method
        ));
    }
    if expected.path != sent.path {
        found.push(format!("path {} expected, {} sent", expected.path, sent.path));
    }
    let mut query = expected.query.clone();
    query.sort();
    if query != sent.query {
        found.push(format!("query {query:?} expected, {:?} sent", sent.query));
    }
    values(
        "body",
        expected.body.as_ref().unwrap_or(&Value::Null),
        sent.body.as_ref().unwrap_or(&Value::Null),
        &mut found,
    );
    let mut parts = expected.parts.clone();
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    if !same_parts(&parts, &sent.parts) {
        found.push(format!("parts {parts:?} expected, {:?} sent", sent.parts));
    }
    let (theirs, ours) = (
        expected.batch.as_deref().unwrap_or_default(),
        sent.batch.as_deref().unwrap_or_default(),
    );
    if theirs.len() != ours.len() {
        found.push(format!("{} items expected, {} sent", theirs.len(), ours.len()));
    }
    for (number, (expected, sent)) in theirs.iter().zip(ours).enumerate() {
        found.extend(
            differences(expected, sent)
                .into_iter()
                .map(|what| format!("item {number}: {what}")),
        );
    }
    found
}

fn same_parts(expected: &[Part], sent: &[Part]) -> bool {
    expected.len() == sent.len()
        && expected.iter().zip(sent).all(|(expected, sent)| {
            let file = expected.filename.is_some();
            let same_type = !file || expected.content_type == sent.content_type;
            let mut found = Vec::new();
            values("part", &expected.content, &sent.content, &mut found);
            expected.name == sent.name && expected.filename == sent.filename && same_type && found.is_empty()
        })
}

/// Notes where two JSON values differ. Numbers are compared by value, so `1` is `1.0`; and JSON as text is
/// compared as JSON.
fn values(path: &str, expected: &Value, sent: &Value, found: &mut Vec<String>) {
    match (expected, sent) {
        (Value::Object(theirs), Value::Object(ours)) => {
            for (key, value) in theirs {
                match ours.get(key) {
                    Some(ours) => values(&format!("{path}.{key}"), value, ours, found),
                    None => found.push(format!("{path}.{key} is missing")),
                }
            }
            let more = ours.keys().filter(|key| !theirs.contains_key(*key));
            found.extend(more.map(|key| format!("{path}.{key} is not expected")));
        }
        (Value::Array(theirs), Value::Array(ours)) if theirs.len() == ours.len() => {
            for (number, (theirs, ours)) in theirs.iter().zip(ours).enumerate() {
                values(&format!("{path}[{number}]"), theirs, ours, found);
            }
        }
        (Value::Number(theirs), Value::Number(ours)) if theirs.as_f64() == ours.as_f64() => {}
        _ if expected == sent => {}
        (Value::String(theirs), Value::String(ours)) => {
            match (list_or_object(theirs), list_or_object(ours)) {
                (Some(theirs), Some(ours)) => values(path, &theirs, &ours, found),
                _ => found.push(format!("{path}: {expected} expected, {sent} sent")),
            }
        }
        _ => found.push(format!("{path}: {expected} expected, {sent} sent")),
    }
}

fn list_or_object(text: &str) -> Option<Value> {
    let value = serde_json::from_str(text).ok()?;
    matches!(value, Value::Array(_) | Value::Object(_)).then_some(value)
}
