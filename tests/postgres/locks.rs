//! Who waits for whom on the server, and for how long.

use messenger_runtime::store::Dossier;
use messenger_tests::PostgresSession;

use super::*;

/// Waits until as many sessions as this wait for the one of this number.
pub(super) async fn wait_behind(server: &PostgresServer, pid: &str, sessions: usize) {
    let waiting = format!("SELECT count(*) FROM pg_stat_activity WHERE {pid} = ANY(pg_blocking_pids(pid))");
    let deadline = Instant::now() + Duration::from_secs(20);
    while server.sql(&waiting).expect("PostgreSQL answers") != sessions.to_string() {
        assert!(Instant::now() < deadline, "nobody waits for the session");
        sleep(Duration::from_millis(20)).await;
    }
}

/// A session that has locked the conversation of `a`, which is to be deleted by it.
struct Deleter {
    session: PostgresSession,
    pid: String,
    conversation: String,
}

impl Deleter {
    fn locks(server: &PostgresServer, schema: &str) -> Self {
        let mut session = server.session().expect("psql runs");
        let pid = session.pid().expect("PostgreSQL answers");
        let conversation = format!("FROM {schema}.conversation WHERE id = 'page/1/a'");
        let lock = format!("BEGIN; SELECT convert_from(id, 'UTF8') {conversation} FOR UPDATE");
        assert_eq!(session.run(&lock).expect("PostgreSQL answers"), "page/1/a");
        Self {
            session,
            pid,
            conversation,
        }
    }

    /// Deletes it as soon as somebody waits for it.
    async fn delete(mut self, server: &PostgresServer) {
        wait_behind(server, &self.pid, 1).await;
        let delete = format!("DELETE {}; COMMIT", self.conversation);
        self.session.run(&delete).expect("PostgreSQL answers");
    }
}

