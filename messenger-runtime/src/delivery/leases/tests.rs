//! Leases against a store that takes them away.

use std::sync::atomic::AtomicU32;

use super::*;
use crate::{
    BoxFuture,
    delivery::Counters,
    event::{Channel, Object},
    store::{
        Accepted, Backlog, Claim, Committed, Conversation, DeadLetter, DeadLetters, Dossier, Enqueue,
        Enqueued, Lost, MemoryStore, NewEvent, Replayed, Settled, Settlement, StoreError, StoredEvent, Turn,
    },
};

const TERM: Duration = Duration::from_secs(30);

fn lease(epoch: u64) -> Lease {
    let conversation = Conversation {
        object: Object::Page,
        page: "1".into(),
        person: Some("2".into()),
    };
    Lease {
        conversation: Arc::new(conversation),
        epoch,
    }
}

fn health() -> StoreHealth {
    StoreHealth::new(Arc::<Counters>::default(), 0)
}

/// Renews nothing of epochs below `from`.
#[derive(Debug, Default)]
struct Taker {
    store: MemoryStore,
    from: u64,
    down: AtomicBool,
    /// How many renewals fail, and then hang.
    fails: AtomicU32,
    hangs: AtomicU32,
    renewals: AtomicU32,
}

impl Store for Taker {
    fn lease(&self) -> Option<Duration> {
        Some(TERM)
    }

    fn renew(&self, turns: Vec<Lease>, _rows: Vec<Row>) -> BoxFuture<'_, Result<Lost, StoreError>> {
        self.renewals.fetch_add(1, Ordering::Relaxed);
        let is_left = |count: &AtomicU32| {
            let less = |left: u32| left.checked_sub(1);
            count
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
                .is_ok()
        };
        let fails = self.down.load(Ordering::Relaxed) || is_left(&self.fails);
        if !fails && is_left(&self.hangs) {
            return Box::pin(std::future::pending());
        }
        let renewed = if fails {
            Err(StoreError::Unavailable("on purpose".into()))
        } else {
            Ok(Lost {
                turns: turns.into_iter().filter(|turn| turn.epoch < self.from).collect(),
                rows: Vec::new(),
            })
        };
        Box::pin(std::future::ready(renewed))
    }

    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        self.store.append(events, claim)
    }
    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        self.store.claim(limit, suspects)
    }
    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        self.store.commit(turn)
    }
    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.release(lease, tried)
    }
    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        self.store.enqueue(enqueue)
    }
    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        self.store.claim_outbox(limit)
    }
    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        self.store.settle(row, settlement)
    }
    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.hasten(object, page)
    }
    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        self.store.dead_letters(which)
    }
    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        self.store.dead_letter(id)
    }
    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        self.store.replay(id)
    }
    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.store.discard(id)
    }
    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        self.store.dossier(conversation)
    }
    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.store.erase(conversation)
    }
    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        self.store.backlog()
    }
    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.ready()
    }
    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.close()
    }
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_good_for_its_term_and_longer_only_where_it_is_renewed() {
    let (leases, store) = (Leases::new(Some(TERM)), Taker::default());
    let held = leases.turn(&lease(1), Instant::now());
    tokio::time::advance(TERM * 2 / 3).await;
    assert!(held.is_good());
    leases.renew(&store, &health()).await;
    tokio::time::advance(TERM * 2 / 3).await;
    assert!(held.is_good(), "the renewal counts from when it was asked for");
    store.down.store(true, Ordering::Relaxed);
    leases.renew(&store, &health()).await;
    tokio::time::advance(TERM / 3).await;
    assert!(!held.is_good(), "an answer that did not come renews nothing");
}

#[tokio::test(start_paused = true)]
async fn whoever_holds_a_lost_lease_learns_of_it_at_once_and_others_do_not() {
    let leases = Leases::new(Some(TERM));
    let store = Taker {
        from: 2,
        ..Taker::default()
    };
    let (old, new) = (
        leases.turn(&lease(1), Instant::now()),
        leases.turn(&lease(2), Instant::now()),
    );
    assert!(timeout(TERM / 3, old.lost()).await.is_err());
    leases.renew(&store, &health()).await;
    timeout(Duration::ZERO, old.lost()).await.expect("it is lost");
    assert!(timeout(Duration::ZERO, new.lost()).await.is_err());
    assert_eq!((old.is_good(), new.is_good()), (false, true));
}

