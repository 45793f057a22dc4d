//! Slow peers are cut on time, whatever they trickle, and do not disturb the others.

use tokio::time::sleep;

use super::*;

const HEADER: Duration = Duration::from_millis(400);
const BODY: Duration = Duration::from_millis(800);
const IDLE: Duration = Duration::from_millis(1600);

fn short() -> WebhookOptions {
    let limits = Limits {
        header: HEADER,
        body: BODY,
        idle: IDLE,
        ..Limits::default()
    };
    WebhookOptions {
        limits,
        ..WebhookOptions::default()
    }
}

/// Within the limit's own size of it: the machine may be busy, but no limit is mistaken for another.
fn assert_about(measured: Duration, limit: Duration) {
    assert!(
        measured >= limit.mul_f32(0.95) && measured < limit.mul_f32(1.9),
        "{measured:?}, not {limit:?}"
    );
}

/// Sends a byte of `bytes` every 40 ms until the connection is closed; the time that took.
async fn trickle(peer: Peer, bytes: &[u8]) -> (Duration, Vec<u8>) {
    let start = Instant::now();
    let (mut read, mut write) = peer.0.into_split();
    let reading = tokio::spawn(async move {
        let mut got = Vec::new();
        let _ = read.read_to_end(&mut got).await;
        (start.elapsed(), got)
    });
    for byte in bytes {
        if reading.is_finished() || write.write_all(&[*byte]).await.is_err() {
            break;
        }
        sleep(Duration::from_millis(40)).await;
    }
    let end = timeout(Duration::from_secs(20), reading)
        .await
        .expect("the server closes the connection");
    drop(write);
    end.expect("reading does not panic")
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let bot = start(Kept::new(Taken::Stored), short()).await;
    assert_about(Peer::connect(bot.address).await.closed().await, HEADER);
}

#[tokio::test]
async fn half_a_header_is_cut() {
    let bot = start(Kept::new(Taken::Stored), short()).await;
    let mut peer = Peer::connect(bot.address).await;
    peer.send("POST /webhook HTTP/1.1\r\nhost: b\r\nx-").await;
    assert_about(peer.closed().await, HEADER);
}

#[tokio::test]
async fn a_trickled_header_is_cut_as_if_nothing_came() {
    let bot = start(Kept::new(Taken::Stored), short()).await;
    let header = format!("POST /webhook HTTP/1.1\r\nx-long: {}", "x".repeat(200));
    let (time, got) = trickle(Peer::connect(bot.address).await, header.as_bytes()).await;
    assert_about(time, HEADER);
    assert_eq!(got, b"");
}

#[tokio::test]
async fn empty_lines_are_a_beginning_too() {
    let bot = start(Kept::new(Taken::Stored), short()).await;
    let mut peer = Peer::connect(bot.address).await;
    assert_eq!(peer.ask(signed(b"{}")).await.status, 200);
    let (time, _) = trickle(peer, &b"\r\n".repeat(100)).await;
    assert_about(time, HEADER);
}

