//! The store in PostgreSQL, on a real server.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use messenger_runtime::{
    event::{Channel, Object},
    message::{Action, Recipient},
    store::{
        Appended, Cause, Claim, Conversation, DeadKind, DeadLetters, Enqueue, Enqueued, EventKey, Lease,
        NewEvent, NewRow, OpenError, PostgresStore, Replayed, Settlement, StateChange, Store, StoreError,
        StoredEvent, TimerChange, Turn,
    },
};
use messenger_tests::PostgresServer;
use tokio::time::{sleep, timeout};

/// One cluster for the tests that run at the same time.
fn server(test: &str) -> Option<Arc<PostgresServer>> {
    static SHARED: Mutex<Weak<PostgresServer>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = shared.upgrade() {
        return Some(server);
    }
    let server = Arc::new(PostgresServer::for_test(test)?);
    *shared = Arc::downgrade(&server);
    Some(server)
}

macro_rules! server_or_return {
    ($test:literal) => {
        match server($test) {
            Some(server) => server,
            None => return,
        }
    };
}

async fn open(server: &PostgresServer, schema: &str) -> PostgresStore {
    PostgresStore::at(server.url())
        .schema(schema)
        .connect()
        .await
        .expect("the store opens")
}

fn person(id: &str) -> Conversation {
    Conversation {
        object: Object::Page,
        page: "1".into(),
        person: Some(id.into()),
    }
}

fn key(number: u64) -> EventKey {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&number.to_le_bytes());
    key
}

fn event(who: &str, number: u64) -> NewEvent {
    NewEvent {
        conversation: person(who),
        key: key(number),
        event: StoredEvent {
            channel: Channel::Messaging,
            field: None,
            json: format!("{{\"n\":{number},\"nul\":\"\\u0000\"}}").into(),
        },
        opens: None,
        echoes: None,
    }
}

fn row(key: &str) -> NewRow {
    NewRow {
        key: key.into(),
        to: Recipient::Id("2".to_owned()),
        action: action(key),
    }
}

fn action(key: &str) -> Action {
    serde_json::from_value(serde_json::json!({ "take_thread_control": { "metadata": key } }))
        .expect("it is an action")
}

fn turn(lease: Lease) -> Turn {
    Turn {
        lease,
        state: None,
        rows: Vec::new(),
        timers: Vec::new(),
        unreadable: Vec::new(),
        failed: None,
        send: false,
    }
}

async fn one_claim(store: &PostgresStore) -> Claim {
    let mut claims = timeout(Duration::from_secs(20), store.claim(1, true))
        .await
        .expect("something becomes claimable")
        .expect("the server answers");
    claims.pop().expect("a claim is never empty")
}

#[tokio::test]
async fn an_event_goes_all_the_way() {
    let server = server_or_return!("an_event_goes_all_the_way");
    let store = open(&server, &server.schema()).await;
    let accepted = store
        .append(vec![event("a", 1), event("a", 2), event("a", 1)], 1)
        .await
        .unwrap();
    assert_eq!(
        accepted.events,
        [Appended::Fresh, Appended::Fresh, Appended::Duplicate]
    );
    let claim = accepted
        .claims
        .into_iter()
        .next()
        .expect("the idle conversation is leased");
    assert_eq!((claim.key, claim.claims), (key(1), 1));
    let first = Turn {
        state: Some(StateChange::Set(Arc::from(&b"{}"[..]))),
        rows: vec![row("r1"), row("r2")],
        send: true,
        ..turn(claim.lease)
    };
    let committed = store.commit(first).await.unwrap();
    let next = committed.next.expect("the second event follows");
    assert_eq!((next.key, next.claims), (key(2), 1));
    assert_eq!(next.state.as_deref(), Some(&b"{}"[..]));
    let sent = committed.row.expect("the first row is leased");
    assert_eq!(&*sent.new.key, "r1");
    let settled = store.settle(sent, Settlement::Done).await.unwrap();
    let second = settled.next.expect("the second row follows");
    assert_eq!(&*second.new.key, "r2");
    assert!(
        store
            .settle(second, Settlement::Done)
            .await
            .unwrap()
            .next
            .is_none()
    );
    assert!(store.commit(turn(next.lease)).await.unwrap().next.is_none());
    assert!(store.backlog().await.unwrap().is_empty());
    store.close().await.unwrap();
}
