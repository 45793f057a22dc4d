use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use proptest::prelude::*;

use super::*;
use crate::{
    event::{Channel, Object},
    message::{Action, Message, Recipient},
    store::StoredEvent,
};

fn conversation(person: &str) -> Conversation {
    Conversation {
        object: Object::Page,
        page: "1".into(),
        person: Some(person.into()),
    }
}

fn event(person: &str, key: u8) -> NewEvent {
    let event = StoredEvent {
        channel: Channel::Messaging,
        field: None,
        json: format!("{{\"key\":{key}}}").into(),
    };
    NewEvent {
        conversation: conversation(person),
        key: [key; 16],
        event,
    }
}

fn row(key: &str) -> NewRow {
    NewRow {
        key: key.into(),
        to: Recipient::Id("2".into()),
        action: Action::from(Message::text(key)),
    }
}

fn turn(lease: &Lease, rows: &[&str]) -> Turn {
    Turn {
        lease: lease.clone(),
        state: None,
        rows: rows.iter().map(|key| row(key)).collect(),
        send: false,
    }
}

async fn append(store: &MemoryStore, events: Vec<NewEvent>) -> Result<Vec<Appended>, StoreError> {
    store.append(events, 0).await.map(|accepted| accepted.events)
}

async fn commit(store: &MemoryStore, turn: Turn) -> Result<Option<Claim>, StoreError> {
    store.commit(turn).await.map(|committed| committed.next)
}

async fn claim_one(store: &MemoryStore) -> Claim {
    store.claim(1).await.expect("memory").pop().expect("one")
}

async fn nothing_to_claim(store: &MemoryStore) -> bool {
    tokio::time::timeout(Duration::from_millis(20), store.claim(1))
        .await
        .is_err()
}

