//! Rows that end in an unusual way, against a store.

use std::sync::atomic::AtomicUsize;

use tokio::time::timeout;

use super::*;
use crate::{
    SystemClock,
    event::Channel,
    store::{MemoryStore, NewEvent, StoredEvent},
};

/// Gives its token so often, then panics.
#[derive(Debug)]
struct Moody(AtomicUsize);

impl Provider for Moody {
    fn app_secrets(&self) -> Arc<[AppSecret]> {
        Arc::default()
    }

    fn verify_token(&self) -> SecretString {
        SecretString::default()
    }

    fn app_id(&self) -> Option<Arc<str>> {
        None
    }

    fn access_token(&self, _: &str) -> Option<SecretString> {
        let left = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        assert!(left.is_ok(), "on purpose");
        Some(SecretString::from("token"))
    }

    fn serves(&self, _: &str) -> bool {
        true
    }
}

/// The way out over a store with the rows `a` and `b`. The first is leased, and its echo has come.
async fn with_an_echoed_row(tokens: usize) -> (Outgoing, Arc<MemoryStore>, Row) {
    let (store, whose) = (Arc::new(MemoryStore::new()), conversation("1"));
    let rows = ["a", "b"].map(|key| NewRow {
        key: key.into(),
        ..(*row(OLD_ROW, 0, 0).new).clone()
    });
    let enqueue = Enqueue {
        conversation: Arc::new(whose.clone()),
        rows: rows.into(),
        turn: None,
        once: None,
    };
    store.enqueue(enqueue).await.expect("memory has room");
    let first = store.claim_outbox(1).await.expect("memory can be read").remove(0);
    let echo = NewEvent {
        conversation: whose,
        key: [0; 16],
        event: StoredEvent {
            channel: Channel::Messaging,
            field: None,
            json: "{}".into(),
        },
        opens: None,
        echoes: Some("a".into()),
    };
    store.append(vec![echo], 0).await.expect("memory has room");
    let provider = Arc::new(Moody(AtomicUsize::new(tokens)));
    let settings = Settings {
        watchdog: None,
        turn_timeout: PROBE,
        typing_after: None,
        pause: PROBE,
        turns: 1,
        max_claims: 1,
        clock: Arc::new(SystemClock),
        seed: 0,
        waits: SendWaits::default(),
    };
    let counters = Arc::<Counters>::default();
    let outgoing = Outgoing::new(
        Arc::clone(&store) as Arc<dyn Store>,
        Client::builder(Arc::clone(&provider) as Arc<dyn Provider>)
            .build()
            .expect("a client"),
        provider,
        Arc::clone(&counters),
        Leases::new(None),
        Arc::new(StoreHealth::new(counters, 0)),
        &settings,
    );
    (outgoing, store, first)
}

async fn send(outgoing: &Outgoing, row: Row) {
    let held = outgoing.leases.row(&row, Instant::now());
    let place = outgoing.places.soon().await.expect("all are free");
    outgoing.send_from(row, held, place).await;
}

#[tokio::test]
async fn a_row_that_is_given_back_takes_the_one_behind_it_along() {
    let (outgoing, store, first) = with_an_echoed_row(0).await;
    outgoing.leases.close();
    send(&outgoing, first).await;
    assert_eq!(outgoing.counters.snapshot().sent, 1, "the echo told");
    let next = timeout(Duration::from_secs(5), store.claim_outbox(1)).await;
    let next = next.expect("it is not in flight").expect("memory can be read");
    assert_eq!((&*next[0].new.key, next[0].doubts), ("b", 0));
}

#[tokio::test]
async fn a_provider_that_panics_after_a_row_is_settled_does_not_keep_the_one_behind_it() {
    let (outgoing, store, first) = with_an_echoed_row(2).await;
    let died = outgoing.pages.token_of(&*outgoing.provider, "1");
    outgoing.pages.pause(
        &first.conversation,
        Reason::TokenDead,
        "dead".to_owned(),
        died,
        false,
        (std::time::SystemTime::UNIX_EPOCH, 0.5),
    );
    send(&outgoing, first).await;
    let left = store.backlog().await.expect("memory can be read");
    assert_eq!(
        (left.rows, left.dead_letters),
        (0, 1),
        "the hook's panic is its cause"
    );
}
