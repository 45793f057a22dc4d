//! Changes that are made while their answers are lost.

use std::sync::atomic::AtomicUsize;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
};

use super::*;

/// A way to the server that drops connections instead of passing an answer on, while it is told to.
pub(super) struct Proxy {
    url: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    cuts: AtomicBool,
    asked: AtomicUsize,
}

impl Proxy {
    pub(super) async fn before(server: &PostgresServer) -> Self {
        let (url, state) = (server.url(), Arc::<State>::default());
        let (_, rest) = url.split_once("@127.0.0.1:").expect("an address of this machine");
        let (port, _) = rest.split_once('/').expect("a database");
        let there = format!("127.0.0.1:{port}");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here = listener.local_addr().expect("an address").to_string();
        let through = url.replace(&there, &here);
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&there).await else {
                    continue;
                };
                let state = Arc::clone(&shared);
                tokio::spawn(async move {
                    let ((asks, hears), (answers, is_asked)) = (client.into_split(), server.into_split());
                    let asking = pass(asks, is_asked, || {
                        state.asked.fetch_add(1, Ordering::Relaxed);
                        true
                    });
                    let answering = pass(answers, hears, || !state.cuts.load(Ordering::Relaxed));
                    tokio::select! {
                        () = asking => {}
                        () = answering => {}
                    }
                });
            }
        });
        Self { url: through, state }
    }

    /// A store behind it.
    pub(super) async fn store(&self, schema: &str) -> PostgresStore {
        let options = self.options(schema);
        options.connect().await.expect("the store opens")
    }

    pub(super) fn options(&self, schema: &str) -> PostgresOptions {
        let options = PostgresStore::at(&self.url).schema(schema).listen(false);
        options.timeout(Duration::from_secs(3))
    }

    /// How often the server was asked something.
    pub(super) fn asked(&self) -> usize {
        self.state.asked.load(Ordering::Relaxed)
    }

    fn cut(&self, cuts: bool) {
        self.state.cuts.store(cuts, Ordering::Relaxed);
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, goes_on: impl Fn() -> bool) {
    let mut bytes = vec![0; 64 << 10];
    loop {
        match from.read(&mut bytes).await {
            Ok(read) if read > 0 && goes_on() => {
                if to.write_all(&bytes[..read]).await.is_err() {
                    return;
                }
            }
            _ => return,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_whose_answer_was_lost_is_a_duplicate_when_it_comes_again() {
    let server = server_or_return!("an_append_whose_answer_was_lost_is_a_duplicate_when_it_comes_again");
    let proxy = Proxy::before(&server).await;
    let store = proxy.store(&server.schema()).await;
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut number = 0;
    loop {
        assert!(Instant::now() < deadline, "no append was kept without an answer");
        number += 1;
        // A connection that knows the statement already.
        store.append(vec![event("a", number << 1)], 0).await.unwrap();
        let again = event("a", number << 1 | 1);
        proxy.cut(true);
        let lost = store.append(vec![again.clone()], 0).await.unwrap_err();
        proxy.cut(false);
        assert!(matches!(lost, StoreError::Unavailable(_)), "{lost:?}");
        let accepted = within_deadline(&store, again, deadline).await;
        if accepted == [Appended::Duplicate] {
            break;
        }
    }
    assert_eq!(store.backlog().await.unwrap().events as u64, number * 2);
}

async fn within_deadline(store: &PostgresStore, new: NewEvent, deadline: Instant) -> Vec<Appended> {
    loop {
        match store.append(vec![new.clone()], 0).await {
            Ok(accepted) => return accepted.events,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_whose_settlement_was_not_answered_goes_on_with_the_next_row() {
    let server = server_or_return!("a_send_whose_settlement_was_not_answered_goes_on_with_the_next_row");
    let (proxy, schema) = (Proxy::before(&server).await, server.schema());
    let store = proxy.store(&schema).await;
    let deadline = Instant::now() + Duration::from_secs(30);
    for number in 0.. {
        assert!(
            Instant::now() < deadline,
            "no settlement was made without an answer"
        );
        let who = format!("p{number}");
        let keys = ["first", "second", "third"].map(|key| row(&format!("{who}-{key}")));
        let queue = Enqueue {
            conversation: Arc::new(person(&who)),
            rows: keys.to_vec(),
            turn: None,
            once: None,
        };
        store.enqueue(queue).await.unwrap();
        let first = store.claim_outbox(1).await.unwrap().pop().unwrap();
        // A connection that knows the statement already.
        let second = store.settle(first, Settlement::Done).await.unwrap().next.unwrap();
        proxy.cut(true);
        let lost = store.settle(second.clone(), Settlement::Done).await.unwrap_err();
        proxy.cut(false);
        assert!(matches!(lost, StoreError::Unavailable(_)), "{lost:?}");
        let left = format!("SELECT count(*) FROM {schema}.outbox WHERE conv = 'page/1/{who}'");
        if server.sql(&left).unwrap() == "2" {
            continue;
        }
        let again = store.settle(second.clone(), Settlement::Done).await.unwrap();
        let third = again.next.expect("the row behind it, of which nobody was told");
        assert_eq!((&third.new.key, third.doubts), (&keys[2].key, 0));
        // Now somebody was.
        let again = store.settle(second.clone(), Settlement::Done).await.unwrap();
        assert!(again.next.is_none());
        assert!(
            store
                .settle(third, Settlement::Done)
                .await
                .unwrap()
                .next
                .is_none()
        );
        let late = store.settle(second, Settlement::Done).await.unwrap();
        assert!(late.next.is_none(), "nothing is left");
        assert_eq!(server.sql(&left).unwrap(), "0");
        return;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_leased_by_a_commit_that_was_not_answered_is_sent_without_a_doubt() {
    let server = server_or_return!("a_row_leased_by_a_commit_that_was_not_answered_is_sent_without_a_doubt");
    let (proxy, schema) = (Proxy::before(&server).await, server.schema());
    let store = proxy.store(&schema).await;
    let deadline = Instant::now() + Duration::from_secs(30);
    let turn_of = async |who: &str, number: u64| {
        let accepted = store.append(vec![event(who, number)], 1).await;
        let claim = accepted.unwrap().claims.pop().expect("nobody else is there");
        Turn {
            rows: vec![row(&format!("{who}-first")), row(&format!("{who}-second"))],
            send: true,
            ..turn(claim.lease)
        }
    };
    for number in 0.. {
        assert!(Instant::now() < deadline, "no commit was made without an answer");
        // A connection that knows the statements already.
        let mut sent = store
            .commit(turn_of(&format!("w{number}"), number << 1).await)
            .await
            .unwrap()
            .row;
        while let Some(row) = sent {
            sent = store.settle(row, Settlement::Done).await.unwrap().next;
        }
        let who = format!("p{number}");
        let answer = turn_of(&who, number << 1 | 1).await;
        proxy.cut(true);
        let lost = store.commit(answer).await.unwrap_err();
        proxy.cut(false);
        assert!(matches!(lost, StoreError::Unavailable(_)), "{lost:?}");
        let queued = format!("SELECT count(*) FROM {schema}.outbox WHERE conv = 'page/1/{who}'");
        if server.sql(&queued).unwrap() == "0" {
            continue;
        }
        // Long before the lease is over, of which nobody knows.
        let found = timeout(Duration::from_secs(10), store.claim_outbox(1)).await;
        let first = found.expect("it is free").unwrap().pop().unwrap();
        assert_eq!(*first.new.key, format!("{who}-first"));
        assert_eq!((first.attempts, first.doubts), (0, 0));
        // Whoever sends it now keeps it.
        sleep(Duration::from_secs(1)).await;
        let second = store.settle(first, Settlement::Done).await.unwrap().next;
        assert_eq!(
            *second.expect("it was still leased").new.key,
            format!("{who}-second")
        );
        return;
    }
}