#[tokio::test(start_paused = true)]
async fn whoever_holds_a_lease_that_runs_out_unrenewed_learns_of_it() {
    let (leases, store) = (Leases::new(Some(TERM)), Taker::default());
    let (held, moment) = (leases.turn(&lease(1), Instant::now()), Duration::from_millis(1));
    let lost = held.lost();
    tokio::pin!(lost);
    assert!(timeout(TERM / 2, &mut lost).await.is_err());
    assert!(leases.renew(&store, &health()).await);
    assert!(timeout(TERM - moment, &mut lost).await.is_err(), "it was renewed");
    store.down.store(true, Ordering::Relaxed);
    assert!(!leases.renew(&store, &health()).await);
    timeout(moment * 2, lost).await.expect("it ran out");
    assert!(!held.is_good());
}

#[tokio::test(start_paused = true)]
async fn renewals_that_fail_or_hang_are_tried_again_while_the_lease_holds() {
    let (leases, health) = (Leases::new(Some(TERM)), health());
    for (down, hangs) in [(5, 0), (0, 1)] {
        let store = Taker::default();
        store.fails.store(down, Ordering::Relaxed);
        store.hangs.store(hangs, Ordering::Relaxed);
        let held = leases.turn(&lease(1), Instant::now());
        let renewals = timeout(TERM * 2, leases.keep_renewing(&store, &health));
        tokio::select! {
            ended = renewals => assert!(ended.is_err()),
            () = held.lost() => panic!("it was lost with {down} failures and {hangs} that hang"),
        }
        let calls = store.renewals.load(Ordering::Relaxed);
        assert!((6..=12).contains(&calls), "{calls} calls");
    }
}

#[tokio::test(start_paused = true)]
async fn claims_that_were_long_in_coming_are_confirmed() {
    let leases = Leases::new(Some(TERM));
    let store = Taker {
        from: 2,
        ..Taker::default()
    };
    let asked = Instant::now();
    let claim = |epoch| Claim {
        lease: lease(epoch),
        key: [0; 16],
        event: Arc::new(StoredEvent {
            channel: Channel::Messaging,
            field: None,
            json: "{}".into(),
        }),
        claims: 1,
        state: None,
        opened: None,
    };
    let mut claims = vec![claim(1), claim(2)];
    let surely = leases.confirm_turns(&store, &health(), &mut claims, asked).await;
    assert_eq!((surely, claims.len()), (asked, 2), "they came at once");
    tokio::time::advance(TERM * 2).await;
    let surely = leases.confirm_turns(&store, &health(), &mut claims, asked).await;
    assert_eq!(
        (surely, claims.len()),
        (Instant::now(), 1),
        "one is somebody else's"
    );
    store.down.store(true, Ordering::Relaxed);
    tokio::time::advance(TERM / 2).await;
    let surely = leases.confirm_turns(&store, &health(), &mut claims, asked).await;
    assert!(!leases.turn(&claims[0].lease, surely).is_good(), "nobody knows");
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_is_renewed_no_more() {
    let (leases, store) = (Leases::new(Some(TERM)), Taker::default());
    let held = leases.turn(&lease(1), Instant::now());
    leases.renew(&store, &health()).await;
    drop(held);
    leases.renew(&store, &health()).await;
    assert_eq!(store.renewals.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_term_a_lease_holds_until_the_end() {
    let leases = Leases::new(None);
    let held = leases.turn(&lease(1), Instant::now());
    tokio::time::advance(TERM * 100).await;
    assert!(held.may_send());
    leases.close();
    assert_eq!((held.is_good(), held.may_send()), (true, false));
}

/// How long the process of the next test is stopped, and from what gap on it has noticed.
const STOPPED: Duration = Duration::from_millis(1500);
const NOTICED: Duration = Duration::from_secs(1);

#[test]
#[ignore = "the next test runs it, in a process of its own"]
fn waits_until_it_was_stopped() {
    let begun = Instant::now();
    let mut last = begun;
    println!("ready");
    while last.elapsed() < NOTICED {
        last = Instant::now();
        assert!(begun.elapsed() < Duration::from_secs(30), "nobody stopped it");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
#[cfg(unix)]
fn the_clock_of_leases_goes_on_while_the_process_is_stopped() {
    use std::{
        io::{BufRead as _, BufReader},
        process::{Command, Stdio},
    };
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--ignored", "--nocapture", "--exact"])
        .arg("delivery::leases::tests::waits_until_it_was_stopped")
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts again");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"))
        .lines()
        .map_while(Result::ok);
    let is_ready = lines.any(|line| line.ends_with("ready"));
    assert!(is_ready, "there is such a test");
    let signal = |signal: &str| {
        let sent = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(sent.expect("there is a kill command").success());
    };
    signal("-STOP");
    std::thread::sleep(STOPPED);
    signal("-CONT");
    lines.for_each(drop);
    assert!(child.wait().expect("it ends").success());
}
