//! The connection cap and the stop.

use tokio::time::sleep;

use super::*;

fn limits(change: impl FnOnce(&mut Limits)) -> WebhookOptions {
    let mut options = WebhookOptions::default();
    change(&mut options.limits);
    options
}

#[tokio::test]
async fn at_the_cap_a_connection_waits_and_is_not_dropped() {
    let options = limits(|limits| limits.connections = 2);
    let bot = start(Kept::new(Taken::Stored), options).await;
    let mut first = Peer::connect(bot.address).await;
    assert!(!first.ask(signed(b"1")).await.has("connection: close"));
    let second = Peer::connect(bot.address).await;
    let mut third = Peer::connect(bot.address).await;
    third.send(signed(b"3")).await;
    assert!(
        timeout(Duration::from_millis(300), third.answer()).await.is_err(),
        "two are open already"
    );
    // The next answer on an open connection makes room for the one that waits.
    assert!(first.ask(signed(b"2")).await.has("connection: close"));
    assert_eq!(third.answer().await.map(|answer| answer.status), Some(200));
    drop(second);
    assert_eq!(bot.sink.count(), 3);
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way_and_closes_what_is_idle() {
    let sink = Kept::shut(Taken::Stored);
    let bot = start(Arc::clone(&sink), WebhookOptions::default()).await;
    let mut idle = Peer::connect(bot.address).await;
    assert_eq!(idle.ask(signed(b"")).await.status, 400);
    let mut busy = Peer::connect(bot.address).await;
    busy.send(signed(b"{}")).await;
    let mut sending = Peer::connect(bot.address).await;
    let late = signed(b"{\"late\":1}");
    sending.send(&late[..late.len() - 4]).await;
    until(|| sink.entered.load(Ordering::SeqCst) == 1).await;

    bot.stop.stop();
    assert!(idle.closed().await < Duration::from_secs(1));
    sleep(Duration::from_millis(100)).await;
    assert!(
        TcpStream::connect(bot.address).await.is_err(),
        "the port is closed"
    );
    assert!(!bot.end.is_finished());
    sending.send(&late[late.len() - 4..]).await;
    sink.gate.add_permits(2);
    for peer in [&mut busy, &mut sending] {
        let answer = peer.answer().await.expect("it is answered");
        assert_eq!((answer.status, answer.has("connection: close")), (200, true));
    }
    assert_eq!(
        bot.end.await.expect("serving does not panic"),
        Drained { unfinished: 0 }
    );
    assert_eq!(sink.count(), 2);
}

#[tokio::test]
async fn what_does_not_finish_is_cut_after_the_grace() {
    let sink = Kept::shut(Taken::Stored);
    let options = limits(|limits| limits.grace = Duration::from_millis(300));
    let bot = start(Arc::clone(&sink), options).await;
    let mut busy = Peer::connect(bot.address).await;
    busy.send(signed(b"{}")).await;
    until(|| sink.entered.load(Ordering::SeqCst) == 1).await;
    let start = Instant::now();
    bot.stop.stop();
    assert_eq!(
        bot.end.await.expect("serving does not panic"),
        Drained { unfinished: 1 }
    );
    assert!((Duration::from_millis(290)..Duration::from_secs(2)).contains(&start.elapsed()));
    assert!(busy.answer().await.is_none());
}

#[tokio::test]
async fn dropping_the_server_cuts_everything() {
    let sink = Kept::shut(Taken::Stored);
    let bot = start(Arc::clone(&sink), WebhookOptions::default()).await;
    let mut busy = Peer::connect(bot.address).await;
    busy.send(signed(b"{}")).await;
    until(|| sink.entered.load(Ordering::SeqCst) == 1).await;
    bot.end.abort();
    assert!(busy.closed().await < Duration::from_secs(2));
}

/// Every request that was sent in full before the port closed is answered, on connections old and new.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_under_load_loses_nothing_that_was_answered_200() {
    let bot = start(Kept::new(Taken::Stored), WebhookOptions::default()).await;
    let mut peers = Vec::new();
    for keep_alive in [true, false].repeat(8) {
        let address = bot.address;
        peers.push(tokio::spawn(async move {
            let (mut acknowledged, mut resets) = (0, 0);
            'connections: while let Ok(stream) = TcpStream::connect(address).await {
                let mut peer = Peer(stream);
                for n in 0.. {
                    if peer.0.write_all(&signed(b"{}")).await.is_err() {
                        resets += u32::from(n == 0);
                        continue 'connections;
                    }
                    let Some(answer) = peer.answer().await else {
                        resets += u32::from(n == 0);
                        continue 'connections;
                    };
                    assert_eq!(answer.status, 200);
                    acknowledged += 1;
                    if !keep_alive || answer.has("connection: close") {
                        continue 'connections;
                    }
                }
            }
            (acknowledged, resets)
        }));
    }
    until(|| bot.sink.count() > 500).await;
    bot.stop.stop();
    let drained = bot.end.await.expect("serving does not panic");
    let (mut acknowledged, mut resets) = (0, 0);
    for peer in peers {
        let (of_peer, reset) = peer.await.expect("the peers do not panic");
        (acknowledged, resets) = (acknowledged + of_peer, resets + reset);
    }
    assert_eq!(drained, Drained { unfinished: 0 });
    assert!(bot.sink.count() >= acknowledged && acknowledged > 500);
    assert!(
        resets <= 1,
        "{resets} new connections were reset although their request had been sent"
    );
}

#[tokio::test]
async fn a_taken_address_is_said_so() {
    let first = Server::bind("127.0.0.1:0").await.expect("port 0 is free");
    let error = Server::bind(first.local_addr())
        .await
        .expect_err("the address is taken")
        .to_string();
    assert!(
        error.starts_with(&format!("MSG464: cannot listen on {}: ", first.local_addr())),
        "{error}"
    );
}