async fn dossier(store: &PostgresStore) -> Dossier {
    let kept = store.dossier(&person("a")).await.expect("PostgreSQL answers");
    kept.expect("something is kept")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_queued_while_its_conversation_is_deleted_is_there() {
    let server = server_or_return!("what_is_queued_while_its_conversation_is_deleted_is_there");
    let schema = server.schema();
    let store = Arc::new(open(&server, &schema).await);
    // A message and an event that can be replayed; of the conversation itself nothing is left.
    let queue = |key: &str| Enqueue {
        conversation: Arc::new(person("a")),
        rows: vec![row(key)],
        turn: None,
        once: None,
    };
    store.enqueue(queue("r1")).await.unwrap();
    let sent = store.claim_outbox(1).await.unwrap().pop().unwrap();
    let dead = Settlement::Dead(Cause::new("MSG1", "no"));
    store.settle(sent, dead).await.unwrap();
    let mut claims = store.append(vec![event("a", 1)], 1).await.unwrap().claims;
    let failed = Some(Cause::new("MSG1", "no"));
    let lease = claims.pop().unwrap().lease;
    store
        .commit(Turn {
            failed,
            ..turn(lease)
        })
        .await
        .unwrap();
    let letters = letters(&store, |letters| letters.len() == 2).await;

    let deleter = Deleter::locks(&server, &schema);
    let (of, queued) = (Arc::clone(&store), queue("r2"));
    let queued = tokio::spawn(async move { of.enqueue(queued).await });
    deleter.delete(&server).await;
    assert_eq!(queued.await.unwrap().unwrap(), [Enqueued::Waiting]);
    assert_eq!(dossier(&store).await.rows.len(), 1);

    for (letter, what) in letters.into_iter().zip(["the message", "the event"]) {
        // As after a look at what is idle.
        server
            .sql(&format!(
                "DELETE FROM {schema}.outbox; DELETE FROM {schema}.inbox;
                 UPDATE {schema}.conversation SET waiting = 0, out_due = NULL, pending = 0, due = NULL"
            ))
            .unwrap();
        let deleter = Deleter::locks(&server, &schema);
        let of = Arc::clone(&store);
        let replayed = tokio::spawn(async move { of.replay(letter.id).await });
        deleter.delete(&server).await;
        assert_eq!(replayed.await.unwrap().unwrap(), Replayed::Queued);
        let dossier = dossier(&store).await;
        assert_eq!(dossier.rows.len() + dossier.events.len(), 1, "{what} is gone");
    }
    let event = one_claim(&store).await;
    assert_eq!(event.lease.conversation.person.as_deref(), Some("a"));
}

/// Claims a conversation and freezes within the commit of its turn.
#[tokio::test]
#[ignore = "a part of a_node_frozen_in_a_change_holds_others_up_for_two_seconds, which runs it in a process of its own"]
async fn freezes_for_another_test() {
    let var = |name: &str| std::env::var(name).expect("set by the test that runs this");
    let options = PostgresStore::at(var("MESSENGER_STORE")).schema(var("SCHEMA"));
    let store = options.connect().await.expect("the store opens");
    let claim = one_claim(&store).await;
    fail::cfg("postgres.commit.prepared", "pause").expect("it is an action of a fail point");
    let with_a_timer = Turn {
        timers: vec![timer("t", Duration::from_secs(3600), 9)],
        ..turn(claim.lease)
    };
    store.commit(with_a_timer).await.expect_err("it never ends");
}

#[tokio::test]
async fn a_node_frozen_in_a_change_holds_others_up_for_two_seconds() {
    let server = server_or_return!("a_node_frozen_in_a_change_holds_others_up_for_two_seconds");
    let schema = server.schema();
    let store = open(&server, &schema).await;
    store.append(vec![event("a", 1)], 0).await.unwrap();
    let mut frozen = std::process::Command::new(std::env::current_exe().expect("it runs"))
        .args(["--exact", "locks::freezes_for_another_test", "--ignored"])
        .env(
            "MESSENGER_STORE",
            format!("{}&application_name=frozen", server.url()),
        )
        .env("SCHEMA", &schema)
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("it runs again");
    // For longer than between the statements of a change that goes on.
    let idle = "SELECT count(*) FROM pg_stat_activity
                 WHERE application_name = 'frozen' AND state = 'idle in transaction'
                   AND state_change < now() - interval '300 milliseconds'";
    let deadline = Instant::now() + Duration::from_secs(30);
    while server.sql(idle).unwrap() != "1" {
        assert!(Instant::now() < deadline, "it does not freeze");
        sleep(Duration::from_millis(10)).await;
    }
    let begin = Instant::now();
    let kept = store.append(vec![event("a", 2)], 0).await;
    let took = begin.elapsed();
    frozen.kill().expect("it is there");
    frozen.wait().expect("it was killed");
    assert_eq!(
        kept.expect("the change of the frozen node is undone").events,
        [Appended::Fresh]
    );
    println!("held up for {took:?}");
    assert!((200..5_000).contains(&took.as_millis()), "{took:?}");
}

#[tokio::test]
async fn no_claim_passes_its_limit_whatever_the_plan() {
    let server = server_or_return!("no_claim_passes_its_limit_whatever_the_plan");
    let schema = server.schema();
    server.sql("CREATE DATABASE plans").unwrap();
    // With few rows in its statistics and no other way to join, the server picks anew for each conversation.
    for kind in [
        "hashjoin",
        "mergejoin",
        "material",
        "memoize",
        "indexscan",
        "bitmapscan",
        "indexonlyscan",
    ] {
        let off = format!("ALTER DATABASE plans SET enable_{kind} = off");
        // Not every version knows all of them.
        let _unknown = server.sql(&off);
    }
    let url = server.url().replace("/postgres?", "/plans?");
    let store = PostgresStore::at(&url).schema(&schema).connect().await.unwrap();
    store.append(vec![event("z", 0)], 1).await.unwrap();
    let mut plans = server.session_in("plans").unwrap();
    plans.run(&format!("ANALYZE {schema}.conversation")).unwrap();
    let all = (1..=40).map(|number| event(&format!("p{number:02}"), number));
    store.append(all.collect(), 0).await.unwrap();
    for suspects in [false, true] {
        let claims = store.claim(2, suspects).await.unwrap();
        assert_eq!(claims.len(), 2);
        for claim in claims {
            let rows = vec![row(&format!("r-{}", hex(claim.key)))];
            let answer = Turn {
                rows,
                ..turn(claim.lease)
            };
            assert!(store.commit(answer).await.unwrap().next.is_none());
        }
    }
    let make = format!("UPDATE {schema}.conversation SET claims = 2 WHERE due <= now()");
    plans.run(&make).unwrap();
    assert_eq!(store.claim(3, true).await.unwrap().len(), 1);
    assert_eq!(store.claim_outbox(2).await.unwrap().len(), 2);
}

fn hex(key: EventKey) -> String {
    key.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dossier_shows_everything_once_while_it_changes_its_place() {
    let server = server_or_return!("a_dossier_shows_everything_once_while_it_changes_its_place");
    let store = Arc::new(open(&server, &server.schema()).await);
    store.append(vec![event("a", 1)], 0).await.unwrap();
    let (of, stop) = (Arc::clone(&store), Arc::new(AtomicBool::new(false)));
    let stopped = Arc::clone(&stop);
    // From the queue to the dead letters and back.
    let moves = tokio::spawn(async move {
        let mut moves = 0;
        while !stopped.load(Ordering::Relaxed) {
            let claim = one_claim(&of).await;
            let failed = Some(Cause::new("MSG1", "no"));
            of.commit(Turn {
                failed,
                ..turn(claim.lease)
            })
            .await
            .unwrap();
            let letters = of.dead_letters(DeadLetters::default()).await.unwrap();
            assert_eq!(of.replay(letters[0].id).await.unwrap(), Replayed::Queued);
            moves += 1;
        }
        moves
    });
    for nth in 0..600 {
        let dossier = dossier(&store).await;
        let (events, letters) = (dossier.events.len(), dossier.dead_letters.len());
        assert_eq!(
            events + letters,
            1,
            "{events} events and {letters} letters after {nth}"
        );
    }
    stop.store(true, Ordering::Relaxed);
    let moves: u64 = moves.await.unwrap();
    assert!(moves > 20, "{moves}");
}
