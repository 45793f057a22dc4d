//! A Graph API at its worst, over real sockets: time and memory stay bounded, tries are counted, what may have arrived
//! is not sent again, and nothing secret is printed on the way.

use std::{
    fmt::Debug,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::sleep,
};

use super::{spans::Captured, *};
use crate::graph::{Action, GraphError};

const TOKEN: &str = "canary-plain-token";
const TEXT: &str = "My canary text, of nobody's business";
const RETRY: Action = Action::Retry { after: None };
/// The largest answer that the client reads.
const LIMIT: usize = 1 << 20;
/// What the system keeps on its way between two sockets of one machine.
const SOCKETS: usize = 16 << 20;

/// How the server treats those who ask.
#[derive(Debug, Clone, Copy)]
enum Mood {
    /// Takes the request and never answers.
    Stalls,
    Hangs,
    CutsInHeader,
    CutsInBody,
    /// An answer as it stands.
    Says(&'static str),
    /// A byte at a time, headers first.
    TricklesHeader,
    TricklesBody,
    /// Says how much is to come, and lets it come.
    Huge,
    /// Chunks without an end.
    Endless,
    EndlessHeader,
}

/// What was asked, and how much of the answers was taken.
#[derive(Debug, Default)]
struct Counts {
    requests: AtomicUsize,
    taken: AtomicUsize,
}

async fn answer(mut stream: TcpStream, mood: Mood, counts: Arc<Counts>) -> std::io::Result<()> {
    let mut request = Vec::new();
    let is_whole = |request: &[u8]| {
        // A GET ends with its head, a POST here with its JSON.
        let end = if request.starts_with(b"GET") {
            &b"\r\n\r\n"[..]
        } else {
            b"}}"
        };
        request.ends_with(end)
    };
    while !is_whole(&request) {
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    }
    counts.requests.fetch_add(1, Ordering::SeqCst);
    let ok = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let mut write = async |bytes: &[u8]| {
        stream.write_all(bytes).await?;
        counts.taken.fetch_add(bytes.len(), Ordering::SeqCst);
        std::io::Result::Ok(())
    };
    match mood {
        Mood::Stalls => sleep(Duration::from_mins(10)).await,
        Mood::Hangs => {}
        Mood::CutsInHeader => write(format!("{ok}x-token: {TOKEN}").as_bytes()).await?,
        Mood::CutsInBody => {
            write(format!("{ok}content-length: 900\r\n\r\n{{\"{TOKEN}\":\"{TEXT}").as_bytes()).await?;
        }
        Mood::Says(says) => {
            // Only what a request said can be told from the platform's own words.
            let text = if request.starts_with(b"POST") { TEXT } else { "" };
            let says = says.replace("TOKEN", TOKEN).replace("TEXT", text);
            write(says.as_bytes()).await?;
        }
        Mood::TricklesHeader => {
            write(ok.as_bytes()).await?;
            loop {
                write(b"x: y\r\n").await?;
                sleep(Duration::from_millis(20)).await;
            }
        }
        Mood::TricklesBody => {
            write(format!("{ok}content-length: 100000\r\n\r\n").as_bytes()).await?;
            loop {
                write(b" ").await?;
                sleep(Duration::from_millis(10)).await;
            }
        }
        Mood::Huge => {
            write(format!("{ok}content-length: 10000000000\r\n\r\n").as_bytes()).await?;
            loop {
                write(&[b' '; 65536]).await?;
            }
        }
        Mood::Endless => {
            write(format!("{ok}transfer-encoding: chunked\r\n\r\n").as_bytes()).await?;
            let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
            loop {
                write(chunk.as_bytes()).await?;
            }
        }
        Mood::EndlessHeader => {
            write(ok.as_bytes()).await?;
            let line = format!("x-more: {}\r\n", "y".repeat(8000));
            loop {
                write(line.as_bytes()).await?;
            }
        }
    }
    Ok(())
}

async fn moody(mood: Mood) -> (String, Arc<Counts>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let counts = Arc::<Counts>::default();
    let counted = Arc::clone(&counts);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, mood, Arc::clone(&counted)));
        }
    });
    (origin, counts)
}

