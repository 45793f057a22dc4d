//! Stops without `close`, at various points; transactions that fail.

use std::{sync::Arc, time::Duration};

use super::rig::{Directory, SetClock, conversation, event, key, row, turn};
use crate::{
    Clock as _,
    store::{
        Appended, Cause, DeadLetters, NewEvent, Settlement, SqliteStore, StateChange, Store, StoreError,
        Turn, sqlite::failure::Failure,
    },
};

async fn open(directory: &Directory, clock: &Arc<SetClock>) -> SqliteStore {
    let clock: Arc<SetClock> = Arc::clone(clock);
    SqliteStore::at(directory.file())
        .clock(clock)
        .open()
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_crash() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let store = open(&directory, &clock).await;
    let accepted = store
        .append(
            vec![
                event("1", 1, "hello"),
                event("1", 2, "again"),
                event("2", 3, "hi"),
            ],
            8,
        )
        .await
        .unwrap();
    assert_eq!(accepted.events, [Appended::Fresh; 3]);
    assert_eq!(accepted.claims.len(), 2);
    let committed = store
        .commit(Turn {
            state: Some(StateChange::Set(Arc::from(&b"{\"n\":1}"[..]))),
            rows: vec![row("1", "a", "one"), row("1", "b", "two")],
            send: true,
            ..turn(&accepted.claims[0].lease)
        })
        .await
        .unwrap();
    assert_eq!(committed.next.unwrap().key, key(2));
    assert_eq!(&*committed.row.unwrap().new.key, "a");
    drop(store);

    let store = open(&directory, &clock).await;
    let again = store.append(vec![event("1", 1, "hello")], 0).await.unwrap();
    assert_eq!(again.events, [Appended::Duplicate]);
    let claims = store.claim(8, false).await.unwrap();
    let found: Vec<_> = claims.iter().map(|claim| (claim.key, claim.claims)).collect();
    assert_eq!(found, [(key(2), 2), (key(3), 2)]);
    assert_eq!(claims[0].state.as_deref(), Some(&b"{\"n\":1}"[..]));
    // The row in flight is in doubt, and gets ten seconds for its echo.
    let due = store.ask(false, |engine| Ok(engine.next_due())).await.unwrap();
    assert_eq!(due, Some(1_700_000_010_000));
    clock.advance(Duration::from_secs(11));
    let row = store.claim_outbox(8).await.unwrap().pop().unwrap();
    assert_eq!((&*row.new.key, row.attempts, row.doubts), ("a", 0, 1));
    let settled = store.settle(row, Settlement::Done).await.unwrap();
    assert_eq!(&*settled.next.unwrap().new.key, "b");
}

#[tokio::test]
async fn a_lease_of_an_earlier_process_is_void() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let store = open(&directory, &clock).await;
    let old = store
        .append(vec![event("1", 1, "hello")], 1)
        .await
        .unwrap()
        .claims
        .remove(0);
    drop(store);
    let store = open(&directory, &clock).await;
    let new = store.claim(1, false).await.unwrap().remove(0);
    assert_eq!(
        store.commit(turn(&old.lease)).await.unwrap_err(),
        StoreError::LeaseLost
    );
    store.commit(turn(&new.lease)).await.unwrap();
}

