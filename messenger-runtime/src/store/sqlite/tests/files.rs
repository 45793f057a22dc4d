//! Files: who may have them, what they hold, what is wrong with them.

use std::{fs, path::Path, sync::Arc, time::Duration};

use super::rig::{Directory, SetClock, conversation, event, key, row, turn};
use crate::store::{
    Cause, OpenError, Settlement, SqliteStore, StateChange, Store, StoreError, TimerChange, Turn,
};

#[tokio::test]
async fn a_file_belongs_to_one_store() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).await.unwrap();
    let second = SqliteStore::open(directory.file()).await.unwrap_err();
    assert!(matches!(second, OpenError::Locked(_)));
    assert!(second.to_string().contains("MESSENGER_STORE"), "{second}");
    store.close().await.unwrap();
    let store = SqliteStore::open(directory.file()).await.unwrap();
    drop(store);
    SqliteStore::open(directory.file()).await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_belongs_to_one_store_by_whatever_name() {
    let directory = Directory::new();
    fs::create_dir(directory.path()).unwrap();
    let [symbolic, hard, through] =
        ["symbolic.db", "hard.db", "here"].map(|name| directory.path().join(name));
    // A link to a file that is not there yet.
    std::os::unix::fs::symlink(directory.file().file_name().unwrap(), &symbolic).unwrap();
    std::os::unix::fs::symlink(directory.path(), &through).unwrap();
    let through = through.join(directory.file().file_name().unwrap());
    let store = SqliteStore::open(&symbolic).await.unwrap();
    assert!(directory.file().is_file());
    fs::hard_link(directory.file(), &hard).unwrap();
    for name in [&directory.file(), &symbolic, &through, &hard] {
        let second = SqliteStore::open(name).await.unwrap_err();
        assert!(matches!(second, OpenError::Locked(_)), "{second}");
        assert!(second.to_string().contains("MSG611"), "{second}");
    }
    store.append(vec![event("1", 1, "x")], 0).await.unwrap();
    store.close().await.unwrap();
    for name in [&directory.file(), &symbolic, &through, &hard] {
        let store = SqliteStore::open(name).await.unwrap();
        assert_eq!(store.backlog().await.unwrap().events, 1);
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn no_name_is_special() {
    let directory = Directory::new();
    for name in [":memory:", "file:bot.db?mode=memory"] {
        let file = directory.path().join(name);
        let store = SqliteStore::open(&file).await.unwrap();
        store.append(vec![event("1", 1, "x")], 0).await.unwrap();
        store.close().await.unwrap();
        assert!(fs::metadata(&file).unwrap().len() > 0, "{name}");
    }
    let nameless = SqliteStore::open("").await.unwrap_err();
    assert!(matches!(nameless, OpenError::CannotCreate { .. }), "{nameless}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_file_is_left_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).await.unwrap();
    store.close().await.unwrap();
    fs::set_permissions(directory.file(), fs::Permissions::from_mode(0o444)).unwrap();
    let refused = SqliteStore::open(directory.file()).await.unwrap_err();
    assert!(refused.to_string().contains("MSG616"), "{refused}");
    assert!(refused.to_string().contains("chmod u+w"), "{refused}");
    let mode = fs::metadata(directory.file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o444);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = Directory::new();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let check = || {
        assert_eq!(mode(directory.path()), 0o700);
        let files: Vec<_> = fs::read_dir(directory.path())
            .unwrap()
            .map(|file| file.unwrap())
            .collect();
        assert_eq!(files.len(), 4, "{files:?}");
        for file in files {
            assert_eq!(mode(&file.path()), 0o600, "{file:?}");
        }
    };
    let store = SqliteStore::open(directory.file()).await.unwrap();
    store.append(vec![event("1", 1, "x")], 0).await.unwrap();
    check();
    drop(store);
    for file in fs::read_dir(directory.path()).unwrap() {
        fs::set_permissions(file.unwrap().path(), fs::Permissions::from_mode(0o644)).unwrap();
    }
    let store = SqliteStore::open(directory.file()).await.unwrap();
    check();
    drop(store);
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let refused = SqliteStore::open(directory.file()).await.unwrap_err();
    assert!(matches!(refused, OpenError::CannotCreate { .. }), "{refused}");
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let directory = Directory::new();
    fs::create_dir(directory.path()).unwrap();
    let blocked = directory.path().join("file");
    fs::write(&blocked, "").unwrap();
    let error = SqliteStore::open(blocked.join("bot.db")).await.unwrap_err();
    assert!(matches!(error, OpenError::CannotCreate { .. }), "{error}");

    let text = directory.path().join("text");
    fs::write(
        &text,
        "not a database, but long enough to be taken for one".repeat(100),
    )
    .unwrap();
    let error = SqliteStore::open(&text).await.unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");

    let other = directory.path().join("other.db");
    let conn = rusqlite::Connection::open(&other).unwrap();
    conn.execute_batch("CREATE TABLE shop(id INTEGER)").unwrap();
    drop(conn);
    let error = SqliteStore::open(&other).await.unwrap_err();
    assert!(error.to_string().contains("another program"), "{error}");
}

#[tokio::test]
async fn a_newer_file_is_left_alone() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).await.unwrap();
    store.close().await.unwrap();
    let conn = rusqlite::Connection::open(directory.file()).unwrap();
    conn.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(conn);
    let error = SqliteStore::open(directory.file()).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error}");
}

