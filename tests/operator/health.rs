//! Whether the process lives, and whether events can be taken.

use messenger_runtime::{
    StartError, operator::OperatorError, prelude::*, store::MemoryStore, webhook::Server,
};
use messenger_tests::{
    MockGraph, sign,
    stage::{SECRET, complete},
};
use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::stage::{Gate, Watch, Watched, message};

async fn public(watch: &Watch, path: &str) -> (u16, String) {
    let answer = reqwest::get(format!("{}{path}", watch.public))
        .await
        .expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a text"))
}

#[tokio::test]
async fn a_bot_that_takes_events_is_alive_and_ready_without_a_token() {
    let watch = Watch::of(MemoryStore::new()).await;
    for (path, word) in [("/healthz", "alive"), ("/readyz", "ready")] {
        let answer = reqwest::get(format!("{}{path}", watch.operator))
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(
            answer.text().await.expect("a text"),
            format!("{{\"status\":\"{word}\"}}\n")
        );
        assert_eq!(public(&watch, path).await, (200, format!("{word}\n")));
    }
    assert_eq!(watch.handle.ready().await, Ok(true));
}

#[tokio::test]
async fn a_full_queue_is_not_ready_and_says_so_to_the_operator_alone() {
    let watch = Watch::of(MemoryStore::new().queue_bound(1)).await;
    assert_eq!(watch.says("m1", "wait").await, 200);
    let (status, document) = watch.get("/readyz").await;
    assert_eq!((status, &document["status"]), (503, &json!("not ready")));
    let reason = document["reason"].as_str().expect("a reason");
    assert!(reason.starts_with("MSG601: "), "{reason}");
    assert_eq!(public(&watch, "/readyz").await, (503, "not ready\n".to_owned()));
    assert_eq!(public(&watch, "/healthz").await.0, 200);
    assert_eq!(watch.metrics().await["messenger_ready"], 0.0);

    watch.gate.0.notify_one();
    watch.quiet().await;
    assert_eq!(watch.get("/readyz").await, (200, json!({"status": "ready"})));
    assert_eq!(watch.metrics().await["messenger_ready"], 1.0);
}

#[tokio::test]
async fn a_bot_that_drains_is_alive_but_not_ready() {
    let mut watch = Watch::of(MemoryStore::new()).await;
    assert_eq!(watch.says("m1", "wait").await, 200);
    assert_eq!(watch.get("/readyz").await.0, 200);
    let tell = watch.shutdown.take().expect("it was not told before");
    tell.send(()).expect("it listens");
    watch
        .until("it drains", async |watch| watch.get("/readyz").await.0 == 503)
        .await;
    let (_, document) = watch.get("/readyz").await;
    assert_eq!(document["status"], "draining");
    assert_eq!(watch.get("/healthz").await.0, 200);
    assert_eq!(watch.read(Method::GET, "/metrics").await.0, 200);
    assert!(!watch.served.is_finished(), "the handler still waits");

    watch.gate.0.notify_one();
    (&mut watch.served).await.expect("it ends");
    assert_eq!(watch.graph.texts(), ["waited"]);
    assert_eq!(watch.handle.ready().await, Ok(false));
    assert_eq!(watch.get("/healthz").await.0, 200, "the process still lives");
}

/// A request of which the end is held back.
struct Half {
    stream: TcpStream,
    rest: String,
}

impl Half {
    async fn of(watch: &Watch, request: &str, held_back: usize) -> Self {
        let address = watch.public.strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let (begin, rest) = request.split_at(request.len() - held_back);
        stream.write_all(begin.as_bytes()).await.expect("it reads");
        Self {
            stream,
            rest: rest.to_owned(),
        }
    }

    async fn finish(mut self) -> String {
        self.stream
            .write_all(self.rest.as_bytes())
            .await
            .expect("it reads");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.expect("it answers");
        answer
    }
}

#[tokio::test]
async fn a_bot_that_is_told_to_stop_is_not_ready_while_requests_are_still_taken() {
    let mut watch = Watch::of(MemoryStore::new()).await;
    let body = message("m1", "hi").to_string();
    let head = format!(
        "POST /webhook HTTP/1.1\r\nHost: bot\r\nX-Hub-Signature-256: {}\r\nContent-Length: {}\r\n\r\n",
        sign::sha256(SECRET, body.as_bytes()),
        body.len()
    );
    let event = Half::of(&watch, &(head + &body), 4).await;
    let probe = Half::of(&watch, "GET /readyz HTTP/1.1\r\nHost: bot\r\n\r\n", 4).await;
    // Taken after them, so the server has them too.
    assert_eq!(public(&watch, "/readyz").await.0, 200);

    let tell = watch.shutdown.take().expect("it was not told before");
    tell.send(()).expect("it listens");
    watch
        .until("it is not ready", async |watch| {
            watch.get("/readyz").await.0 == 503
        })
        .await;
    assert_eq!(watch.handle.ready().await, Ok(false));
    assert!(!watch.served.is_finished(), "two requests are under way");
    let probed = probe.finish().await;
    assert!(
        probed.starts_with("HTTP/1.1 503 ") && probed.ends_with("draining\n"),
        "{probed}"
    );
    let taken = event.finish().await;
    assert!(taken.starts_with("HTTP/1.1 200 "), "{taken}");
    (&mut watch.served).await.expect("it ends");
    assert_eq!(watch.graph.texts(), ["you said hi"], "what was taken is handled");
}

#[tokio::test]
async fn a_webhook_on_a_health_path_is_refused() {
    let graph = MockGraph::start().await;
    for path in ["/healthz", "/readyz"] {
        let refused = complete(&graph)
            .webhook_path(path)
            .build()
            .expect_err("it is taken");
        assert!(
            refused.to_string().contains("MESSENGER_WEBHOOK_PATH"),
            "{refused}"
        );
        let mut config = complete(&graph).build().expect("complete settings");
        path.clone_into(&mut config.webhook_path);
        let service = Watched::with(async || Gate::default())
            .config(config)
            .start()
            .await;
        let server = Server::bind("127.0.0.1:0").await.expect("a free port");
        let service = service.expect("the bot starts");
        let refused = service.serve(server, std::future::pending()).await;
        assert!(
            matches!(&refused, Err(StartError::Operator(OperatorError::Path { path: refused })) if refused == path),
            "{refused:?}"
        );
    }
}
