//! What a call tells the log.

use std::io::Write;

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::format::FmtSpan;

use super::*;

/// What this thread logs, at every level.
pub(super) struct Captured {
    sink: Sink,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Captured {
    pub(super) fn start() -> Self {
        let sink = Sink::default();
        let writer = sink.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::CLOSE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        Self {
            sink,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.sink.0.lock().unwrap().clone()).unwrap()
    }

    /// The fields of the spans of calls that have ended, one line each.
    fn calls(&self) -> Vec<String> {
        let closed = |line: &str| {
            let (_, rest) = line.split_once("graph.call{")?;
            let (fields, rest) = rest.split_once('}')?;
            rest.contains(" close ").then(|| fields.to_owned())
        };
        self.text().lines().filter_map(closed).collect()
    }
}

#[tokio::test]
async fn a_call_is_a_span_that_says_how_it_went() {
    let captured = Captured::start();
    let server = Server::start([Reply::sent()]).await;
    let graph = server.graph();
    graph.send("1254459154682919", "hello").await.unwrap();
    let calls = captured.calls();
    assert_eq!(
        calls,
        [r#"method="POST" page="42" edge="me/messages" attempts=1 status=200"#]
    );
    server.replies.lock().unwrap()[0] = Reply::graph(10, Some(2_018_278));
    server.replies.lock().unwrap().push_front(Reply::graph(2, None));
    graph.profile("1254459154682919").await.unwrap_err();
    let call = captured.calls().pop().unwrap();
    for part in [
        r#"method="GET""#,
        r#"edge="*""#,
        "attempts=2",
        "status=400",
        r#"id="MSG513""#,
        "code=10",
        "subcode=2018278",
        r#"trace_id="Abc""#,
    ] {
        assert!(call.contains(part), "{part} in {call}");
    }
    let log = captured.text();
    assert!(log.contains("trying again") && log.contains("answered") && log.contains("failed"));
    for private in [
        "1254459154682919",
        "hello",
        "TOKEN",
        "appsecret_proof",
        "first_name",
    ] {
        assert!(!log.contains(private), "{private} in {log}");
    }
}

#[tokio::test]
async fn the_span_says_how_long_the_call_waited_for_its_turn() {
    let captured = Captured::start();
    let server = Server::start([Reply::sent()]).await;
    let pacing = crate::graph::Pacing::default().sends(1, Duration::from_millis(100));
    let graph = server.client().pacing(pacing).build().unwrap().page("42");
    for _ in 0..2 {
        graph.send("7", "hello").await.unwrap();
    }
    let calls = captured.calls();
    assert!(
        !calls[0].contains("paced_ms") && calls[1].contains("paced_ms="),
        "{calls:?}"
    );
}

#[tokio::test]
async fn ids_and_tokens_in_a_path_are_not_logged() {
    let captured = Captured::start();
    let server = Server::start([Reply::new(200, "{}")]).await;
    let client = server
        .client_with(Keys::new("plaintoken", "secret"))
        .build()
        .unwrap();
    for path in ["me/plaintoken/custom_labels", "m_Ab3/x.y/EAAtoken", "plaintoken"] {
        let _answer = client.page("42").raw(Method::GET, path).await;
    }
    let calls = captured.calls().join("\n");
    assert!(
        calls.contains(r#"edge="me/*/custom_labels""#) && calls.contains(r#"edge="*/*/*""#),
        "{calls}"
    );
    assert!(!captured.text().contains("plaintoken"));
}
