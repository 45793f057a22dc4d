use std::{
    sync::Arc,
    time::{Duration, Instant as RealInstant},
};

use super::*;
use crate::{
    event::Channel,
    message::{Action, Message, Recipient},
    store::{Appended, NewRow, StoredEvent},
};

fn event(person: &str, key: u8) -> NewEvent {
    let conversation = Conversation {
        object: Object::Page,
        page: "1".into(),
        person: Some(person.into()),
    };
    let event = StoredEvent {
        channel: Channel::Messaging,
        field: None,
        json: format!("{{\"key\":{key}}}").into(),
    };
    NewEvent {
        conversation,
        key: [key; 16],
        event,
        opens: None,
        echoes: None,
    }
}

fn turn(claim: &Claim, rows: &[&str]) -> Turn {
    let row = |key: &&str| NewRow {
        key: (*key).into(),
        to: Recipient::Id("2".into()),
        action: Action::from(Message::text(*key)),
    };
    Turn {
        lease: claim.lease.clone(),
        state: None,
        rows: rows.iter().map(row).collect(),
        timers: Vec::new(),
        unreadable: Vec::new(),
        failed: None,
        send: false,
    }
}

async fn append(store: &MemoryStore, events: Vec<NewEvent>) -> Result<Vec<Appended>, StoreError> {
    store.append(events, 0).await.map(|accepted| accepted.events)
}

async fn claim_one(store: &MemoryStore) -> Claim {
    store.claim(1, false).await.expect("memory").pop().expect("one")
}

