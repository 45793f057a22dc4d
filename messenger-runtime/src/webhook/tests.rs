//! The webhook over real sockets.

mod deadlines;
mod requests;
mod stopping;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::Semaphore,
    task::JoinHandle,
    time::{Instant, timeout},
};

use super::*;
use crate::AppSecret;

#[derive(Debug)]
struct Fixed {
    secrets: Arc<[AppSecret]>,
    verify_token: &'static str,
}

impl Fixed {
    fn new(secrets: &[&str], verify_token: &'static str) -> Arc<Self> {
        Arc::new(Self {
            secrets: secrets.iter().map(|secret| AppSecret::from(*secret)).collect(),
            verify_token,
        })
    }
}

impl Provider for Fixed {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        Arc::clone(&self.secrets)
    }
    fn verify_token(&self) -> SecretString {
        SecretString::from(self.verify_token)
    }
    fn app_id(&self) -> Option<Arc<str>> {
        None
    }
    fn access_token(&self, _: &str) -> Option<SecretString> {
        None
    }
    fn serves(&self, _: &str) -> bool {
        true
    }
}

/// A sink that keeps what it takes, waits for a permit of `gate`, and answers `answer`.
struct Kept {
    bodies: Mutex<Vec<Bytes>>,
    entered: AtomicUsize,
    gate: Semaphore,
    answer: Taken,
}

impl Kept {
    fn new(answer: Taken) -> Arc<Self> {
        let gate = Semaphore::new(Semaphore::MAX_PERMITS);
        Arc::new(Self {
            bodies: Mutex::default(),
            entered: AtomicUsize::new(0),
            gate,
            answer,
        })
    }

    fn shut(answer: Taken) -> Arc<Self> {
        let gate = Semaphore::new(0);
        Arc::new(Self {
            bodies: Mutex::default(),
            entered: AtomicUsize::new(0),
            gate,
            answer,
        })
    }

    fn count(&self) -> usize {
        self.bodies.lock().expect("no test panics here").len()
    }
}

impl Sink for Kept {
    fn take(&self, body: Bytes) -> BoxFuture<'_, Taken> {
        self.entered.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move {
            let _permit = self.gate.acquire().await;
            self.bodies.lock().expect("no test panics here").push(body);
            self.answer
        })
    }
}

/// A running server and its sink.
struct Running {
    address: SocketAddr,
    sink: Arc<Kept>,
    stop: StopHandle,
    end: JoinHandle<Drained>,
}

async fn start(sink: Arc<Kept>, options: WebhookOptions) -> Running {
    let provider = Fixed::new(&["secret", "next"], "token");
    let taken: Arc<dyn Sink> = Arc::<Kept>::clone(&sink);
    let router = router(provider, taken, "/webhook", options.clone()).expect("the settings are right");
    let server = Server::bind("127.0.0.1:0").await.expect("port 0 is free");
    let (address, stop) = (server.local_addr(), server.stop_handle());
    let end = tokio::spawn(server.serve(router, options.limits, std::future::pending()));
    Running {
        address,
        sink,
        stop,
        end,
    }
}

/// A peer that speaks HTTP by hand.
struct Peer(TcpStream);

#[derive(Debug)]
struct Answered {
    status: u16,
    head: String,
    body: String,
}

impl Answered {
    fn has(&self, header: &str) -> bool {
        self.head.to_lowercase().contains(&format!("\r\n{header}\r\n"))
    }
}

impl Peer {
    async fn connect(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.expect("the server listens"))
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("the server reads");
    }

    /// The next answer, or `None` when the connection ends before a whole one.
    async fn answer(&mut self) -> Option<Answered> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).expect("headers are ASCII");
        let status = head.get(9..12)?.parse().ok()?;
        let lower = head.to_lowercase();
        let length = lower
            .split("content-length: ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a length is a number"))];
        self.0.read_exact(&mut body).await.ok()?;
        Some(Answered {
            status,
            head,
            body: String::from_utf8(body).expect("answers are UTF-8"),
        })
    }

    /// What the request is answered with.
    async fn ask(&mut self, request: impl AsRef<[u8]>) -> Answered {
        self.send(request).await;
        self.answer().await.expect("every whole request is answered")
    }

    /// How long it takes until the server closes the connection.
    async fn closed(&mut self) -> Duration {
        let start = Instant::now();
        let mut scratch = [0; 1024];
        let end = async { while matches!(self.0.read(&mut scratch).await, Ok(1..)) {} };
        timeout(Duration::from_secs(20), end)
            .await
            .expect("the server closes the connection");
        start.elapsed()
    }
}

fn tag(secret: &str, body: &[u8]) -> String {
    format!("sha256={}", hex::encode(AppSecret::from(secret).sign(body)))
}

fn request(method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut request = format!("{method} {target} HTTP/1.1\r\nhost: bot\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    let mut request = format!("{request}content-length: {}\r\n\r\n", body.len()).into_bytes();
    request.extend_from_slice(body);
    request
}

fn signed(body: &[u8]) -> Vec<u8> {
    request(
        "POST",
        "/webhook",
        &[("x-hub-signature-256", &tag("secret", body))],
        body,
    )
}

/// Waits until `condition` holds.
async fn until(condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), met)
        .await
        .expect("the condition is met in time");
}
