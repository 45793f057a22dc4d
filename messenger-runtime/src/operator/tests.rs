use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::store::{MemoryStore, StoreLocation};

struct Bot;

fn subject() -> Arc<Subject> {
    let subject = Subject::starting(About::of::<Bot>(Some(&StoreLocation::Memory)));
    subject.runs(Running::of(Arc::new(MemoryStore::new())));
    subject
}

async fn local() -> Listener {
    let address = OperatorAddress::At(([127, 0, 0, 1], 0).into());
    let listener = Listener::start(address, None, subject()).await;
    listener.expect("a free port").expect("it is not off")
}

/// The status of the answer to a request with these headers, as they are written.
async fn asked(address: SocketAddr, line: &str, headers: &str) -> u16 {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("{line} HTTP/1.1\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers");
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no status in {answer:?}"))
}

#[tokio::test]
async fn programs_of_this_machine_need_no_token() {
    let listener = local().await;
    for headers in [
        "Host: localhost:3001\r\n",
        "Host: 127.0.0.1\r\n",
        "Host: [::1]:3001\r\n",
        "Host: localhost\r\nSec-Fetch-Site: none\r\n",
        "Host: localhost\r\nSec-Fetch-Site: same-origin\r\n",
    ] {
        assert_eq!(
            asked(listener.address(), "GET /dead-letters", headers).await,
            200,
            "{headers}"
        );
    }
}

#[tokio::test]
async fn pages_in_a_browser_are_refused() {
    let listener = local().await;
    for headers in [
        "",
        "Host: evil.example\r\n",
        "Host: evil.example:3001\r\n",
        "Host: localhost.evil.example\r\n",
        "Host: 10.0.0.1:3001\r\n",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: localhost\r\nOrigin: https://evil.example\r\n",
        "Host: localhost\r\nOrigin: null\r\n",
        "Host: localhost\r\nOrigin: http://localhost:3001\r\n",
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
        "Host: localhost\r\nSec-Fetch-Site: same-site\r\n",
        "Host: localhost\r\nSec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n",
    ] {
        for line in [
            "GET /",
            "GET /dead-letters",
            "POST /dead-letters/1/replay",
            "DELETE /people/1/2",
        ] {
            assert_eq!(
                asked(listener.address(), line, headers).await,
                403,
                "{line} {headers}"
            );
        }
        assert_eq!(
            asked(listener.address(), "GET /healthz", headers).await,
            200,
            "health tells nothing"
        );
    }
    let line = "GET http://evil.example/dead-letters";
    assert_eq!(asked(listener.address(), line, "Host: localhost\r\n").await, 403);
}

#[tokio::test]
async fn where_others_reach_it_there_is_a_token_or_no_listener() {
    let everywhere = OperatorAddress::At(([0, 0, 0, 0], 0).into());
    for token in [None, Some("0123456789abcde")] {
        let refused = Listener::start(everywhere, token.map(Into::into), subject()).await;
        assert!(matches!(refused, Err(OperatorError::NoToken)), "{refused:?}");
    }
    let listener = Listener::start(everywhere, Some("0123456789abcdef".into()), subject()).await;
    let listener = listener.expect("a token").expect("it is not off");
    let address = SocketAddr::from(([127, 0, 0, 1], listener.address().port()));
    assert_eq!(asked(address, "GET /", "Host: bot.example\r\n").await, 401);
    let right = "Host: bot.example\r\nAuthorization: Bearer 0123456789abcdef\r\n";
    assert_eq!(asked(address, "GET /", right).await, 200);
}

#[tokio::test]
async fn a_taken_port_is_an_error_where_it_was_asked_for() {
    // Another test or program may have the usual port already; then that is the program.
    let usual = OperatorAddress::Default.address().expect("it is not off");
    let _taken = TcpListener::bind(usual).await;
    let listener = Listener::start(OperatorAddress::Default, None, subject()).await;
    assert!(listener.expect("no error").is_none(), "it goes on without");

    let asked_for = OperatorAddress::At(usual);
    let refused = Listener::start(asked_for, None, subject()).await;
    assert!(
        matches!(&refused, Err(OperatorError::Bind { address, .. }) if *address == usual),
        "{refused:?}"
    );
    let off = Listener::start(OperatorAddress::Off, None, subject()).await;
    assert!(off.expect("no error").is_none());
}

#[tokio::test]
async fn a_bot_that_starts_is_alive_but_not_ready() {
    let host = "Host: localhost\r\n";
    for (line, before, after) in [
        ("GET /healthz", 200, 200),
        ("GET /readyz", 503, 200),
        ("GET /", 200, 200),
        ("GET /dead-letters", 503, 200),
    ] {
        let starting = Subject::starting(About::of::<Bot>(Some(&StoreLocation::Memory)));
        let address = OperatorAddress::At(([127, 0, 0, 1], 0).into());
        let listener = Listener::start(address, None, Arc::clone(&starting)).await;
        let listener = listener.expect("a free port").expect("it is not off");
        assert_eq!(asked(listener.address(), line, host).await, before, "{line}");
        starting.runs(Running::of(Arc::new(MemoryStore::new())));
        assert_eq!(asked(listener.address(), line, host).await, after, "{line}");
    }
}

#[tokio::test]
async fn a_listener_that_ended_gives_its_port_back() {
    let listener = local().await;
    let address = listener.address();
    assert_eq!(asked(address, "GET /healthz", "Host: localhost\r\n").await, 200);
    listener.end().await;
    assert!(TcpStream::connect(address).await.is_err(), "it has ended");
}

#[test]
fn a_bot_knows_itself_by_its_type_and_its_store() {
    struct Other;
    let postgres = |url: &str| StoreLocation::Postgres(url.into());
    let url = "postgres://shop:hunter2@db/shop";
    let about = About::of::<Bot>(Some(&postgres(url)));
    assert!(!format!("{} {about}", about.document()).contains("hunter2"));
    assert!(about.is(&About::of::<Bot>(Some(&postgres(url))).document()));
    for other in [
        About::of::<Other>(Some(&postgres(url))),
        About::of::<Bot>(Some(&postgres("postgres://shop:hunter2@db/other"))),
        About::of::<Bot>(Some(&StoreLocation::Memory)),
        About::of::<Bot>(None),
    ] {
        assert!(!about.is(&other.document()), "{other}");
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no writer panics").extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_nobody_whose_data_was_asked_for() {
    use tower::ServiceExt as _;

    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .finish();
    let _default = tracing::subscriber::set_default(subscriber);
    let request = axum::extract::Request::get("/people/20001/7771234567890123?object=page");
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let answer = router(subject(), Access::Local).oneshot(request).await;
    assert_eq!(answer.expect("it answers").status(), 403);
    let log = String::from_utf8(lines.0.lock().expect("no writer panics").clone()).expect("text");
    assert!(log.contains("operator request refused"), "{log}");
    assert!(log.contains("/people/{page}/{person}"), "{log}");
    assert!(!log.contains("7771234567890123"), "{log}");
}
