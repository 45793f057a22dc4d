//! The store in PostgreSQL, on a real server.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use messenger_runtime::{
    event::{Channel, Object},
    message::{Action, Recipient},
    store::{
        Appended, Cause, Claim, Conversation, DeadKind, DeadLetter, DeadLetters, Enqueue, Enqueued, EventKey,
        Lease, NewEvent, NewRow, OpenError, PostgresOptions, PostgresStore, Replayed, Settlement,
        StateChange, Store, StoreError, StoredEvent, TimerChange, Turn,
        conformance::{self, Bench, Options},
    },
};
use messenger_tests::PostgresServer;
use tokio::time::{sleep, timeout};

/// One cluster for the tests that run at the same time.
fn server(test: &str) -> Option<Arc<PostgresServer>> {
    // The guarantee that `FAILPOINTS` takes away, for as long as the process runs.
    #[cfg(feature = "fail-points")]
    if let Ok(guarantee) = std::env::var("FAILPOINTS") {
        let (name, action) = guarantee.split_once('=').expect("it is `name=action`");
        fail::cfg(name, action).expect("it is an action of a fail point");
    }
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

mod answers;
mod bounds;
mod connecting;
mod load;
mod locks;
mod restarts;
mod upkeep;

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

#[tokio::test]
async fn a_node_paused_past_its_lease_changes_nothing() {
    let server = server_or_return!("a_node_paused_past_its_lease_changes_nothing");
    let schema = server.schema();
    let short = || {
        PostgresStore::at(server.url())
            .schema(&schema)
            .lease(Duration::from_secs(1))
            .connect()
    };
    let (a, b) = (short().await.unwrap(), short().await.unwrap());
    let accepted = a.append(vec![event("a", 1)], 1).await.unwrap();
    let held = accepted.claims.into_iter().next().expect("A has it");
    // A says nothing for longer than its lease.
    let taken = one_claim(&b).await;
    assert_eq!((taken.key, taken.claims), (held.key, 2));
    let woken = Turn {
        rows: vec![row("from A")],
        state: Some(StateChange::Set(Arc::from(&b"\"A\""[..]))),
        failed: Some(Cause::new("MSG1", "none")),
        timers: vec![timer("t", Duration::ZERO, 9)],
        unreadable: vec![("x".to_owned(), Cause::new("MSG1", "none"))],
        ..turn(held.lease.clone())
    };
    assert_eq!(a.commit(woken).await.unwrap_err(), StoreError::LeaseLost);
    let chat = Enqueue {
        conversation: Arc::clone(&held.lease.conversation),
        rows: vec![row("chat of A")],
        turn: Some(held.lease.clone()),
        once: Some(key(77)),
    };
    assert_eq!(a.enqueue(chat).await.unwrap_err(), StoreError::LeaseLost);
    assert_eq!(
        a.release(held.lease.clone(), true).await.unwrap_err(),
        StoreError::LeaseLost
    );
    assert_eq!(
        a.renew(vec![held.lease.clone()], Vec::new()).await.unwrap().turns,
        [held.lease]
    );
    let dossier = b
        .dossier(&person("a"))
        .await
        .unwrap()
        .expect("the event is there");
    assert_eq!(
        (dossier.events.len(), dossier.rows.len(), dossier.timers.len()),
        (1, 0, 0)
    );
    assert!(dossier.state.is_none() && dossier.dead_letters.is_empty());

    // The same for a row.
    let rows = Turn {
        rows: vec![row("r1"), row("r2")],
        ..turn(taken.lease)
    };
    b.commit(rows).await.unwrap();
    let sent = a.claim_outbox(1).await.unwrap().pop().expect("A sends");
    let mut found = timeout(Duration::from_secs(20), b.claim_outbox(1))
        .await
        .unwrap()
        .unwrap();
    let doubtful = found.pop().expect("B finds it");
    assert_eq!(
        (&*doubtful.new.key, doubtful.attempts, doubtful.doubts),
        ("r1", 0, 1)
    );
    let late = a.settle(sent.clone(), Settlement::Done).await.unwrap();
    assert!(late.next.is_none() && !late.echoed);
    assert_eq!(
        b.backlog().await.unwrap().rows,
        2,
        "A's settlement changed nothing"
    );
    assert_eq!(a.renew(Vec::new(), vec![sent]).await.unwrap().rows.len(), 1);
    let next = b
        .settle(doubtful, Settlement::Done)
        .await
        .unwrap()
        .next
        .expect("r2 follows");
    assert_eq!((&*next.new.key, next.attempts), ("r2", 0));
}

fn timer(name: &str, after: Duration, number: u64) -> TimerChange {
    TimerChange::Set {
        name: name.into(),
        after,
        key: key(number),
        event: StoredEvent {
            channel: Channel::Timer,
            field: Some(name.into()),
            json: "{}".into(),
        },
    }
}

#[tokio::test]
async fn the_same_keys_from_three_nodes_are_kept_once() {
    let server = server_or_return!("the_same_keys_from_three_nodes_are_kept_once");
    let schema = server.schema();
    let mut stores = Vec::new();
    for _ in 0..3 {
        stores.push(Arc::new(open(&server, &schema).await));
    }
    let mut tasks = tokio::task::JoinSet::new();
    for nth in 0..60_u64 {
        let store = Arc::clone(&stores[usize::try_from(nth % 3).unwrap()]);
        tasks.spawn(async move {
            // Each key several times, in changing order and company.
            let mut numbers: Vec<u64> = (0..40).map(|n| (n * 7 + nth * 3) % 100).collect();
            if nth % 2 == 0 {
                numbers.reverse();
            }
            let events = numbers
                .iter()
                .map(|n| event(&format!("p{}", n % 10), *n))
                .collect();
            let accepted = store.append(events, 0).await.unwrap();
            accepted
                .events
                .iter()
                .filter(|became| **became == Appended::Fresh)
                .count()
        });
    }
    let fresh: usize = tasks.join_all().await.into_iter().sum();
    assert_eq!(fresh, 100, "each of the hundred keys is fresh once");
    assert_eq!(stores[0].backlog().await.unwrap().events, 100);

    // All three work it off: each event once, and those of a person one after the other.
    let handled = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for store in &stores {
        let (store, handled) = (Arc::clone(store), Arc::clone(&handled));
        tasks.spawn(async move {
            while handled.lock().unwrap().len() < 100 {
                let Ok(claims) = timeout(Duration::from_millis(200), store.claim(4, false)).await else {
                    continue;
                };
                for claim in claims.unwrap() {
                    let mut next = Some(claim);
                    while let Some(claim) = next {
                        handled.lock().unwrap().push(claim.key);
                        next = store.commit(turn(claim.lease)).await.unwrap().next;
                    }
                }
            }
        });
    }
    timeout(Duration::from_secs(60), tasks.join_all())
        .await
        .expect("everything is handled");
    let mut handled = handled.lock().unwrap().clone();
    handled.sort_unstable();
    handled.dedup();
    assert_eq!(handled.len(), 100);
    assert!(stores[0].backlog().await.unwrap().is_empty());
}

#[tokio::test]
async fn echoes_settle_what_is_in_doubt_and_note_what_is_in_flight() {
    let server = server_or_return!("echoes_settle_what_is_in_doubt_and_note_what_is_in_flight");
    let store = open(&server, &server.schema()).await;
    let echo = |number: u64, key: &str, who: Option<&str>| NewEvent {
        echoes: Some(key.into()),
        conversation: Conversation {
            person: who.map(Into::into),
            ..person("a")
        },
        ..event("a", number)
    };
    let queue = Enqueue {
        conversation: Arc::new(person("a")),
        rows: vec![row("r1"), row("r2"), row("r3"), row("r4")],
        turn: None,
        once: None,
    };
    assert_eq!(
        store.enqueue(queue.clone()).await.unwrap(),
        [Enqueued::Waiting; 4]
    );
    assert_eq!(store.enqueue(queue).await.unwrap(), [Enqueued::Waiting; 4]);
    assert_eq!(store.backlog().await.unwrap().rows, 4);
    // Nobody sent it yet: an echo of somebody's making changes nothing.
    let early = store.append(vec![echo(1, "r1", Some("a"))], 0).await.unwrap();
    assert!(early.settled.is_empty());
    let sent = store.claim_outbox(5).await.unwrap().pop().unwrap();
    assert_eq!(&*sent.new.key, "r1");
    // In flight: noted, and the doubtful end is one after all.
    assert!(
        store
            .append(vec![echo(2, "r1", Some("a"))], 0)
            .await
            .unwrap()
            .settled
            .is_empty()
    );
    let settled = store
        .settle(sent, Settlement::Doubtful(Duration::from_secs(60)))
        .await
        .unwrap();
    assert!(settled.echoed);
    let sent = settled.next.expect("r2 follows");
    // In doubt: settled, even where the echo is a duplicate.
    assert!(
        store
            .settle(sent, Settlement::Doubtful(Duration::from_secs(60)))
            .await
            .unwrap()
            .next
            .is_none()
    );
    let late = store.append(vec![echo(2, "r2", Some("a"))], 0).await.unwrap();
    assert_eq!(late.events, [Appended::Duplicate]);
    assert_eq!(late.settled, [Arc::from("r2")]);
    let sent = timeout(Duration::from_secs(5), store.claim_outbox(5))
        .await
        .unwrap()
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!((&*sent.new.key, sent.doubts), ("r3", 0));
    // A retry waits, `hasten` ends the wait, and a postponed row was not tried.
    store
        .settle(sent, Settlement::Retry(Duration::from_secs(600)))
        .await
        .unwrap();
    store.hasten(Object::Instagram, "1").await.unwrap();
    assert!(
        timeout(Duration::from_millis(300), store.claim_outbox(5))
            .await
            .is_err()
    );
    store.hasten(Object::Page, "1").await.unwrap();
    let sent = timeout(Duration::from_secs(5), store.claim_outbox(5))
        .await
        .unwrap()
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!((&*sent.new.key, sent.attempts, sent.doubts), ("r3", 1, 0));
    store
        .settle(sent, Settlement::Postponed(Duration::from_millis(50)))
        .await
        .unwrap();
    let sent = timeout(Duration::from_secs(5), store.claim_outbox(5))
        .await
        .unwrap()
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!((&*sent.new.key, sent.attempts), ("r3", 1));
    // Given up: a dead letter, which can be sent again, behind the others.
    let cause = Cause::new("MSG551", "not reachable");
    let next = store
        .settle(sent, Settlement::Dead(cause.clone()))
        .await
        .unwrap()
        .next
        .expect("r4");
    let letters = store.dead_letters(DeadLetters::default()).await.unwrap();
    assert_eq!(
        (letters.len(), letters[0].kind, &letters[0].cause),
        (1, DeadKind::Message, &cause)
    );
    assert_eq!((&*letters[0].key, letters[0].attempts), ("r3", 2));
    assert_eq!(store.replay(letters[0].id).await.unwrap(), Replayed::Queued);
    assert_eq!(store.replay(letters[0].id).await.unwrap(), Replayed::Unknown);
    let again = store
        .settle(next, Settlement::Done)
        .await
        .unwrap()
        .next
        .expect("r3 again");
    assert_eq!((&*again.new.key, again.attempts), ("r3", 0));
    assert!(
        store
            .settle(again, Settlement::Done)
            .await
            .unwrap()
            .next
            .is_none()
    );
    assert_eq!(store.backlog().await.unwrap().rows, 0);
}

#[tokio::test]
async fn timers_dead_letters_dossier_and_erasure() {
    let server = server_or_return!("timers_dead_letters_dossier_and_erasure");
    let store = open(&server, &server.schema()).await;
    let opened = std::time::SystemTime::now();
    let first = NewEvent {
        opens: Some(opened),
        ..event("a", 1)
    };
    store.append(vec![first, event("a", 2)], 0).await.unwrap();
    let claim = one_claim(&store).await;
    assert_eq!(claim.opened, Some(opened));
    let failed = Turn {
        failed: Some(Cause::new("MSG513", "it failed")),
        unreadable: vec![("{\"old\":1}".to_owned(), Cause::new("MSG603", "unreadable"))],
        timers: vec![
            timer("soon", Duration::from_millis(50), 10),
            timer("late", Duration::from_secs(3600), 11),
            timer("never", Duration::ZERO, 12),
            TimerChange::Cancel { name: "never".into() },
        ],
        state: Some(StateChange::Set(Arc::from(&b"{\"a\":1}"[..]))),
        ..turn(claim.lease)
    };
    let next = store.commit(failed).await.unwrap().next.expect("the second");
    assert_eq!(next.key, key(2));
    store.commit(turn(next.lease)).await.unwrap();
    let fired = one_claim(&store).await;
    assert_eq!((fired.key, fired.event.channel), (key(10), Channel::Timer));
    store.commit(turn(fired.lease)).await.unwrap();

    let letters = store.dead_letters(DeadLetters::default()).await.unwrap();
    let kinds: Vec<_> = letters.iter().map(|letter| letter.kind).collect();
    assert_eq!(kinds, [DeadKind::Event, DeadKind::State]);
    assert!(letters[0].id < letters[1].id);
    assert_eq!(
        store.dead_letter(letters[0].id).await.unwrap().as_ref(),
        Some(&letters[0])
    );
    assert_eq!(store.replay(letters[1].id).await.unwrap(), Replayed::Impossible);
    let dossier = store.dossier(&person("a")).await.unwrap().expect("much is kept");
    assert_eq!(dossier.opened, Some(opened));
    assert_eq!(dossier.state.as_deref(), Some("{\"a\":1}"));
    assert_eq!(dossier.timers.len(), 1);
    assert_eq!(dossier.dead_letters, letters);
    assert_eq!(store.replay(letters[0].id).await.unwrap(), Replayed::Queued);
    let again = one_claim(&store).await;
    assert_eq!(
        again.key,
        messenger_runtime::store::replay_key(key(1), letters[0].id)
    );
    assert_eq!((again.claims, &again.event.json), (1, &event("a", 1).event.json));

    assert!(store.erase(&person("a")).await.unwrap());
    assert!(!store.erase(&person("a")).await.unwrap());
    assert!(store.dossier(&person("a")).await.unwrap().is_none());
    assert_eq!(
        store.commit(turn(again.lease.clone())).await.unwrap_err(),
        StoreError::LeaseLost
    );
    // The conversation begins anew, and its old leases stay void.
    let fresh = store
        .append(vec![event("a", 5)], 1)
        .await
        .unwrap()
        .claims
        .pop()
        .expect("it is idle");
    assert!(fresh.lease.epoch > again.lease.epoch);
    assert!(fresh.state.is_none());
    assert_eq!(
        store.commit(turn(again.lease)).await.unwrap_err(),
        StoreError::LeaseLost
    );
    store.release(fresh.lease, false).await.unwrap();
    assert_eq!(
        one_claim(&store).await.claims,
        1,
        "a claim that is given back untried does not count"
    );
}

#[tokio::test]
async fn suspects_are_leased_one_at_a_time_and_only_when_asked_for() {
    let server = server_or_return!("suspects_are_leased_one_at_a_time_and_only_when_asked_for");
    let store = open(&server, &server.schema()).await;
    for (number, who) in (0..).zip(["a", "b", "c"]) {
        store.append(vec![event(who, number)], 0).await.unwrap();
    }
    for _ in 0..2 {
        let claims = store.claim(10, false).await.unwrap();
        assert_eq!(claims.len(), 3);
        for claim in claims {
            store.release(claim.lease, true).await.unwrap();
        }
    }
    assert!(
        timeout(Duration::from_millis(300), store.claim(10, false))
            .await
            .is_err()
    );
    let suspects = store.claim(10, true).await.unwrap();
    assert_eq!((suspects.len(), suspects[0].claims), (1, 3));
}

#[tokio::test]
async fn a_turn_run_again_does_not_queue_twice_what_left_before() {
    let server = server_or_return!("a_turn_run_again_does_not_queue_twice_what_left_before");
    let store = open(&server, &server.schema()).await;
    let claim = store
        .append(vec![event("a", 1)], 1)
        .await
        .unwrap()
        .claims
        .pop()
        .unwrap();
    let chat = |lease: &Lease| Enqueue {
        conversation: Arc::new(person("a")),
        rows: vec![row("c1"), row("c2"), row("c3")],
        turn: Some(lease.clone()),
        once: None,
    };
    store.enqueue(chat(&claim.lease)).await.unwrap();
    let sent = store.claim_outbox(1).await.unwrap().pop().unwrap();
    let next = store.settle(sent, Settlement::Done).await.unwrap().next.unwrap();
    store
        .settle(next, Settlement::Dead(Cause::new("MSG1", "no")))
        .await
        .unwrap();
    store.release(claim.lease, true).await.unwrap();
    let again = one_claim(&store).await;
    let became = store.enqueue(chat(&again.lease)).await.unwrap();
    assert_eq!(became, [Enqueued::Sent, Enqueued::GivenUp, Enqueued::Waiting]);
    assert_eq!(store.backlog().await.unwrap().rows, 1);
    store.commit(turn(again.lease)).await.unwrap();
    let once = Enqueue {
        turn: None,
        once: Some(key(500)),
        rows: vec![row("c1")],
        conversation: Arc::new(person("a")),
    };
    assert_eq!(store.enqueue(once.clone()).await.unwrap(), [Enqueued::Waiting]);
    assert_eq!(store.enqueue(once).await.unwrap(), [Enqueued::Known]);
}

#[tokio::test]
async fn closing_frees_what_the_node_holds() {
    let server = server_or_return!("closing_frees_what_the_node_holds");
    let schema = server.schema();
    let (a, b) = (open(&server, &schema).await, open(&server, &schema).await);
    let claim = a
        .append(vec![event("a", 1)], 1)
        .await
        .unwrap()
        .claims
        .pop()
        .unwrap();
    a.close().await.unwrap();
    let taken = timeout(Duration::from_secs(5), one_claim(&b))
        .await
        .expect("long before the lease ends");
    assert_eq!(taken.key, claim.key);
    assert!(matches!(a.ready().await, Err(StoreError::Unavailable(_))));
}

/// The dead letters, once `found` likes them.
async fn letters(store: &PostgresStore, found: impl Fn(&[DeadLetter]) -> bool) -> Vec<DeadLetter> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let which = DeadLetters {
            kind: None,
            conversation: None,
            after: 0,
            limit: 100,
        };
        let letters = store.dead_letters(which).await.expect("PostgreSQL answers");
        if found(&letters) {
            return letters;
        }
        assert!(Instant::now() < deadline, "{letters:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_another_version_kept_becomes_a_dead_letter_and_the_rest_goes_on() {
    let server = server_or_return!("what_another_version_kept_becomes_a_dead_letter_and_the_rest_goes_on");
    let schema = server.schema();
    let store = open(&server, &schema).await;
    let spoil = |table: &str, ordinal: u8| {
        let sql = format!("UPDATE {schema}.{table} SET body = '{{\"new\":1}}' WHERE ordinal = {ordinal}");
        server.sql(&sql).unwrap();
    };
    store
        .append((1..=4).map(|number| event("a", number)).collect(), 0)
        .await
        .unwrap();
    spoil("inbox", 1);
    spoil("inbox", 3);
    // The first is found by a claim, the third by the commit of the second.
    let second = one_claim(&store).await;
    assert_eq!(second.key, key(2));
    let rows = ["r1", "r2", "r3", "r4"].map(row).to_vec();
    let fourth = store
        .commit(Turn {
            rows,
            ..turn(second.lease)
        })
        .await
        .unwrap();
    let fourth = fourth.next.expect("it goes on behind the third");
    assert_eq!(fourth.key, key(4));
    spoil("outbox", 1);
    spoil("outbox", 3);
    let row = store.claim_outbox(5).await.unwrap().pop().unwrap();
    assert_eq!(&*row.new.key, "r2");
    let row = store.settle(row, Settlement::Done).await.unwrap().next.unwrap();
    assert_eq!(&*row.new.key, "r4");
    let letters = letters(&store, |letters| letters.len() == 4).await;
    let kinds = letters.iter().map(|letter| letter.kind).collect::<Vec<_>>();
    assert_eq!(
        kinds,
        [
            DeadKind::Event,
            DeadKind::Event,
            DeadKind::Message,
            DeadKind::Message
        ]
    );
    for letter in &letters {
        assert_eq!((&*letter.cause.code, &*letter.body), ("MSG608", "{\"new\":1}"));
        assert_eq!(store.replay(letter.id).await.unwrap(), Replayed::Impossible);
    }
    // A conversation of a kind to come waits, and holds up nobody.
    let sql = format!(
        "UPDATE {schema}.conversation SET id = 'whatsapp/1/a'; UPDATE {schema}.inbox SET conv = 'whatsapp/1/a'"
    );
    server.sql(&sql).unwrap();
    let sql = format!("UPDATE {schema}.conversation SET holder = NULL, due = now()");
    server.sql(&sql).unwrap();
    store.append(vec![event("b", 5)], 0).await.unwrap();
    assert_eq!(one_claim(&store).await.key, key(5));
}

#[tokio::test]
async fn a_send_known_to_have_succeeded_counts_after_its_lease_lapsed() {
    let server = server_or_return!("a_send_known_to_have_succeeded_counts_after_its_lease_lapsed");
    let schema = server.schema();
    let options = PostgresStore::at(server.url()).schema(&schema);
    let store = options.lease(Duration::from_millis(300)).connect().await.unwrap();
    let queue = Enqueue {
        conversation: Arc::new(person("a")),
        rows: vec![row("r1"), row("r2")],
        turn: None,
        once: None,
    };
    store.enqueue(queue).await.unwrap();
    let sent = store.claim_outbox(1).await.unwrap().pop().unwrap();
    let doubts = format!("SELECT sum(doubts) FROM {schema}.conversation");
    let deadline = Instant::now() + Duration::from_secs(20);
    while server.sql(&doubts).unwrap().trim() != "1" {
        assert!(Instant::now() < deadline, "the row is never in doubt");
        sleep(Duration::from_millis(20)).await;
    }
    // That it failed is no news: it may be sent by somebody else.
    let failed = store
        .settle(sent.clone(), Settlement::Retry(Duration::ZERO))
        .await
        .unwrap();
    assert!(failed.next.is_none());
    assert_eq!(store.backlog().await.unwrap().rows, 2);
    let next = store.settle(sent.clone(), Settlement::Done).await.unwrap().next;
    assert_eq!(&*next.expect("the one behind it goes on").new.key, "r2");
    assert_eq!(store.backlog().await.unwrap().rows, 1);
    // It has left: said again, it changes nothing.
    let again = store.settle(sent, Settlement::Done).await.unwrap();
    assert!(again.next.is_none());
    assert_eq!(store.backlog().await.unwrap().rows, 1);
}

#[tokio::test]
async fn an_event_with_an_endless_id_keeps_nobody_out() {
    let server = server_or_return!("an_event_with_an_endless_id_keeps_nobody_out");
    let store = open(&server, &server.schema()).await;
    let endless: String = (0..4000)
        .map(|n| format!("{:x}", (n * 7919 + 13) * 104_729_u64))
        .collect();
    let body = vec![event("a", 1), event(&endless, 2), event("b", 3)];
    let accepted = store.append(body.clone(), 5).await.unwrap();
    assert_eq!(accepted.events, [Appended::Fresh; 3]);
    assert_eq!(accepted.claims.len(), 2);
    let letter = letters(&store, |letters| letters.len() == 1).await.remove(0);
    assert_eq!((letter.kind, &*letter.cause.code), (DeadKind::Event, "MSG606"));
    assert_eq!(letter.conversation.person, None);
    let again = store.append(body, 5).await.unwrap();
    assert_eq!(again.events, [Appended::Duplicate; 3]);
    assert_eq!(letters(&store, |_| true).await.len(), 1);
}

/// The tests above notice when a guarantee is gone: each runs again, in a process of its own that has none.
#[cfg(feature = "fail-points")]
#[test]
fn without_a_guarantee_its_test_fails() {
    if server("without_a_guarantee_its_test_fails").is_none() {
        return;
    }
    for (guarantee, test) in [
        ("epoch", "a_node_paused_past_its_lease_changes_nothing"),
        ("dedup", "the_same_keys_from_three_nodes_are_kept_once"),
        ("order", "an_event_goes_all_the_way"),
    ] {
        let ended = std::process::Command::new(std::env::current_exe().expect("it runs"))
            .args(["--exact", test])
            .env("FAILPOINTS", format!("postgres.{guarantee}=return"))
            .output()
            .expect("it runs again");
        let said = String::from_utf8_lossy(&ended.stdout);
        assert!(
            said.contains("0 passed; 1 failed"),
            "{test} passes without {guarantee}: {said}"
        );
    }
}

/// Stores in schemas of their own on one server.
struct OnServer {
    server: Arc<PostgresServer>,
    lease: Duration,
}

impl OnServer {
    fn at(&self, schema: &str) -> PostgresOptions {
        PostgresStore::at(self.server.trusted_url())
            .schema(schema)
            .pool_size(3)
            .lease(self.lease)
    }

    async fn open(&self, schema: &str) -> PostgresStore {
        self.at(schema).connect().await.expect("the store opens")
    }
}

impl Bench for OnServer {
    type Store = PostgresStore;

    async fn fresh(&self) -> PostgresStore {
        self.open(&self.server.schema()).await
    }

    async fn bounded(&self, events: usize) -> Option<PostgresStore> {
        let options = self.at(&self.server.schema()).queue_bound(events);
        Some(options.connect().await.expect("the store opens"))
    }

    async fn reopen(&self, store: PostgresStore) -> Option<PostgresStore> {
        let schema = store.schema().to_owned();
        drop(store);
        Some(self.open(&schema).await)
    }

    async fn second(&self, store: &PostgresStore) -> Option<PostgresStore> {
        Some(self.open(store.schema()).await)
    }
}

/// On a machine whose two processors also build the rest.
fn patient() -> Options {
    Options {
        patience: Duration::from_millis(300),
        deadline: Duration::from_secs(30),
        at_once: 12,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_keeps_the_contract() {
    let server = server_or_return!("it_keeps_the_contract");
    let lease = Duration::from_secs(5);
    let report = conformance::run(OnServer { server, lease }, patient()).await;
    println!("{report}");
    report.assert();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_are_those_of_the_model() {
    let server = server_or_return!("random_histories_are_those_of_the_model");
    // Renewed before every step, and waited for after a crash.
    let lease = Duration::from_secs(5);
    let report = conformance::histories(OnServer { server, lease }, patient(), 40, 1).await;
    println!("{report}");
    report.assert();
}

/// Events per second that two nodes take, handle and answer, one task for each of 64 connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: cargo test --release -p messenger-tests --test postgres -- --ignored --nocapture"]
async fn throughput_of_two_nodes() {
    let server = server_or_return!("throughput_of_two_nodes");
    let schema = server.schema();
    let nodes = [
        Arc::new(open(&server, &schema).await),
        Arc::new(open(&server, &schema).await),
    ];
    for seconds in [3, 10] {
        let begin = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for connection in 0..64_u64 {
            let store = Arc::clone(&nodes[usize::try_from(connection % 2).unwrap()]);
            tasks.spawn(async move {
                let (mut done, mut waits) = (0_u64, Vec::new());
                while begin.elapsed() < Duration::from_secs(seconds) {
                    let number = seconds << 56 | connection << 40 | done;
                    let new = NewEvent {
                        event: StoredEvent {
                            json: format!("{{\"text\":\"{}\"}}", "x".repeat(480)).into(),
                            ..event("a", 0).event
                        },
                        ..event(&format!("{connection}-{}", done % 500), number)
                    };
                    let at = Instant::now();
                    let accepted = store.append(vec![new], 1).await.unwrap();
                    waits.push(at.elapsed());
                    for claim in accepted.claims {
                        let answer = Turn {
                            rows: vec![row(&format!("r{number}"))],
                            state: Some(StateChange::Set(Arc::from(&[b'1'; 200][..]))),
                            send: true,
                            ..turn(claim.lease)
                        };
                        let sent = store
                            .commit(answer)
                            .await
                            .unwrap()
                            .row
                            .expect("its outbox was idle");
                        store.settle(sent, Settlement::Done).await.unwrap();
                        done += 1;
                    }
                }
                (done, waits)
            });
        }
        let (mut done, mut waits) = (0, Vec::new());
        for (of_one, its_waits) in tasks.join_all().await {
            done += of_one;
            waits.extend(its_waits);
        }
        waits.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
        let rate = done as f64 / begin.elapsed().as_secs_f64();
        println!(
            "{rate:.0} events/s, ack p50 {:?}, p99 {:?}",
            waits[waits.len() / 2],
            waits[waits.len() * 99 / 100]
        );
    }
}
