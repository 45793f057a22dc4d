//! Everything at once, from two nodes, on few conversations.

use super::*;

/// In its own database, so that the server counts the deadlocks of this test alone.
const DATABASE: &str = "load";
const PEOPLE: u64 = 6;

fn anybody() -> String {
    format!("p{}", fastrand::u64(..PEOPLE))
}

/// The page's own conversation.
fn page() -> Conversation {
    Conversation {
        person: None,
        ..person("")
    }
}

fn several(at_most: usize, one: impl Fn() -> NewEvent) -> Vec<NewEvent> {
    (0..=fastrand::usize(..at_most)).map(|_| one()).collect()
}

/// An event, often known already and often the echo of a row that may be there.
fn any_event() -> NewEvent {
    let mut new = event(&anybody(), fastrand::u64(..500));
    if fastrand::bool() {
        new.echoes = Some(format!("r{}", fastrand::u64(..200)).into());
    }
    if fastrand::u8(..4) == 0 {
        new.conversation = page();
    }
    new
}

fn any_rows() -> Vec<NewRow> {
    (0..fastrand::usize(..3))
        .map(|_| row(&format!("r{}", fastrand::u64(..200))))
        .collect()
}

async fn one_change(store: &PostgresStore) -> Result<(), StoreError> {
    let soon = Duration::from_millis(20);
    match fastrand::u8(..12) {
        0..=3 => {
            let accepted = store.append(several(6, any_event), 2).await?;
            for claim in accepted.claims {
                finish(store, claim).await?;
            }
        }
        4..=5 => {
            if let Ok(claims) = timeout(soon, store.claim(4, true)).await {
                for claim in claims? {
                    finish(store, claim).await?;
                }
            }
        }
        6..=7 => {
            if let Ok(rows) = timeout(soon, store.claim_outbox(4)).await {
                for row in rows? {
                    let how = match fastrand::u8(..4) {
                        0 => Settlement::Done,
                        1 => Settlement::Dead(Cause::new("MSG1", "no")),
                        2 => Settlement::Retry(Duration::ZERO),
                        _ => Settlement::Doubtful(soon),
                    };
                    let next = store.settle(row, how).await?.next;
                    if let Some(next) = next {
                        store.settle(next, Settlement::Postponed(Duration::ZERO)).await?;
                    }
                }
            }
        }
        8 => {
            let once = fastrand::bool().then(|| key(1_000 + fastrand::u64(..500)));
            let queue = Enqueue {
                conversation: Arc::new(person(&anybody())),
                rows: any_rows(),
                turn: None,
                once,
            };
            store.enqueue(queue).await?;
        }
        9..=10 => {
            for letter in store.dead_letters(DeadLetters::default()).await?.iter().take(3) {
                store.replay(letter.id).await?;
            }
        }
        _ => {
            store.erase(&person(&anybody())).await?;
            store.hasten(Object::Page, "1").await?;
        }
    }
    Ok(())
}

async fn finish(store: &PostgresStore, claim: Claim) -> Result<(), StoreError> {
    let failed = (fastrand::u8(..3) == 0).then(|| Cause::new("MSG1", "no"));
    let timers = ["t1", "t2"].map(|name| {
        let number = 2_000 + fastrand::u64(..1_000_000);
        timer(name, Duration::from_millis(fastrand::u64(..4)), number)
    });
    let end = Turn {
        failed,
        rows: any_rows(),
        timers: timers.to_vec(),
        ..turn(claim.lease)
    };
    if let Some(next) = store.commit(end).await?.next {
        store.release(next.lease, true).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_every_kind_never_wait_for_each_other_in_a_circle() {
    let server = server_or_return!("changes_of_every_kind_never_wait_for_each_other_in_a_circle");
    server.sql(&format!("CREATE DATABASE {DATABASE}")).unwrap();
    let url = server
        .trusted_url()
        .replace("/postgres?", &format!("/{DATABASE}?"));
    let mut nodes = Vec::new();
    for _ in 0..2 {
        let options = PostgresStore::at(&url).lease(Duration::from_millis(500));
        nodes.push(Arc::new(options.connect().await.expect("the store opens")));
    }
    let begin = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for nth in 0..16 {
        let store = Arc::clone(&nodes[nth % 2]);
        tasks.spawn(async move {
            let mut changes = 0_u64;
            while begin.elapsed() < Duration::from_secs(8) {
                match one_change(&store).await {
                    Ok(()) | Err(StoreError::LeaseLost) => changes += 1,
                    Err(other) => panic!("{other}"),
                }
            }
            changes
        });
    }
    let changes: u64 = tasks.join_all().await.into_iter().sum();
    for node in nodes {
        node.close().await.unwrap();
    }
    // A session tells what it counted at its end.
    let counted = format!("SELECT xact_commit, deadlocks FROM pg_stat_database WHERE datname = '{DATABASE}'");
    let deadline = Instant::now() + Duration::from_secs(20);
    let counted = loop {
        sleep(Duration::from_millis(500)).await;
        let counted = server.sql(&counted).unwrap();
        let (commits, deadlocks) = counted.split_once('|').expect("two columns");
        if commits.parse::<u64>().unwrap() >= changes / 4 {
            break deadlocks.to_owned();
        }
        assert!(
            Instant::now() < deadline,
            "{counted} of {changes} changes were counted"
        );
    };
    println!("{changes} changes, {counted} deadlocks");
    assert_eq!(counted, "0", "in {changes} changes");
}