#[tokio::test]
async fn claims_and_rows_that_nobody_takes_come_back() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let store = open(&directory, &clock).await;
    // The future is dropped after the thread has been asked; whether it had answered by then or not, nothing is lost.
    for round in 0..50_u64 {
        let mut waiting = store.claim(1, false);
        tokio::select! { biased; _ = &mut waiting => unreachable!(), () = std::future::ready(()) => {} }
        store.append(vec![event("1", round, "hello")], 0).await.unwrap();
        drop(waiting);
        let claim = store.claim(1, false).await.unwrap().remove(0);
        assert_eq!(claim.claims, 1, "an unused claim does not count");
        store
            .commit(Turn {
                rows: vec![row("1", &format!("r{round}"), "x")],
                ..turn(&claim.lease)
            })
            .await
            .unwrap();
        let row = store.claim_outbox(1).await.unwrap().remove(0);
        assert_eq!((row.attempts, row.doubts), (0, 0));
        store.settle(row, Settlement::Done).await.unwrap();
    }
    assert!(store.backlog().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_operation_that_fails_takes_no_other_with_it() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let store = open(&directory, &clock).await;
    let held = store
        .append(vec![event("1", 1, "held"), event("2", 2, "waits")], 1)
        .await
        .unwrap()
        .claims
        .remove(0);
    // They meet in one transaction, as the thread is kept busy until all are there.
    let (free, wait) = std::sync::mpsc::channel::<()>();
    let busy = store.ask(false, move |_| {
        let _ended = wait.recv();
        Ok(())
    });
    let before = store.append(vec![event("3", 3, "before")], 0);
    let failing = store.ask(false, |engine| -> Result<(), Failure> {
        engine.append(&[], 5)?;
        engine.fail()?;
        Ok(())
    });
    let after = store.append(vec![event("4", 4, "after")], 0);
    let freed = async move {
        tokio::task::yield_now().await;
        free.send(()).unwrap();
    };
    let (busy, before, failing, after, ()) = tokio::join!(busy, before, failing, after, freed);
    busy.unwrap();
    assert_eq!(before.unwrap().events, [Appended::Fresh]);
    assert!(matches!(failing, Err(StoreError::Refused(_))), "{failing:?}");
    assert_eq!(after.unwrap().events, [Appended::Fresh]);
    // The index was made again: the lease holds, and what waited waits.
    store.commit(turn(&held.lease)).await.unwrap();
    let claims = store.claim(8, false).await.unwrap();
    let keys: Vec<_> = claims.iter().map(|claim| claim.key).collect();
    assert_eq!(keys, [key(2), key(3), key(4)]);
}

#[tokio::test]
async fn the_next_event_of_a_commit_that_was_run_again_stays_leased() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let store = open(&directory, &clock).await;
    let held = store
        .append(vec![event("1", 1, "held"), event("1", 2, "next")], 1)
        .await
        .unwrap()
        .claims
        .remove(0);
    // They meet in one transaction, which fails after the commit was run in it.
    let (free, wait) = std::sync::mpsc::channel::<()>();
    let busy = store.ask(false, move |_| {
        let _ended = wait.recv();
        Ok(())
    });
    let committed = store.commit(turn(&held.lease));
    let failing = store.ask(false, |engine| -> Result<(), Failure> {
        engine.fail()?;
        Ok(())
    });
    let freed = async move {
        tokio::task::yield_now().await;
        free.send(()).unwrap();
    };
    let (busy, committed, failing, ()) = tokio::join!(busy, committed, failing, freed);
    busy.unwrap();
    assert!(matches!(failing, Err(StoreError::Refused(_))), "{failing:?}");
    let next = committed.unwrap().next.unwrap();
    assert_eq!((next.key, next.claims), (key(2), 1));
    // What the thread was told before has been done when it answers this.
    store.ready().await.unwrap();
    let other = tokio::time::timeout(Duration::from_millis(100), store.claim(1, false)).await;
    assert!(other.is_err(), "two turns of one conversation: {other:?}");
    store.commit(turn(&next.lease)).await.unwrap();
}

