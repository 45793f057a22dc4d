//! The vectors: calls of other clients and the requests they made.

use std::{fs, path::Path};

use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grade {
    /// To be reproduced.
    Wire,
    /// To fail alike.
    Error,
    /// Of an interface that is gone.
    Retired,
    /// A defect of the recorded client.
    Avoid,
}

#[derive(Debug, Clone)]
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) system: String,
    pub(crate) grade: Grade,
    pub(crate) client: Value,
    pub(crate) method: String,
    pub(crate) args: Vec<Value>,
    /// What the server answered, in order; empty: a plain success.
    pub(crate) answers: Vec<Value>,
    /// Nobody listened.
    pub(crate) nobody_listens: bool,
    pub(crate) requests: Vec<Request>,
    pub(crate) fails: bool,
    /// The platform's code of the last answer.
    pub(crate) error_code: Option<i64>,
}

/// A request as it was recorded.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// As it was sent, with the version where there was one.
    pub(crate) path: String,
    /// Decoded, in order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) parts: Vec<Part>,
    /// Who calls, wherever the request says it: in its header, its query or its body.
    pub(crate) token: Option<String>,
    /// That the caller knows the app's secret.
    pub(crate) proof: Option<String>,
    /// The items of a batch, decoded.
    pub(crate) batch: Option<Vec<Request>>,
}

/// A part of a multipart body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    pub(crate) content_type: Option<String>,
    /// JSON where the part is JSON, else its text; the SHA-256 of a file.
    pub(crate) content: Value,
}

pub(crate) fn read(file: &Path) -> Vec<Vector> {
    let name = file.file_name().unwrap_or_default().display();
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {error}"));
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| {
            let row: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}:{}: {error}", number + 1));
            vector(&row)
        })
        .collect()
}

impl Vector {
    /// The method that each item of a batch stands for.
    pub(crate) fn item_methods(&self) -> Vec<&str> {
        let items = self.args.first().and_then(Value::as_array);
        let names = items
            .into_iter()
            .flatten()
            .map(|item| item["$batch"]["method"].as_str().unwrap_or_default());
        names
            .map(|name| name.strip_prefix("MessengerBatch.").unwrap_or(name))
            .collect()
    }
}

fn vector(row: &Value) -> Vector {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let answers = row["server_response"].as_array().cloned().unwrap_or_default();
    let requests = [&row["expect"]]
        .into_iter()
        .filter(|expect| expect.is_object())
        .chain(row["more_requests"].as_array().into_iter().flatten())
        .map(request)
        .collect();
    Vector {
        id: text(&row["id"]),
        system: text(&row["system"]),
        grade: match row["grade"].as_str() {
            Some("wire") => Grade::Wire,
            Some("error") => Grade::Error,
            Some("retired") => Grade::Retired,
            Some("avoid") => Grade::Avoid,
            other => panic!("{}: no grade {other:?}", row["id"]),
        },
        client: row["client"].clone(),
        method: text(&row["call"]["method"]),
        args: row["call"]["args"].as_array().cloned().unwrap_or_default(),
        error_code: answers
            .last()
            .and_then(|answer| answer["body"]["error"]["code"].as_i64()),
        answers,
        nobody_listens: row["server_response"]
            .as_str()
            .is_some_and(|text| text.contains("refused")),
        requests,
        fails: row["error_kind"].is_string(),
    }
}

fn request(expect: &Value) -> Request {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Request {
        method: text(&expect["method"]),
        path: text(&expect["path"]),
        query: expect["query"]
            .as_object()
            .into_iter()
            .flatten()
            .flat_map(|(name, value)| match value {
                Value::Array(values) => values.iter().map(|value| (name.clone(), plain(value))).collect(),
                value => vec![(name.clone(), plain(value))],
            })
            .collect(),
        body: Some(&expect["body"]).filter(|body| !body.is_null()).cloned(),
        parts: expect["multipart"]
            .as_array()
            .into_iter()
            .flatten()
            .map(part)
            .collect(),
        batch: expect["batch"]
            .as_array()
            .map(|items| items.iter().map(request).collect()),
        ..Request::default()
    }
}

fn part(part: &Value) -> Part {
    let maybe = |name: &str| part[name].as_str().map(str::to_owned);
    let content = [&part["json"], &part["text"], &part["sha256"]]
        .into_iter()
        .find(|content| !content.is_null())
        .cloned()
        .unwrap_or_default();
    Part {
        name: maybe("name").unwrap_or_default(),
        filename: maybe("filename"),
        content_type: maybe("content_type"),
        content,
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