#[tokio::test]
async fn half_a_body_is_answered_408() {
    let bot = start(Kept::new(Taken::Stored), short()).await;
    let mut peer = Peer::connect(bot.address).await;
    let whole = signed(b"{\"object\":\"page\"}");
    let start = Instant::now();
    peer.send(&whole[..whole.len() - 5]).await;
    let answer = peer.answer().await.expect("it is answered");
    assert_about(start.elapsed(), BODY);
    assert_eq!((answer.status, answer.has("connection: close")), (408, true));
    peer.0.shutdown().await.expect("the connection is open");
    peer.closed().await;
    assert_eq!(bot.sink.entered.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_trickled_body_is_late_however_it_is_framed() {
    let bot = start(Kept::new(Taken::Stored), short()).await;
    let body = "x".repeat(1000);
    let chunked = format!(
        "POST /webhook HTTP/1.1\r\nhost: b\r\nx-hub-signature-256: {}\r\ntransfer-encoding: chunked\r\n\r\n",
        tag("secret", body.as_bytes())
    );
    let plain = signed(body.as_bytes());
    let head = plain.len() - body.len();
    for (head, rest) in [
        (&plain[..head], &plain[head..]),
        (chunked.as_bytes(), &b"1\r\nx\r\n".repeat(50)[..]),
    ] {
        let mut peer = Peer::connect(bot.address).await;
        peer.send(head).await;
        let (time, got) = trickle(peer, rest).await;
        // After the answer the server listens for up to a second to what is still being sent.
        assert!(
            time >= BODY && time < BODY + Duration::from_millis(1900),
            "{time:?}"
        );
        assert!(
            got.starts_with(b"HTTP/1.1 408 "),
            "{}",
            String::from_utf8_lossy(&got)
        );
    }
    assert_eq!(bot.sink.entered.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn an_idle_connection_has_its_own_longer_deadline() {
    let bot = start(Kept::new(Taken::Stored), short()).await;
    let mut peer = Peer::connect(bot.address).await;
    assert_eq!(peer.ask(signed(b"{}")).await.status, 200);
    assert_about(peer.closed().await, IDLE);

    // A request within that time begins it anew, and has the whole time for its header.
    let mut peer = Peer::connect(bot.address).await;
    for _ in 0..3 {
        assert_eq!(peer.ask(signed(b"{}")).await.status, 200);
        sleep(IDLE.mul_f32(0.6)).await;
    }
    peer.send("POST /webhook").await;
    assert_about(peer.closed().await, HEADER);
}

#[tokio::test]
async fn a_limit_without_end_is_no_limit() {
    let never = Duration::MAX;
    let limits = Limits {
        header: never,
        body: never,
        idle: never,
        grace: never,
        ..Limits::default()
    };
    let bot = start(
        Kept::new(Taken::Stored),
        WebhookOptions {
            limits,
            ..WebhookOptions::default()
        },
    )
    .await;
    let mut peer = Peer::connect(bot.address).await;
    let whole = signed(b"{}");
    for n in [10, whole.len() - 1, whole.len()] {
        peer.send(&whole[..n]).await;
        sleep(Duration::from_millis(50)).await;
        peer.send(&whole[n..]).await;
        assert_eq!(peer.answer().await.map(|answer| answer.status), Some(200));
    }
    bot.stop.stop();
    assert_eq!(
        bot.end.await.expect("serving does not panic"),
        Drained { unfinished: 0 }
    );
}

#[tokio::test]
async fn a_slow_sink_is_not_a_slow_peer() {
    let sink = Kept::shut(Taken::Stored);
    let bot = start(Arc::clone(&sink), short()).await;
    let mut peer = Peer::connect(bot.address).await;
    peer.send(signed(b"{}")).await;
    sleep(IDLE + HEADER).await;
    sink.gate.add_permits(1);
    assert_eq!(peer.answer().await.map(|answer| answer.status), Some(200));
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_cut() {
    let limits = short().limits;
    let router = Router::new().route("/large", any(async || "x".repeat(32 << 20)));
    let server = Server::bind("127.0.0.1:0").await.expect("port 0 is free");
    let (address, stop) = (server.local_addr(), server.stop_handle());
    let end = tokio::spawn(server.serve(router, limits, std::future::pending()));
    let mut peer = Peer::connect(address).await;
    peer.send(request("GET", "/large", &[], b"")).await;
    sleep(IDLE * 2).await;
    stop.stop();
    let drained = timeout(Duration::from_secs(1), end)
        .await
        .expect("nothing is left to wait for");
    assert_eq!(drained.expect("serving does not panic").unfinished, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn good_traffic_flows_past_slow_peers() {
    let bot = start(Kept::new(Taken::Stored), short()).await;
    let mut slow = Vec::new();
    for n in 0..200 {
        let mut peer = Peer::connect(bot.address).await;
        match n % 3 {
            0 => peer.send("POST /webhook HTTP/1.1\r\nhost").await,
            1 => peer.send(&signed(b"{\"a\":1}")[..120]).await,
            _ => {}
        }
        slow.push(peer);
    }
    let mut good = Peer::connect(bot.address).await;
    let (start, mut answered, mut worst) = (Instant::now(), 0, Duration::ZERO);
    while start.elapsed() < BODY * 2 {
        let sent = Instant::now();
        assert_eq!(good.ask(signed(b"{}")).await.status, 200);
        (answered, worst) = (answered + 1, worst.max(sent.elapsed()));
    }
    assert_eq!(bot.sink.count(), answered);
    assert!(
        answered > 50 && worst < Duration::from_millis(500),
        "{answered} answers, the slowest {worst:?}"
    );
    for peer in &mut slow {
        assert!(peer.closed().await < HEADER);
    }
}

/// The defaults themselves, with a byte trickled each second; takes a minute.
#[tokio::test]
async fn the_default_deadlines_are_5_10_and_60_seconds() {
    let bot = start(Kept::new(Taken::Stored), WebhookOptions::default()).await;
    let whole = signed(&[b'x'; 100]);
    let open = async |already: &[u8]| {
        let mut peer = Peer::connect(bot.address).await;
        peer.send(already).await;
        peer
    };
    let time = async |mut peer: Peer, bytes: &[u8]| {
        let start = Instant::now();
        for byte in bytes {
            let mut scratch = [0; 512];
            match timeout(Duration::from_secs(1), peer.0.read(&mut scratch)).await {
                Ok(_) => return start.elapsed().as_secs_f32(),
                Err(_) => peer.send([*byte]).await,
            }
        }
        timeout(Duration::from_secs(70), peer.0.read_u8())
            .await
            .expect("it is closed")
            .ok();
        start.elapsed().as_secs_f32()
    };
    let mut idle = Peer::connect(bot.address).await;
    assert_eq!(idle.ask(signed(b"{}")).await.status, 200);
    let (silent, head, trickled_head, body, trickled_body, idle) = tokio::join!(
        time(open(b"").await, b""),
        time(open(b"POST /webhook HTTP/1.1\r\nhost").await, b""),
        time(open(b"POST /webhook HTTP/1.1\r\nhost").await, &[b'x'; 30]),
        time(open(&whole[..whole.len() - 60]).await, b""),
        time(open(&whole[..whole.len() - 60]).await, &[b'x'; 30]),
        time(idle, b""),
    );
    let expected = [5.0, 5.0, 5.0, 10.0, 10.0, 60.0];
    for (time, expected) in [silent, head, trickled_head, body, trickled_body, idle]
        .into_iter()
        .zip(expected)
    {
        println!("closed or answered after {time:.2} s, expected {expected} s");
        assert!((expected - 0.1..expected + 3.0).contains(&time));
    }
}