#[tokio::test(start_paused = true)]
async fn a_known_key_is_a_duplicate_until_the_window_has_passed() {
    let store = MemoryStore::new().duplicate_window(2);
    let kept = append(&store, vec![event("a", 1), event("a", 1), event("a", 2)]).await;
    assert_eq!(
        kept,
        Ok(vec![Appended::Fresh, Appended::Duplicate, Appended::Fresh])
    );
    assert_eq!(
        append(&store, vec![event("a", 3)]).await,
        Ok(vec![Appended::Fresh])
    );
    assert_eq!(
        append(&store, vec![event("a", 1)]).await,
        Ok(vec![Appended::Fresh]),
        "1 has left the window"
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses_and_keeps_nothing() {
    let store = MemoryStore::new().queue_bound(2);
    append(&store, vec![event("a", 1), event("a", 2)])
        .await
        .expect("room for two");
    assert_eq!(append(&store, vec![event("a", 3)]).await, Err(StoreError::Full));
    let claim = claim_one(&store).await;
    commit(&store, turn(&claim.lease, &[])).await.expect("commit");
    assert_eq!(
        append(&store, vec![event("a", 3)]).await,
        Ok(vec![Appended::Fresh]),
        "it was not kept before"
    );
}

#[tokio::test(start_paused = true)]
async fn one_worker_has_a_conversation_and_gets_its_events_in_order() {
    let store = MemoryStore::new();
    append(&store, vec![event("a", 1), event("a", 2)])
        .await
        .expect("append");
    let first = claim_one(&store).await;
    assert!(nothing_to_claim(&store).await, "the conversation is leased");
    let second = commit(&store, turn(&first.lease, &[]))
        .await
        .expect("commit")
        .expect("the next event");
    assert_eq!((first.key, second.key), ([1; 16], [2; 16]));
    assert_eq!(
        commit(&store, turn(&second.lease, &[]))
            .await
            .map(|next| next.is_none()),
        Ok(true)
    );
}

#[tokio::test(start_paused = true)]
async fn who_lost_the_lease_commits_nothing() {
    let store = MemoryStore::new();
    append(&store, vec![event("a", 1)]).await.expect("append");
    let old = claim_one(&store).await;
    store.release(old.lease.clone()).await.expect("release");
    let new = claim_one(&store).await;
    assert_eq!(new.claims, 2);
    assert_eq!(
        commit(&store, turn(&old.lease, &["lost"])).await.map(|_| ()),
        Err(StoreError::LeaseLost)
    );
    assert_eq!(store.backlog().await, Ok(Backlog { events: 1, rows: 0 }));
    commit(&store, turn(&new.lease, &["kept"]))
        .await
        .expect("the holder commits");
    assert_eq!(store.backlog().await, Ok(Backlog { events: 0, rows: 1 }));
}

#[tokio::test(start_paused = true)]
async fn state_is_given_with_the_next_claim() {
    let store = MemoryStore::new();
    append(&store, vec![event("a", 1), event("a", 2)])
        .await
        .expect("append");
    let claim = claim_one(&store).await;
    assert!(claim.state.is_none());
    let set = Turn {
        state: Some(StateChange::Set(Arc::from(*b"kept"))),
        ..turn(&claim.lease, &[])
    };
    let next = commit(&store, set)
        .await
        .expect("commit")
        .expect("the next event");
    assert_eq!(next.state.as_deref(), Some(&b"kept"[..]));
}

#[tokio::test(start_paused = true)]
async fn rows_leave_in_order_one_at_a_time() {
    let store = MemoryStore::new();
    let ann = Arc::new(conversation("a"));
    store
        .enqueue(Arc::clone(&ann), vec![row("1"), row("2"), row("1")])
        .await
        .expect("enqueue");
    let first = store.claim_outbox(5).await.expect("claim").pop().expect("a row");
    assert_eq!(&*first.new.key, "1");
    let wait = tokio::time::timeout(Duration::from_millis(20), store.claim_outbox(5)).await;
    assert!(wait.is_err(), "one is in flight");
    let second = store
        .settle(first, Settlement::Done)
        .await
        .expect("settle")
        .next
        .expect("the next row");
    assert_eq!(&*second.new.key, "2");
    assert!(
        store
            .settle(second, Settlement::Done)
            .await
            .expect("settle")
            .next
            .is_none(),
        "the key 1 came once"
    );
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_and_holds_up_those_behind_it() {
    let store = MemoryStore::new();
    let ann = Arc::new(conversation("a"));
    store
        .enqueue(Arc::clone(&ann), vec![row("1"), row("2")])
        .await
        .expect("enqueue");
    let first = store.claim_outbox(1).await.expect("claim").pop().expect("a row");
    let started = Instant::now();
    assert!(
        store
            .settle(first, Settlement::Retry(Duration::from_secs(5)))
            .await
            .expect("settle")
            .next
            .is_none()
    );
    let again = store.claim_outbox(1).await.expect("claim").pop().expect("a row");
    assert_eq!(
        (&*again.new.key, again.attempts, started.elapsed().as_secs()),
        ("1", 1, 5)
    );
}

#[tokio::test(start_paused = true)]
async fn a_row_that_is_postponed_waits_as_well_and_was_not_tried() {
    let store = MemoryStore::new();
    let ann = Arc::new(conversation("a"));
    store
        .enqueue(Arc::clone(&ann), vec![row("1"), row("2")])
        .await
        .expect("enqueue");
    let started = Instant::now();
    for seconds in [0, 5, 10] {
        let first = store.claim_outbox(1).await.expect("claim").pop().expect("a row");
        assert_eq!((&*first.new.key, first.attempts, first.doubts), ("1", 0, 0));
        assert_eq!(started.elapsed().as_secs(), seconds);
        let settled = store
            .settle(first, Settlement::Postponed(Duration::from_secs(5)))
            .await
            .expect("settle");
        assert!(settled.next.is_none(), "the rows behind it wait");
    }
}

#[tokio::test(start_paused = true)]
async fn an_echo_settles_only_a_row_in_doubt() {
    let store = MemoryStore::new();
    let ann = Arc::new(conversation("a"));
    store
        .enqueue(Arc::clone(&ann), vec![row("1"), row("2")])
        .await
        .expect("enqueue");
    assert_eq!(store.settle_echo(&ann, "1").await, Ok(false), "not in doubt");
    let first = store.claim_outbox(1).await.expect("claim").pop().expect("a row");
    store
        .settle(first, Settlement::Doubtful(Duration::from_secs(5)))
        .await
        .expect("settle");
    assert_eq!(
        store.settle_echo(&ann, "2").await,
        Ok(false),
        "another row's echo"
    );
    assert_eq!(store.settle_echo(&ann, "1").await, Ok(true));
    let next = store.claim_outbox(1).await.expect("claim").pop().expect("a row");
    assert_eq!(&*next.new.key, "2");
}

#[tokio::test(start_paused = true)]
async fn who_appends_gets_leases_and_leaves_the_others() {
    let store = MemoryStore::new();
    let events = vec![event("a", 1), event("b", 2), event("a", 3), event("c", 4)];
    let accepted = store.append(events, 2).await.expect("append");
    assert_eq!(
        accepted
            .claims
            .iter()
            .map(|claim| claim.key[0])
            .collect::<Vec<_>>(),
        [1, 2]
    );
    let more = store.append(vec![event("a", 5)], 2).await.expect("append");
    assert_eq!(
        more.claims.iter().map(|claim| claim.key[0]).collect::<Vec<_>>(),
        [4],
        "a is leased, c was waiting"
    );
    assert!(nothing_to_claim(&store).await);
    let next = commit(&store, turn(&accepted.claims[0].lease, &[]))
        .await
        .expect("commit")
        .expect("the next event");
    assert_eq!(next.key, [3; 16]);
}

#[tokio::test(start_paused = true)]
async fn who_commits_sends_the_first_row_of_an_idle_outbox() {
    let store = MemoryStore::new();
    let accepted = store
        .append(vec![event("a", 1), event("a", 2)], 1)
        .await
        .expect("append");
    let send = |lease: &Lease, rows: &[&str]| Turn {
        send: true,
        ..turn(lease, rows)
    };
    let lease = &accepted.claims[0].lease;
    let first = store.commit(send(lease, &["1", "2"])).await.expect("commit");
    let row = first.row.expect("the outbox was idle");
    assert_eq!(&*row.new.key, "1");
    let second = store.commit(send(lease, &["3"])).await.expect("commit");
    assert!(second.row.is_none(), "1 is in flight");
    let wait = tokio::time::timeout(Duration::from_millis(20), store.claim_outbox(5)).await;
    assert!(wait.is_err(), "1 is in flight");
    let row = store
        .settle(row, Settlement::Done)
        .await
        .expect("settle")
        .next
        .expect("the next row");
    let last = store
        .settle(row, Settlement::Done)
        .await
        .expect("settle")
        .next
        .expect("the next row");
    assert_eq!(&*last.new.key, "3");
    assert!(
        store
            .settle(last, Settlement::Done)
            .await
            .expect("settle")
            .next
            .is_none()
    );
    assert_eq!(store.backlog().await, Ok(Backlog::default()));
}

#[tokio::test(start_paused = true)]
async fn a_late_echo_settles_a_row_that_was_once_in_doubt() {
    let store = MemoryStore::new();
    let ann = Arc::new(conversation("a"));
    store
        .enqueue(Arc::clone(&ann), vec![row("1"), row("2")])
        .await
        .expect("enqueue");
    for settlement in [
        Settlement::Doubtful(Duration::from_secs(5)),
        Settlement::Retry(Duration::from_secs(5)),
    ] {
        let first = store.claim_outbox(1).await.expect("claim").pop().expect("a row");
        assert_eq!(&*first.new.key, "1");
        store.settle(first, settlement).await.expect("settle");
    }
    assert_eq!(store.settle_echo(&ann, "1").await, Ok(true));
    let next = store.claim_outbox(1).await.expect("claim").pop().expect("a row");
    assert_eq!((&*next.new.key, next.attempts, next.doubts), ("2", 0, 0));
    store
        .settle(next, Settlement::Doubtful(Duration::ZERO))
        .await
        .expect("settle");
    assert_eq!(store.settle_echo(&ann, "2").await, Ok(true));
    let nothing = tokio::time::timeout(Duration::from_millis(20), store.claim_outbox(1)).await;
    assert!(nothing.is_err());
    assert!(store.lock().conversations.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_quiet_conversation_takes_no_memory() {
    let store = MemoryStore::new();
    append(&store, vec![event("a", 1)]).await.expect("append");
    let claim = claim_one(&store).await;
    commit(&store, turn(&claim.lease, &["1"])).await.expect("commit");
    let row = store.claim_outbox(1).await.expect("claim").pop().expect("a row");
    store.settle(row, Settlement::Done).await.expect("settle");
    assert!(store.lock().conversations.is_empty());
}

proptest! {
    /// Whatever the mixture, each person's events come once each and in their order.
    #[test]
    fn every_event_once_and_in_order(events in prop::collection::vec((0..3_u8, 0..40_u8), 0..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("runtime");
        runtime.block_on(async {
            let store = MemoryStore::new();
            let mut expected: HashMap<String, Vec<u8>> = HashMap::new();
            let mut seen = HashSet::new();
            for (person, key) in &events {
                let person = person.to_string();
                if seen.insert(*key) {
                    expected.entry(person.clone()).or_default().push(*key);
                }
                append(&store, vec![event(&person, *key)]).await.expect("append");
            }
            let mut handled: HashMap<String, Vec<u8>> = HashMap::new();
            while store.backlog().await.expect("backlog").events > 0 {
                let mut next = Some(claim_one(&store).await);
                while let Some(claim) = next {
                    let person = claim.lease.conversation.person.clone().expect("a person").into_string();
                    handled.entry(person).or_default().push(claim.key[0]);
                    next = commit(&store, turn(&claim.lease, &[])).await.expect("commit");
                }
            }
            assert_eq!(handled, expected);
        });
    }
}
