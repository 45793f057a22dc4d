//! Connections that are slow, broken or not there.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::graph::Action;

const RETRY: Action = Action::Retry { after: None };

#[tokio::test]
async fn an_answer_may_not_be_larger_than_the_limit() {
    let server = Server::start([Reply::new(
        200,
        format!("{{\"message_id\":\"{}\"}}", "x".repeat(2000)),
    )])
    .await;
    let small = server.client().max_answer(1000).build().unwrap().page("42");
    let error = small.send("7", "hello").await.unwrap_err();
    assert_eq!(
        (error.id(), error.is_doubtful(), error.action()),
        ("MSG507", true, Action::Permanent)
    );
    server
        .client()
        .max_answer(2017)
        .build()
        .unwrap()
        .page("42")
        .send("7", "hello")
        .await
        .unwrap();

    // Without a length in front, the limit counts what arrives.
    let chunks = "400\r\n".to_owned() + &"y".repeat(0x400) + "\r\n";
    let origin = scripted(move |mut stream| {
        let chunks = chunks.clone();
        async move {
            hear(&mut stream).await;
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                .await
                .unwrap();
            while stream.write_all(chunks.as_bytes()).await.is_ok() {}
        }
    })
    .await;
    let error = client(&origin)
        .max_answer(100_000)
        .build()
        .unwrap()
        .page("42")
        .send("7", "hello")
        .await
        .unwrap_err();
    assert_eq!(error.id(), "MSG507");
}

#[tokio::test]
async fn a_slow_answer_is_timed_out_and_leaves_doubt() {
    let mut slow = Reply::sent();
    slow.delay = Duration::from_secs(30);
    let server = Server::start([slow]).await;
    let graph = server
        .client()
        .timeout(Duration::from_millis(200))
        .build()
        .unwrap()
        .page("42");
    let error = graph.send("7", "hello").await.unwrap_err();
    assert_eq!(
        (error.id(), error.action(), error.is_doubtful()),
        ("MSG506", RETRY, true)
    );
    assert_eq!(server.asked().len(), 1);

    let origin = scripted(async |mut stream| {
        hear(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
            .await
            .unwrap();
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if stream.write_all(b" ").await.is_err() {
                break;
            }
        }
    })
    .await;
    let graph = client(&origin)
        .timeout(Duration::from_millis(200))
        .build()
        .unwrap()
        .page("42");
    let started = std::time::Instant::now();
    let error = graph.profile("7").await.unwrap_err();
    assert_eq!((error.id(), error.status()), ("MSG506", Some(200)));
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "further tries share the time-out"
    );
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent_and_it_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&origin)
        .build()
        .unwrap()
        .page("42")
        .send("7", "hello")
        .await
        .unwrap_err();
    assert_eq!(
        (error.id(), error.action(), error.is_doubtful()),
        ("MSG504", RETRY, false)
    );
    assert!(std::error::Error::source(&error).is_some());

    let late = client(&origin)
        .retry(
            Retry::default()
                .tries(50)
                .waits(Duration::from_millis(100), Duration::from_millis(100)),
        )
        .build()
        .unwrap()
        .page("42");
    let address = origin.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let listener = TcpListener::bind(address).await.unwrap();
        let app = Router::new().fallback(async || r#"{"message_id":"m_late"}"#);
        axum::serve(listener, app).await
    });
    assert_eq!(
        late.send("7", "hello").await.unwrap().message_id.as_deref(),
        Some("m_late")
    );
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_left_leaves_doubt() {
    let heard = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&heard);
    let origin = scripted(move |mut stream| {
        let counted = Arc::clone(&counted);
        async move {
            hear(&mut stream).await;
            *counted.lock().unwrap() += 1;
        }
    })
    .await;
    let graph = client(&origin).build().unwrap().page("42");
    let error = graph.send("7", "hello").await.unwrap_err();
    assert_eq!(
        (error.id(), error.action(), error.is_doubtful()),
        ("MSG505", RETRY, true)
    );
    assert_eq!(*heard.lock().unwrap(), 1, "a doubtful send is not repeated");
    let error = graph.profile("7").await.unwrap_err();
    assert_eq!(error.id(), "MSG505");
    assert_eq!(*heard.lock().unwrap(), 1 + 4, "a read is");
    graph
        .sender_action("7", &SenderAction::TypingOn)
        .await
        .unwrap_err();
    assert_eq!(
        *heard.lock().unwrap(),
        1 + 4 + 4,
        "and so is what does no harm twice"
    );
    graph.raw(Method::POST, "me/x").await.unwrap_err();
    assert_eq!(*heard.lock().unwrap(), 1 + 4 + 4 + 1);

    let origin = scripted(async |mut stream| {
        hear(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"message")
            .await
            .unwrap();
    })
    .await;
    let error = client(&origin)
        .build()
        .unwrap()
        .page("42")
        .send("7", "hello")
        .await
        .unwrap_err();
    assert_eq!(
        (error.id(), error.status(), error.is_doubtful()),
        ("MSG505", Some(200), true)
    );

    let origin = scripted(async |mut stream| {
        hear(&mut stream).await;
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 100\r\n\r\n{\"err")
            .await
            .unwrap();
    })
    .await;
    let error = client(&origin)
        .build()
        .unwrap()
        .page("42")
        .send("7", "hello")
        .await
        .unwrap_err();
    assert_eq!(
        (error.id(), error.is_doubtful()),
        ("MSG509", false),
        "a refusal is one, also cut short"
    );
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_connection_that_hangs_while_it_is_made_leaves_no_doubt() {
    let origin = scripted(async |_stream| tokio::time::sleep(Duration::from_secs(30)).await).await;
    let origin = origin.replace("http://", "https://");
    let graph = client(&origin)
        .timeout(Duration::from_millis(600))
        .build()
        .unwrap()
        .page("42");
    let error = graph.send("7", "hello").await.unwrap_err();
    assert_eq!((error.id(), error.is_doubtful()), ("MSG504", false), "{error:?}");
}

fn client(origin: &str) -> ClientBuilder {
    Client::builder(Keys::new("TOKEN", "secret"))
        .origin(origin)
        .retry(quick())
}

/// A server that does this with every connection and then closes it.
async fn scripted<F>(script: impl Fn(tokio::net::TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(script(stream));
        }
    });
    origin
}

/// Reads the whole request, which here is always one packet.
async fn hear(stream: &mut tokio::net::TcpStream) {
    let mut buffer = [0; 8192];
    assert!(stream.read(&mut buffer).await.unwrap() > 0);
}