#[tokio::test(start_paused = true)]
async fn a_known_key_is_a_duplicate_until_the_window_has_passed() {
    use Appended::{Duplicate, Fresh};
    let store = MemoryStore::new().duplicate_window(2);
    let kept = append(&store, vec![event("a", 1), event("a", 1), event("a", 2)]).await;
    assert_eq!(kept, Ok(vec![Fresh, Duplicate, Fresh]));
    assert_eq!(append(&store, vec![event("a", 3)]).await, Ok(vec![Fresh]));
    let again = append(&store, vec![event("a", 1)]).await;
    assert_eq!(again, Ok(vec![Fresh]), "1 has left the window");
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses_and_keeps_nothing() {
    let store = MemoryStore::new().queue_bound(2);
    append(&store, vec![event("a", 1), event("a", 2)])
        .await
        .expect("room for two");
    assert_eq!(append(&store, vec![event("a", 3)]).await, Err(StoreError::Full));
    assert_eq!(store.ready().await, Err(StoreError::Full));
    let claim = claim_one(&store).await;
    store.commit(turn(&claim, &[])).await.expect("commit");
    store.ready().await.expect("room for one");
    let kept = append(&store, vec![event("a", 3)]).await;
    assert_eq!(kept, Ok(vec![Appended::Fresh]), "it was not kept before");
}

#[tokio::test(start_paused = true)]
async fn a_full_outbox_refuses_all_but_turns() {
    let store = MemoryStore::new().queue_bound(2);
    append(&store, vec![event("a", 1)]).await.expect("append");
    let claim = claim_one(&store).await;
    let enqueue = |key: &str, lease: Option<Lease>| Enqueue {
        conversation: Arc::clone(&claim.lease.conversation),
        rows: turn(&claim, &[key]).rows,
        turn: lease,
        once: None,
    };
    for key in ["1", "2", "3", "4"] {
        store.ready().await.expect("room");
        store.enqueue(enqueue(key, None)).await.expect("room");
    }
    assert_eq!(store.ready().await, Err(StoreError::Full));
    assert_eq!(append(&store, vec![event("b", 2)]).await, Err(StoreError::Full));
    assert_eq!(store.enqueue(enqueue("5", None)).await, Err(StoreError::Full));
    let of_turn = enqueue("6", Some(claim.lease.clone()));
    assert_eq!(store.enqueue(of_turn).await, Ok(vec![Enqueued::Waiting]));
    store.commit(turn(&claim, &["7"])).await.expect("never refused");
    let mut next = store.claim_outbox(1).await.expect("claim").pop();
    for _ in 0..3 {
        let row = next.expect("a row");
        next = store.settle(row, Settlement::Done).await.expect("settle").next;
    }
    let rows = store.backlog().await.expect("backlog").rows;
    assert_eq!(rows, 3);
    store.ready().await.expect("room again");
}

#[tokio::test(start_paused = true)]
async fn a_quiet_conversation_takes_no_memory() {
    let store = MemoryStore::new();
    append(&store, vec![event("a", 1)]).await.expect("append");
    let claim = claim_one(&store).await;
    store.commit(turn(&claim, &["1", "2"])).await.expect("commit");
    let row = store.claim_outbox(1).await.expect("claim").pop().expect("a row");
    let next = store.settle(row, Settlement::Done).await.expect("settle").next;
    let doubtful = Settlement::Doubtful(Duration::from_secs(5));
    store
        .settle(next.expect("the second row"), doubtful)
        .await
        .expect("settle");
    let echo = NewEvent {
        echoes: Some("2".into()),
        ..event("a", 2)
    };
    store.append(vec![echo], 0).await.expect("append");
    let claim = claim_one(&store).await;
    store.commit(turn(&claim, &[])).await.expect("commit");
    // A conversation whose last row left by its echo is forgotten when the sender comes by.
    let nothing = tokio::time::timeout(Duration::from_millis(20), store.claim_outbox(1)).await;
    assert!(nothing.is_err());
    assert!(store.lock().conversations.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_one_who_waits_leaves_wakes_the_next() {
    let store = MemoryStore::new();
    let claims = async {
        let both = tokio::join!(store.claim(1, false), store.claim(1, false));
        both.0.expect("memory").len() + both.1.expect("memory").len()
    };
    let waiting = tokio::time::timeout(Duration::from_secs(1), claims);
    let (claims, appended) = tokio::join!(waiting, append(&store, vec![event("a", 1), event("b", 2)]));
    appended.expect("append");
    assert_eq!(claims, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn a_long_outbox_costs_no_more_for_each_row() {
    let store = MemoryStore::new().queue_bound(50_000);
    let started = RealInstant::now();
    for number in 0..100_000 {
        let enqueue = Enqueue {
            conversation: Arc::new(event("a", 1).conversation),
            rows: vec![NewRow {
                key: number.to_string().into(),
                to: Recipient::Id("2".into()),
                action: Action::from(Message::text("hi")),
            }],
            turn: None,
            once: None,
        };
        store.enqueue(enqueue).await.expect("enqueue");
    }
    // A scan of all rows for each takes minutes.
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(store.backlog().await.expect("backlog").rows, 100_000);
}

#[cfg(feature = "conformance")]
mod conformance {
    use super::super::{Instant, MemoryStore};
    use crate::store::{
        Enqueued,
        conformance::{self, Bench, Options},
        memory::slot::Outbox,
    };
    use std::{sync::Arc, time::Duration};

    /// The store, and what a crash would leave of it on a disk.
    pub(crate) struct InMemory {
        pub(crate) survives: bool,
    }

    impl Bench for InMemory {
        type Store = MemoryStore;

        async fn fresh(&self) -> MemoryStore {
            MemoryStore::new()
        }

        async fn bounded(&self, events: usize) -> Option<MemoryStore> {
            Some(MemoryStore::new().queue_bound(events))
        }

        async fn reopen(&self, store: MemoryStore) -> Option<MemoryStore> {
            self.survives.then(|| {
                crash(&store);
                store
            })
        }
    }

    fn crash(store: &MemoryStore) {
        let mut guard = store.lock();
        let inner = &mut *guard;
        let names: Vec<_> = inner.conversations.keys().cloned().collect();
        for name in names {
            let number = inner.number();
            let Some(slot) = inner.conversations.get_mut(&name) else {
                continue;
            };
            if std::mem::take(&mut slot.leased) {
                let queue = if slot.is_suspect() {
                    &mut inner.suspects
                } else {
                    &mut inner.claimable
                };
                queue.push_back(Arc::clone(&name));
            }
            match slot.outbox_is {
                Outbox::InFlight { echoed: true, .. } => {
                    slot.pop_row(Enqueued::Sent);
                    inner.rows -= 1;
                    slot.outbox_is = Outbox::Queued;
                    inner.sendable.push_back(Arc::clone(&name));
                }
                Outbox::InFlight { .. } => {
                    slot.outbox.front_mut().expect("it is in flight").doubts += 1;
                    let due = (Instant::now() + Duration::from_secs(10), number);
                    slot.outbox_is = Outbox::Waiting { due };
                    inner.delayed.insert(due, Arc::clone(&name));
                }
                Outbox::Idle | Outbox::Queued | Outbox::Waiting { .. } => {}
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_keeps_the_contract() {
        for survives in [false, true] {
            conformance::run(InMemory { survives }, Options::default())
                .await
                .assert();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn its_histories_are_those_of_the_model() {
        for survives in [false, true] {
            let report = conformance::histories(InMemory { survives }, Options::default(), 5_000, 1).await;
            report.assert();
            assert_eq!(report.passed.len(), 5_000);
        }
    }
}
