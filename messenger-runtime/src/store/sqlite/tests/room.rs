//! A disk that is full for a while, and what bounds the files.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use super::rig::{Directory, conversation, event, key, row, turn};
use crate::store::{
    Cause, Claim, DeadLetters, Settlement, SqliteStore, StateChange, Store, StoreError, TimerChange, Turn,
    sqlite::failure::Failure,
};

async fn leave_room_for(store: &SqliteStore, pages: i64) {
    store
        .ask(false, move |engine| {
            engine.leave_room_for(pages).map_err(Failure::from)
        })
        .await
        .unwrap();
}

async fn claimed(store: &SqliteStore, person: &str, number: u64) -> Claim {
    let accepted = store.append(vec![event(person, number, "x")], 1).await.unwrap();
    accepted.claims.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_timer_that_cannot_run_out_is_tried_again_without_haste() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).await.unwrap();
    let claim = claimed(&store, "1", 1).await;
    let timed = Turn {
        timers: vec![TimerChange::Set {
            name: "t".into(),
            after: Duration::from_millis(50),
            key: key(9),
            event: event("1", 0, "late").event,
        }],
        ..turn(&claim.lease)
    };
    let refuse_events = async |refuse: bool| {
        let asked = store.ask(false, move |engine| {
            engine.refuse_events(refuse).map_err(Failure::from)
        });
        asked.await.unwrap();
    };
    refuse_events(true).await;
    store.commit(timed).await.unwrap();
    let loads = async || store.ask(false, |engine| Ok(engine.loads())).await.unwrap();
    let (before, began) = (loads().await, Instant::now());
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    let made = loads().await - before;
    let most = began.elapsed().as_millis() / 250 + 2;
    assert!(
        made >= 1 && u128::from(made) <= most,
        "the index was made again {made} times, {most} at most wanted"
    );
    refuse_events(false).await;
    let claim = store.claim(1, false).await.unwrap().remove(0);
    assert_eq!(*claim.lease.conversation, conversation("1"));
}

#[tokio::test]
async fn a_turn_that_finds_the_disk_full_is_committed_once_there_is_room() {
    let directory = Directory::new();
    let store = Arc::new(SqliteStore::open(directory.file()).await.unwrap());
    let claim = claimed(&store, "1", 1).await;
    let long = "x".repeat(200_000);
    leave_room_for(&store, 0).await;
    let committed = tokio::spawn({
        let (store, long) = (Arc::clone(&store), long.clone());
        async move {
            let done = Turn {
                state: Some(StateChange::Set(Arc::from(long.as_bytes()))),
                rows: vec![row("1", "a", &long)],
                ..turn(&claim.lease)
            };
            store.commit(done).await
        }
    });
    // Whoever is refused meanwhile makes nobody wait for longer.
    for number in 2..40 {
        let refused = store
            .append(vec![event("2", number, &long)], 0)
            .await
            .unwrap_err();
        assert!(matches!(refused, StoreError::NoSpace(_)), "{refused}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!committed.is_finished());
    leave_room_for(&store, 10_000).await;
    for number in 40..140 {
        // It may be refused as long as the disk is thought to be full.
        let _refused = store.append(vec![event("2", number, "x")], 0).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(committed.is_finished(), "a second with room was not enough");
    committed.await.unwrap().unwrap();
    let row = store.claim_outbox(1).await.unwrap().remove(0);
    assert_eq!(&*row.new.key, "a");
    store.settle(row, Settlement::Done).await.unwrap();
}

#[tokio::test]
async fn the_log_goes_into_the_database_while_work_goes_on() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).await.unwrap();
    let long = "x".repeat(8_000);
    let size = |ending: &str| {
        let path = format!("{}{ending}", directory.file().display());
        fs::metadata(path).map_or(0, |file| file.len())
    };
    let mut most = 0;
    for round in 0..300_u64 {
        let events = (0..20)
            .map(|number| event("1", round * 20 + number, &long))
            .collect();
        store.append(events, 0).await.unwrap();
        most = most.max(size("-wal"));
    }
    let (log, database) = (most >> 20, size("") >> 20);
    assert!(log <= 18, "the log had {log} MiB");
    assert!(database >= 40, "the database has {database} MiB");
}

#[tokio::test]
async fn a_bound_that_was_lowered_holds_for_what_is_there() {
    let directory = Directory::new();
    let open = async |bound: usize| {
        let month = Duration::from_secs(30 * 24 * 60 * 60);
        let options = SqliteStore::at(directory.file()).dead_letters(bound, month);
        options.open().await.unwrap()
    };
    let store = open(1_000).await;
    for number in 0..600 {
        let claim = store
            .append(vec![event("1", number, "x")], 1)
            .await
            .unwrap()
            .claims
            .remove(0);
        let failed = Some(Cause::new("MSG999", "x"));
        store
            .commit(Turn {
                failed,
                ..turn(&claim.lease)
            })
            .await
            .unwrap();
    }
    drop(store);
    let store = open(10).await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    loop {
        let kept = store.backlog().await.unwrap().dead_letters;
        if kept == 10 {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{kept} are kept");
        tokio::time::sleep(Duration::from_millis(50)).await;
        store.ready().await.unwrap();
    }
    let newest = store.dead_letters(DeadLetters::default()).await.unwrap();
    assert!(newest.iter().all(|letter| letter.id > 590), "the oldest go first");
}
