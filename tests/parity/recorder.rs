//! A server that records every request and answers as the vector says.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, State},
    http::{
        HeaderMap, HeaderName, Response,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use crate::vectors::{Part, Request, Vector};

#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) origin: String,
    requests: Arc<Mutex<Vec<Request>>>,
    answers: Arc<Mutex<VecDeque<Value>>>,
}

impl Recorder {
    pub(crate) async fn start(vector: &Vector) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let recorder = Self {
            origin: format!("http://{address}"),
            requests: Arc::default(),
            answers: Arc::new(Mutex::new(vector.answers.iter().cloned().collect())),
        };
        // A port that was just closed is one where nobody listens.
        if !vector.nobody_listens {
            let app = Router::new()
                .fallback(record)
                .layer(DefaultBodyLimit::disable())
                .with_state(recorder.clone());
            tokio::spawn(async move { axum::serve(listener, app).await });
        }
        recorder
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn record(State(recorder): State<Recorder>, request: axum::extract::Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let mut recorded = Request {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: pairs(parts.uri.query().unwrap_or_default()),
        token: header(&parts.headers, AUTHORIZATION)
            .strip_prefix("Bearer ")
            .map(str::to_owned),
        ..Request::default()
    };
    let kind = header(&parts.headers, CONTENT_TYPE);
    if kind.starts_with("multipart/form-data") {
        let request = axum::extract::Request::from_parts(parts, body);
        let mut form = Multipart::from_request(request, &())
            .await
            .expect("a multipart body has a boundary");
        while let Some(field) = form.next_field().await.expect("a multipart body is whole") {
            let filename = field.file_name().map(str::to_owned);
            let content_type = field.content_type().map(str::to_owned);
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.expect("a part is whole");
            let content = match (&filename, serde_json::from_slice(&bytes)) {
                (Some(_), _) => hex::encode(Sha256::digest(&bytes)).into(),
                (None, Ok(json @ (Value::Object(_) | Value::Array(_)))) => json,
                (None, _) => String::from_utf8_lossy(&bytes).into(),
            };
            recorded.parts.push(Part {
                name,
                filename,
                content_type,
                content,
            });
        }
    } else {
        let bytes = to_bytes(body, 64 << 20).await.expect("a body is whole");
        if kind.starts_with("application/x-www-form-urlencoded") {
            recorded.body = Some(form(&String::from_utf8_lossy(&bytes)));
        } else if !bytes.is_empty() {
            recorded.body = Some(
                serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into()),
            );
        }
    }
    let items = recorded
        .body
        .as_ref()
        .and_then(|body| body["batch"].as_array().cloned());
    recorded.batch = items.as_ref().map(|items| items.iter().map(item).collect());
    let scripted = recorder
        .answers
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front();
    let answer = match scripted {
        Some(answer) => respond(&answer),
        None => respond(&json!({"status": 200, "body": success(&recorded)})),
    };
    recorder
        .requests
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(recorded);
    answer
}

fn header(headers: &HeaderMap, name: HeaderName) -> String {
    let value = headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    value.unwrap_or_default()
}

/// An answer that every call can read.
fn success(request: &Request) -> Value {
    let any = json!({
        "id": "1", "name": "n", "recipient_id": "1", "message_id": "m_1", "attachment_id": "1", "success": true,
        "result": "success", "access_token": "T", "token_type": "bearer", "data": [], "status": "APPROVED",
    });
    if let Some(items) = &request.batch {
        let item = json!({"code": 200, "body": any.to_string()});
        return vec![item; items.len()].into();
    }
    let mut answer = any;
    if request.path.ends_with("/debug_token") {
        answer["data"] = json!({"app_id": "1", "is_valid": true, "scopes": []});
    }
    answer
}

fn respond(answer: &Value) -> Response<Body> {
    let status = answer["status"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok())
        .unwrap_or(200);
    let body = match &answer["body"] {
        Value::String(text) => text.clone(),
        json => json.to_string(),
    };
    let kind = answer["content_type"].as_str().unwrap_or("application/json");
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, kind)
        .body(body.into())
        .expect("a status and a type make a response")
}

/// A batch item as the request it stands for.
pub(crate) fn item(item: &Value) -> Request {
    let url = item["relative_url"].as_str().unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut body = item["body"].as_str().map(form);
    // What belongs to the item itself is compared with it.
    for name in ["name", "depends_on", "omit_response_on_success"] {
        if let Some(value) = item.get(name) {
            body.get_or_insert_with(|| json!({}))[format!("${name}")] = value.clone();
        }
    }
    Request {
        method: item["method"].as_str().unwrap_or_default().to_owned(),
        path: format!("/{}", path.trim_start_matches('/')),
        query: pairs(query),
        body,
        ..Request::default()
    }
}

/// The names and values of a form or a query, decoded.
fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

/// A form whose values are JSON where they can be.
fn form(text: &str) -> Value {
    let read = |value: String| match serde_json::from_str::<Value>(&value) {
        Ok(json @ (Value::Object(_) | Value::Array(_) | Value::Bool(_))) => json,
        _ => value.into(),
    };
    Value::Object(
        pairs(text)
            .into_iter()
            .map(|(name, value)| (name, read(value)))
            .collect(),
    )
}
