//! A clock that is set while the store is open, or that was wrong when it was.

use std::{sync::Arc, time::Duration};

use super::rig::{Directory, SetClock, event, row, turn};
use crate::store::{Appended, Settlement, SqliteStore, Store, Turn, sqlite::failure::Failure};

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

async fn open(directory: &Directory, clock: &Arc<SetClock>) -> SqliteStore {
    let options = SqliteStore::at(directory.file()).clock(Arc::<SetClock>::clone(clock));
    options
        .duplicate_window(Duration::from_secs(100))
        .open()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_wait_is_no_longer_where_the_clock_is_set_back() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let store = open(&directory, &clock).await;
    let claim = store
        .append(vec![event("1", 1, "x")], 1)
        .await
        .unwrap()
        .claims
        .remove(0);
    let done = Turn {
        rows: vec![row("1", "a", "x")],
        send: true,
        ..turn(&claim.lease)
    };
    let row = store.commit(done).await.unwrap().row.unwrap();
    let retry = Settlement::Retry(Duration::from_secs(2));
    store.settle(row, retry).await.unwrap();
    clock.set_back(Duration::from_secs(3_600));
    store.ready().await.unwrap();
    clock.advance(Duration::from_secs(2));
    let waited = store.backlog().await.unwrap().oldest_row;
    assert_eq!(
        waited,
        Some(Duration::from_secs(2)),
        "what waits gets older all the same"
    );
    let row = tokio::time::timeout(Duration::from_secs(5), store.claim_outbox(1)).await;
    assert_eq!(row.expect("it is due").unwrap().remove(0).attempts, 1);
}

#[tokio::test]
async fn keys_go_where_the_clock_was_once_far_ahead() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    clock.advance(10 * YEAR);
    let store = open(&directory, &clock).await;
    store.append(vec![event("1", 1, "x")], 0).await.unwrap();
    drop(store);
    clock.set_back(10 * YEAR);
    let store = open(&directory, &clock).await;
    store.append(vec![event("1", 2, "x")], 0).await.unwrap();
    for _ in 0..3 {
        clock.advance(Duration::from_secs(101));
        tokio::time::sleep(Duration::from_millis(120)).await;
        store.ready().await.unwrap();
    }
    let old = || store.ask(false, |engine| engine.keys().map_err(Failure::from));
    assert_eq!(old().await.unwrap(), 0);
    let again = store.append(vec![event("1", 1, "x")], 0).await.unwrap();
    assert_eq!(again.events, [Appended::Fresh], "the window is over");
}
