//! A Graph API that accepts every message at once and writes down what it was sent.

use std::{
    borrow::Cow,
    convert::Infallible,
    fmt,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, Response, StatusCode, body::Incoming, header, server::conn::http1, service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::{
    net::TcpListener,
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::{PAGE_TOKEN, traffic};

/// How long no reply may come before those still owed are given up.
const STALLED: Duration = Duration::from_secs(2);

/// The running mock; it stops accepting when dropped.
#[derive(Debug)]
pub(crate) struct MockGraph {
    port: u16,
    ledger: Arc<Mutex<Ledger>>,
    accepting: JoinHandle<()>,
}

/// What was sent.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// The texts that each person got, in order.
    pub(crate) texts: Vec<Vec<String>>,
    /// Calls that the platform would have refused, or that nobody expects of the load bot.
    pub(crate) refused: Vec<String>,
    count: usize,
    last: Instant,
}

#[derive(Deserialize)]
struct Sent<'a> {
    #[serde(borrow)]
    recipient: Recipient<'a>,
    #[serde(borrow)]
    messaging_type: Cow<'a, str>,
    #[serde(borrow)]
    message: Message<'a>,
}

#[derive(Deserialize)]
struct Recipient<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

impl MockGraph {
    /// Starts on a free port.
    pub(crate) async fn start(people: usize) -> Result<Self, std::io::Error> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let texts = vec![Vec::new(); people];
        let ledger = Arc::new(Mutex::new(Ledger {
            texts,
            refused: Vec::new(),
            count: 0,
            last: Instant::now(),
        }));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&ledger)));
        Ok(Self {
            port,
            ledger,
            accepting,
        })
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits until so many messages came since the start, and says when the last one did. Gives up, and says so by
    /// `None`, when no message comes for a while.
    pub(crate) async fn wait_for(&self, messages: usize) -> Option<Instant> {
        let started = Instant::now();
        loop {
            let (count, last) = {
                let ledger = self.ledger();
                (ledger.count, ledger.last)
            };
            if count >= messages {
                return Some(last);
            }
            if last.max(started).elapsed() > STALLED {
                return None;
            }
            sleep(Duration::from_millis(2)).await;
        }
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("no holder of this lock panics")
    }
}

impl Drop for MockGraph {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, ledger: Arc<Mutex<Ledger>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let ledger = Arc::clone(&ledger);
        tokio::spawn(async move {
            // The bot decides when a connection ends, and is killed while some are open.
            let _ = stream.set_nodelay(true);
            let service = service_fn(|request| answer(&ledger, request));
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    ledger: &Mutex<Ledger>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let sends = head.method == Method::POST && is_messages(head.uri.path());
    let authorized = head.headers.get(header::AUTHORIZATION).is_some_and(|value| {
        value
            .as_bytes()
            .strip_prefix(b"Bearer ")
            .is_some_and(|token| token == PAGE_TOKEN.as_bytes())
    });
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let taken = if !sends {
        Err(format!("{} {}: not the Send API", head.method, head.uri.path()))
    } else if !authorized {
        Err("a message without the page token".to_owned())
    } else {
        write_down(ledger, &body)
    };
    let (status, body) = match taken {
        Ok(answer) => (StatusCode::OK, answer),
        Err(why) => {
            let answer =
                serde_json::json!({"error": {"message": why, "type": "GraphMethodException", "code": 100}});
            ledger
                .lock()
                .expect("no holder of this lock panics")
                .refused
                .push(why);
            (StatusCode::BAD_REQUEST, answer.to_string())
        }
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json"),
    );
    Ok(response)
}

/// Whether a path is `/vN.N/me/messages`.
fn is_messages(path: &str) -> bool {
    path.strip_prefix("/v")
        .and_then(|path| path.split_once('/'))
        .is_some_and(|(version, path)| {
            path == "me/messages" && version.split('.').all(|part| part.parse::<u8>().is_ok())
        })
}

fn write_down(ledger: &Mutex<Ledger>, body: &[u8]) -> Result<String, String> {
    let sent =
        serde_json::from_slice::<Sent<'_>>(body).map_err(|error| format!("no text message: {error}"))?;
    if sent.messaging_type != "RESPONSE" {
        return Err(refusal("messaging type", &sent.messaging_type));
    }
    let mut ledger = ledger.lock().expect("no holder of this lock panics");
    let person = traffic::person(&sent.recipient.id).and_then(|person| ledger.texts.get_mut(person));
    person
        .ok_or_else(|| refusal("PSID", &sent.recipient.id))?
        .push(sent.message.text.into_owned());
    ledger.count += 1;
    ledger.last = Instant::now();
    Ok(format!(
        r#"{{"recipient_id":"{}","message_id":"m_{}"}}"#,
        sent.recipient.id, ledger.count
    ))
}

fn refusal(what: &str, got: impl fmt::Display) -> String {
    format!("a message with the {what} {got}, which nobody has")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Mutex<Ledger> {
        let texts = vec![Vec::new(); 2];
        Mutex::new(Ledger {
            texts,
            refused: Vec::new(),
            count: 0,
            last: Instant::now(),
        })
    }

    #[test]
    fn knows_the_send_api() {
        assert!(is_messages("/v25.0/me/messages"));
        assert!(!is_messages("/me/messages"));
        assert!(!is_messages("/v25.0/me/messenger_profile"));
    }

    #[test]
    fn writes_down_who_got_what() {
        let ledger = empty();
        let body = r#"{"recipient":{"id":"6311400000000001"},"messaging_type":"RESPONSE","message":{"text":"a\u00e4"}}"#;
        let answer = write_down(&ledger, body.as_bytes()).unwrap();
        assert_eq!(
            answer,
            r#"{"recipient_id":"6311400000000001","message_id":"m_1"}"#
        );
        assert_eq!(
            ledger.into_inner().unwrap().texts,
            [vec![], vec!["aä".to_owned()]]
        );
    }

    #[test]
    fn refuses_strangers_and_other_types() {
        let ledger = empty();
        let body = |id: u64, kind: &str| {
            format!(r#"{{"recipient":{{"id":"{id}"}},"messaging_type":"{kind}","message":{{"text":"a"}}}}"#)
        };
        assert!(write_down(&ledger, body(1, "RESPONSE").as_bytes()).is_err());
        assert!(write_down(&ledger, body(6_311_400_000_000_001, "UPDATE").as_bytes()).is_err());
        assert_eq!(ledger.into_inner().unwrap().count, 0);
    }
}