/// What is expected of a mood.
struct Case {
    mood: Mood,
    /// Of the client; short where the mood lasts.
    timeout: Duration,
    id: &'static str,
    action: Action,
    doubtful: bool,
    /// How often a message is tried, and how often a read.
    tries: (usize, usize),
}

const SHORT: Duration = Duration::from_millis(800);
const LONG: Duration = Duration::from_secs(30);

fn case(mood: Mood, id: &'static str, action: Action, doubtful: bool, tries: (usize, usize)) -> Case {
    let lasts = matches!(mood, Mood::Stalls | Mood::TricklesHeader | Mood::TricklesBody);
    Case {
        mood,
        timeout: if lasts { SHORT } else { LONG },
        id,
        action,
        doubtful,
        tries,
    }
}

fn cases() -> Vec<Case> {
    let after = |seconds| Action::Retry {
        after: Some(Duration::from_secs(seconds)),
    };
    let storm = "HTTP/1.1 429 Too Many\r\nconnection: close\r\ncontent-length: 10\r\n\r\nTOKEN TEXT";
    let storm_60 = "HTTP/1.1 429 Too Many\r\nretry-after: 60\r\ncontent-length: 0\r\n\r\n";
    let html = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n<html>Bearer TOKEN</html>";
    let graph = "HTTP/1.1 500 Oops\r\nconnection: close\r\n\r\n\
                 {\"error\":{\"code\":2,\"message\":\"TOKEN said TEXT\",\"fbtrace_id\":\"TOKEN\"}}";
    let in_200 = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"error\":{\"code\":100,\"message\":\"(#100) TOKEN said TEXT\"}}";
    let cut_refusal = "HTTP/1.1 400 Bad\r\ncontent-length: 900\r\n\r\n{\"error\":{\"message\":\"TOKEN";
    vec![
        case(Mood::Stalls, "MSG506", RETRY, true, (1, 1)),
        case(Mood::TricklesHeader, "MSG506", RETRY, true, (1, 1)),
        case(Mood::TricklesBody, "MSG506", RETRY, true, (1, 1)),
        case(Mood::Hangs, "MSG505", RETRY, true, (1, 4)),
        case(Mood::CutsInHeader, "MSG505", RETRY, true, (1, 4)),
        case(Mood::CutsInBody, "MSG505", RETRY, true, (1, 4)),
        case(Mood::EndlessHeader, "MSG505", RETRY, true, (1, 4)),
        case(Mood::Huge, "MSG507", Action::Permanent, true, (1, 1)),
        case(Mood::Endless, "MSG507", Action::Permanent, true, (1, 1)),
        case(Mood::Says(storm), "MSG509", RETRY, false, (4, 4)),
        case(Mood::Says(storm_60), "MSG509", after(60), false, (1, 1)),
        case(
            Mood::Says("HTTP/1.1 500 Oops\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
            "MSG509",
            RETRY,
            true,
            (1, 4),
        ),
        case(
            Mood::Says("HTTP/1.1 502 Oops\r\nconnection: close\r\n\r\n<b>TOKEN</b>"),
            "MSG509",
            RETRY,
            true,
            (1, 4),
        ),
        case(
            Mood::Says("HTTP/1.1 503 Oops\r\nconnection: close\r\n\r\n"),
            "MSG509",
            RETRY,
            false,
            (4, 4),
        ),
        case(Mood::Says(graph), "MSG511", RETRY, false, (4, 4)),
        case(Mood::Says(in_200), "MSG510", Action::Permanent, false, (1, 1)),
        case(
            Mood::Says(cut_refusal),
            "MSG509",
            Action::Permanent,
            false,
            (1, 1),
        ),
        case(Mood::Says(html), "MSG508", RETRY, true, (1, 4)),
        case(
            Mood::Says("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"),
            "MSG508",
            RETRY,
            true,
            (1, 4),
        ),
        case(
            Mood::Says("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"TOKEN\":\"TEXT"),
            "MSG508",
            RETRY,
            true,
            (1, 4),
        ),
        case(
            Mood::Says("this is no HTTP\r\n\r\n TOKEN"),
            "MSG505",
            RETRY,
            true,
            (1, 4),
        ),
    ]
}

/// Everything that the error can be made to say, also by who unwraps it.
fn said<T: Clone + Debug>(result: &Result<T, GraphError>) -> String {
    let unwrapped = catch_unwind(AssertUnwindSafe(|| result.clone().unwrap()));
    let panic = *unwrapped
        .unwrap_err()
        .downcast::<String>()
        .expect("a panic with words");
    let error = result.as_ref().unwrap_err();
    let mut said = format!(
        "{error} {error:?} {error:#?} {panic} {:?} {:?} {:?}",
        error.message(),
        error.response(),
        error.fbtrace_id()
    );
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        said += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    said
}

#[tokio::test]
async fn whatever_the_platform_does_the_calls_end_and_tell_no_secret() {
    let captured = Captured::start();
    for Case {
        mood,
        timeout,
        id,
        action,
        doubtful,
        tries,
    } in cases()
    {
        let (origin, counts) = moody(mood).await;
        let client = || {
            Client::builder(Keys::new(TOKEN, "secret"))
                .origin(&origin)
                .retry(quick())
                .timeout(timeout)
                .max_answer(LIMIT)
                .build()
                .unwrap()
        };
        let requests = || counts.requests.swap(0, Ordering::SeqCst);
        let started = Instant::now();

        let request = client().page("42").send("7", TEXT);
        let mut printed = format!("{request:?}");
        let result = request.await;
        printed += &said(&result);
        let error = result.unwrap_err();
        assert_eq!(
            (error.id(), error.action(), error.is_doubtful()),
            (id, action, doubtful),
            "{mood:?} {error:?}"
        );
        assert_eq!(requests(), tries.0, "a message, {mood:?}");

        let result = client().page("42").profile("7").await;
        printed += &said(&result);
        let error = result.unwrap_err();
        assert_eq!((error.id(), error.action()), (id, action), "{mood:?} {error:?}");
        assert_eq!(requests(), tries.1, "a read, {mood:?}");

        if timeout == SHORT {
            assert!(started.elapsed() < SHORT * 2 + Duration::from_secs(2), "{mood:?}");
        }
        let taken = counts.taken.load(Ordering::SeqCst);
        let most = (tries.0 + tries.1) * (LIMIT + SOCKETS);
        assert!(taken < most, "{mood:?}: {taken} bytes were taken");
        for canary in [TOKEN, "canary text"] {
            assert!(!printed.contains(canary), "{mood:?}: {printed}");
        }
    }
    let log = captured.text();
    for canary in [TOKEN, "canary text"] {
        assert!(!log.contains(canary), "{log}");
    }
    assert!(
        log.matches("graph.call").count() > cases().len(),
        "the calls are in the log"
    );
    tracing::trace!(TOKEN, TEXT);
    let log = captured.text();
    assert!(
        log.contains(TOKEN) && log.contains(TEXT),
        "a canary in the log would be seen"
    );
}

#[tokio::test]
async fn a_storm_of_throttles_meets_few_calls() {
    let (origin, counts) = moody(Mood::Says(
        "HTTP/1.1 429 Too Many\r\nretry-after: 60\r\nconnection: close\r\n\r\n",
    ))
    .await;
    let client = Client::builder(Keys::new(TOKEN, "secret"))
        .origin(&origin)
        .build()
        .unwrap();
    let started = Instant::now();
    client.page("42").send("7", TEXT).await.unwrap_err();
    let calls = (0..2000).map(|_| async { client.page("42").send("7", TEXT).await.unwrap_err().id() });
    let ids = futures_util::future::join_all(calls).await;
    assert!(ids.iter().all(|id| *id == "MSG518"));
    assert_eq!(counts.requests.load(Ordering::SeqCst), 1);
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_server_that_recovers_is_called_again() {
    let storm = || Reply::new(429, "").header("retry-after", "0.05");
    let server = Server::start([storm(), storm(), Reply::new(503, ""), Reply::sent()]).await;
    server.graph().send("7", TEXT).await.unwrap();
    assert_eq!(server.asked().len(), 4);
}