#[tokio::test]
async fn the_index_says_what_the_tables_say() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let store = open(&directory, &clock).await;
    let mut random = fastrand::Rng::with_seed(7);
    for round in 0..300 {
        let person = random.u32(..6).to_string();
        match random.u32(..6) {
            0 | 1 => {
                let claims = store
                    .append(vec![event(&person, round, "x")], random.usize(..2))
                    .await
                    .unwrap()
                    .claims;
                for claim in claims {
                    if random.bool() {
                        store.release(claim.lease, random.bool()).await.unwrap();
                    } else {
                        let rows = vec![row(&person, &format!("k{round}"), "x")];
                        let turn = Turn {
                            rows,
                            send: random.bool(),
                            ..turn(&claim.lease)
                        };
                        store.commit(turn).await.unwrap();
                    }
                }
            }
            2 => {
                let enqueue = crate::store::Enqueue {
                    conversation: Arc::new(conversation(&person)),
                    rows: vec![row(&person, &format!("e{round}"), "x")],
                    turn: None,
                    once: None,
                };
                store.enqueue(enqueue).await.unwrap();
            }
            3 => {
                let rows = tokio::time::timeout(Duration::from_millis(5), store.claim_outbox(2)).await;
                for row in rows.into_iter().flatten().flatten() {
                    let how = match random.u32(..4) {
                        0 => Settlement::Done,
                        1 => Settlement::Retry(Duration::from_secs(1)),
                        2 => Settlement::Doubtful(Duration::from_secs(1)),
                        _ => Settlement::Dead(Cause::new("MSG999", "x")),
                    };
                    store.settle(row, how).await.unwrap();
                }
            }
            4 => clock.advance(Duration::from_millis(700)),
            _ => {
                store.erase(&conversation(&person)).await.unwrap();
            }
        }
        store
            .ask(false, |engine| engine.check().map_err(Failure::from))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn who_only_wrote_once_is_forgotten() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let store = open(&directory, &clock).await;
    let day = Duration::from_secs(24 * 60 * 60);
    for person in 0..1_200_u64 {
        let opens = Some(clock.now() + day * u32::from(person == 1));
        let new = NewEvent {
            opens,
            ..event(&person.to_string(), person, "x")
        };
        let claim = store.append(vec![new], 1).await.unwrap().claims.remove(0);
        let state = (person == 2).then(|| StateChange::Set(Arc::from(&b"{}"[..])));
        store
            .commit(Turn {
                state,
                ..turn(&claim.lease)
            })
            .await
            .unwrap();
    }
    drop(store);
    clock.advance(day * 8 + Duration::from_secs(1));
    let store = open(&directory, &clock).await;
    let conn = rusqlite::Connection::open(directory.file()).unwrap();
    let kept = || -> Vec<String> {
        let mut people = conn
            .prepare("SELECT person FROM conversations ORDER BY id")
            .unwrap();
        let people = people.query_map([], |row| row.get(0)).unwrap();
        people.map(|person| person.unwrap()).collect()
    };
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while kept().len() > 2 {
        assert!(
            tokio::time::Instant::now() < deadline,
            "{} are kept",
            kept().len()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(kept(), ["1", "2"]);
    drop(store);
}

#[tokio::test]
async fn old_keys_and_dead_letters_go() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let window = Duration::from_secs(100);
    let options = SqliteStore::at(directory.file())
        .clock(Arc::<SetClock>::clone(&clock))
        .duplicate_window(window)
        .dead_letters(3, window);
    let store = options.open().await.unwrap();
    let is_known = async |number: u64| {
        let event: NewEvent = event("1", number, "x");
        let accepted = store.append(vec![event], 1).await.unwrap();
        for claim in accepted.claims {
            let failed = Some(Cause::new("MSG999", "x"));
            store
                .commit(Turn {
                    failed,
                    ..turn(&claim.lease)
                })
                .await
                .unwrap();
        }
        accepted.events == [Appended::Duplicate]
    };
    for number in 0..5 {
        assert!(!is_known(number).await);
    }
    assert_eq!(store.backlog().await.unwrap().dead_letters, 3, "bounded");
    let vanished = async || store.ask(false, |engine| Ok(engine.vanished())).await.unwrap();
    assert_eq!(vanished().await, 1, "of two the first was told of");
    clock.advance(window - Duration::from_secs(1));
    assert!(is_known(0).await);
    for _ in 0..3 {
        clock.advance(window);
        tokio::time::sleep(Duration::from_millis(120)).await;
        store.ready().await.unwrap();
    }
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while store
        .ask(false, |engine| engine.keys().map_err(Failure::from))
        .await
        .unwrap()
        > 0
    {
        assert!(tokio::time::Instant::now() < deadline, "old keys stay");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(store.dead_letters(DeadLetters::default()).await.unwrap(), []);
    assert_eq!(vanished().await, 4, "all are counted");
    assert!(!is_known(0).await, "after its window an event is new");
}