/// Writes over the pages of the tables, as a failing disk may.
fn damage(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    for page in bytes.chunks_mut(4_096).skip(2) {
        page[..64].fill(0xA5);
    }
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn damage_is_found_after_an_unclean_stop() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).await.unwrap();
    let events = (0..50).map(|number| event("1", number, "x")).collect();
    store.append(events, 0).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(
        fs::read_dir(directory.path()).unwrap().count(),
        2,
        "one file and its lock"
    );
    let store = SqliteStore::open(directory.file()).await.unwrap();
    store.erase(&conversation("2")).await.unwrap();
    drop(store);
    damage(&directory.file());
    let error = SqliteStore::open(directory.file()).await.unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_disk_nearly_full_takes_no_events_and_ends_what_it_has() {
    let (directory, clock) = (Directory::new(), SetClock::new());
    let store = SqliteStore::open(directory.file()).await.unwrap();
    let claim = store
        .append(vec![event("1", 1, "x")], 1)
        .await
        .unwrap()
        .claims
        .remove(0);
    store.release(claim.lease, false).await.unwrap();
    drop(store);
    let options = SqliteStore::at(directory.file())
        .clock(clock)
        .free_space(u64::MAX);
    let store = options.open().await.unwrap();
    let refused = store.append(vec![event("1", 2, "x")], 1).await.unwrap_err();
    assert!(matches!(refused, StoreError::NoSpace(_)), "{refused}");
    assert_eq!(store.ready().await.unwrap_err(), refused);
    let claim = store.claim(1, false).await.unwrap().remove(0);
    let done = Turn {
        rows: vec![row("1", "a", "x")],
        send: true,
        ..turn(&claim.lease)
    };
    let row = store.commit(done).await.unwrap().row.unwrap();
    store.settle(row, Settlement::Done).await.unwrap();
    assert!(store.backlog().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_full_queue_takes_no_more() {
    let directory = Directory::new();
    let store = SqliteStore::at(directory.file())
        .queue_bound(2)
        .open()
        .await
        .unwrap();
    store.append(vec![event("1", 1, "x")], 0).await.unwrap();
    let refused = store
        .append(vec![event("1", 2, "x"), event("1", 3, "x")], 0)
        .await;
    assert_eq!(refused.unwrap_err(), StoreError::Full);
    store.ready().await.unwrap();
    store.append(vec![event("1", 2, "x")], 0).await.unwrap();
    assert_eq!(store.ready().await.unwrap_err(), StoreError::Full);
}

#[tokio::test]
async fn a_full_outbox_takes_no_more_but_of_turns() {
    let directory = Directory::new();
    let store = SqliteStore::at(directory.file())
        .queue_bound(2)
        .open()
        .await
        .unwrap();
    let claim = store
        .append(vec![event("1", 1, "x")], 1)
        .await
        .unwrap()
        .claims
        .remove(0);
    let enqueue = |key: &str, turn: Option<&crate::store::Lease>| crate::store::Enqueue {
        conversation: Arc::clone(&claim.lease.conversation),
        rows: vec![row("1", key, "x")],
        turn: turn.cloned(),
        once: None,
    };
    for key in ["1", "2", "3", "4"] {
        store.ready().await.unwrap();
        store.enqueue(enqueue(key, None)).await.unwrap();
    }
    assert_eq!(store.ready().await.unwrap_err(), StoreError::Full);
    let refused = store.append(vec![event("2", 2, "x")], 0).await;
    assert_eq!(refused.unwrap_err(), StoreError::Full);
    assert_eq!(
        store.enqueue(enqueue("5", None)).await.unwrap_err(),
        StoreError::Full
    );
    store.enqueue(enqueue("6", Some(&claim.lease))).await.unwrap();
    let done = Turn {
        rows: vec![row("1", "7", "x")],
        ..turn(&claim.lease)
    };
    store.commit(done).await.unwrap();
    let mut next = store.claim_outbox(1).await.unwrap().pop();
    for _ in 0..3 {
        next = store.settle(next.unwrap(), Settlement::Done).await.unwrap().next;
    }
    assert_eq!(store.backlog().await.unwrap().rows, 3);
    store.ready().await.unwrap();
}

/// A person of whom there is something in every table, and others around them.
async fn fill(store: &SqliteStore, person: &str, numbers: std::ops::Range<u64>) {
    for number in numbers {
        let text = format!("the secret of {person} {}", "long ".repeat(number as usize % 400));
        let accepted = store.append(vec![event(person, number, &text)], 1).await.unwrap();
        for claim in accepted.claims {
            let turn = Turn {
                state: Some(StateChange::Set(text.as_bytes().into())),
                rows: vec![row(person, &format!("{person}:{number}"), &text)],
                timers: vec![TimerChange::Set {
                    name: format!("t{}", number % 5).into(),
                    after: Duration::from_secs(1_000),
                    key: key(number),
                    event: event(person, 0, &text).event,
                }],
                failed: number.is_multiple_of(7).then(|| Cause::new("MSG999", &text)),
                send: number.is_multiple_of(2),
                ..turn(&claim.lease)
            };
            let committed = store.commit(turn).await.unwrap();
            if let (Some(row), true) = (committed.row, number.is_multiple_of(4)) {
                store.settle(row, Settlement::Done).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_left_of_who_was_erased() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).await.unwrap();
    let (erased, kept) = ("7771234567890123", "8881234567890123");
    for slice in 0..10 {
        fill(&store, erased, slice * 100..slice * 100 + 60).await;
        fill(&store, kept, slice * 100 + 60..slice * 100 + 100).await;
    }
    assert!(!directory.files_with(erased).is_empty());
    assert!(store.erase(&conversation(erased)).await.unwrap());
    assert_eq!(directory.files_with(erased), [] as [String; 0]);
    assert_eq!(
        directory.files_with(&format!("the secret of {erased}")),
        [] as [String; 0]
    );
    assert!(
        !directory.files_with(kept).is_empty(),
        "the search finds what is there"
    );
    assert!(store.dossier(&conversation(erased)).await.unwrap().is_none());
    assert!(!store.erase(&conversation(erased)).await.unwrap());
    let dossier = store.dossier(&conversation(kept)).await.unwrap().unwrap();
    assert_eq!(dossier.timers.len(), 5);
    assert!(!dossier.dead_letters.is_empty() && !dossier.rows.is_empty());
}

#[tokio::test]
async fn work_goes_on_while_an_erase_waits_for_a_reader() {
    let directory = Directory::new();
    let store = Arc::new(SqliteStore::open(directory.file()).await.unwrap());
    store.append(vec![event("1", 1, "the secret")], 0).await.unwrap();
    let reader = rusqlite::Connection::open(directory.file()).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let events: i64 = reader
        .query_row("SELECT count(*) FROM events", [], |row| row.get(0))
        .unwrap();
    assert_eq!(events, 1);
    let eraser = Arc::clone(&store);
    let erase = tokio::spawn(async move { eraser.erase(&conversation("1")).await });
    while store.dossier(&conversation("1")).await.unwrap().is_some() {
        tokio::task::yield_now().await;
    }
    for number in 10..30 {
        store.append(vec![event("2", number, "x")], 0).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!erase.is_finished(), "what was deleted is still in the log");
    reader.execute_batch("COMMIT").unwrap();
    assert!(erase.await.unwrap().unwrap());
    assert_eq!(directory.files_with("the secret"), [] as [String; 0]);
}

#[tokio::test]
async fn an_event_of_another_version_becomes_a_dead_letter() {
    let directory = Directory::new();
    let store = SqliteStore::open(directory.file()).await.unwrap();
    let events = vec![event("1", 1, "new"), event("1", 2, "known"), event("2", 3, "new")];
    let claim = store.append(events, 1).await.unwrap().claims.remove(0);
    store.release(claim.lease, false).await.unwrap();
    let claim = store.append(vec![event("3", 4, "x")], 8).await.unwrap().claims;
    let of_third = claim
        .iter()
        .find(|claim| claim.key == key(4))
        .expect("it was free");
    let timed = Turn {
        timers: vec![TimerChange::Set {
            name: "t".into(),
            after: Duration::ZERO,
            key: key(5),
            event: event("3", 0, "new").event,
        }],
        ..turn(&of_third.lease)
    };
    drop(store.commit(timed).await.unwrap());
    drop(store);
    let conn = rusqlite::Connection::open(directory.file()).unwrap();
    for table in ["events", "timers"] {
        let sql = format!("UPDATE {table} SET channel = 'telepathy' WHERE json LIKE '%\"new\"%'");
        conn.execute(&sql, []).unwrap();
    }
    conn.execute("UPDATE timers SET due = 1", []).unwrap();
    drop(conn);
    let store = SqliteStore::open(directory.file()).await.unwrap();
    let dossier = store.dossier(&conversation("1")).await.unwrap().unwrap();
    assert!(dossier.events.iter().any(|event| event.contains("telepathy")));
    let claims = store.claim(8, true).await.unwrap();
    let keys: Vec<_> = claims.iter().map(|claim| claim.key).collect();
    assert_eq!(keys, [key(2)], "what can be read is handled");
    let letters = store.dead_letters(Default::default()).await.unwrap();
    let mut buried: Vec<_> = letters.iter().map(|letter| letter.key.clone()).collect();
    buried.sort();
    assert_eq!(buried, [1, 3, 5].map(|number| hex::encode(key(number))));
    for letter in &letters {
        assert_eq!(letter.cause.code, "MSG608");
        assert!(letter.body.contains("telepathy"), "{}", letter.body);
    }
    store.commit(turn(&claims[0].lease)).await.unwrap();
    assert!(store.backlog().await.unwrap().is_empty());
    store
        .ask(false, |engine| {
            engine
                .check()
                .map_err(crate::store::sqlite::failure::Failure::from)
        })
        .await
        .unwrap();
}

/// The file of the first version of the tables, as SQL: what a process left that was killed.
const GOLDEN: &str = include_str!("golden/1.sql");

#[tokio::test]
async fn the_first_version_of_the_tables_is_read() {
    let directory = Directory::new();
    fs::create_dir(directory.path()).unwrap();
    let conn = rusqlite::Connection::open(directory.file()).unwrap();
    conn.execute_batch(GOLDEN).unwrap();
    drop(conn);
    let clock = SetClock::new();
    let store = SqliteStore::at(directory.file())
        .clock(Arc::<SetClock>::clone(&clock))
        .open()
        .await
        .unwrap();
    let backlog = store.backlog().await.unwrap();
    assert_eq!((backlog.events, backlog.rows, backlog.dead_letters), (1, 1, 1));
    let claim = store.claim(1, false).await.unwrap().remove(0);
    assert_eq!((claim.key, claim.claims), (key(2), 2));
    assert_eq!(claim.state.as_deref(), Some(&b"{\"n\":1}"[..]));
    let expected = event("1234567890", 2, "handled when it stopped");
    assert_eq!(*claim.event, expected.event);
    let dossier = store.dossier(&conversation("1234567890")).await.unwrap().unwrap();
    assert_eq!(dossier.timers.len(), 1);
    assert_eq!(
        dossier.dead_letters[0].cause,
        Cause::new("MSG209", "the handler failed")
    );
    let again = store.append(vec![event("1234567890", 1, "x")], 0).await.unwrap();
    assert_eq!(again.events, [crate::store::Appended::Duplicate]);
    clock.advance(Duration::from_secs(11));
    let row = store.claim_outbox(1).await.unwrap().remove(0);
    assert_eq!(*row.new, self::row("1234567890", "a", "Hello"));
    assert_eq!((row.attempts, row.doubts), (0, 1));
}
