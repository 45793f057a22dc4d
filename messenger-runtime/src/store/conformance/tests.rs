//! Engines that are wrong on purpose: the cases and the histories must notice each.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use super::{Bench, Options, histories, run};
use crate::{
    BoxFuture,
    event::Object,
    store::{
        Accepted, Backlog, Claim, Committed, Conversation, DeadLetter, DeadLetters, Dossier, Enqueue,
        Enqueued, Lease, MemoryStore, NewEvent, Replayed, Row, Settled, Settlement, Store, StoreError, Turn,
    },
};

/// What an engine gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    DuplicatesForgotten,
    EventsReversed,
    EpochIgnored,
    RowsReversed,
    ClaimsNotCounted,
    EchoIgnored,
    SettleIgnoresEpoch,
    StateLost,
    OnceForgotten,
    FailureForgotten,
    TimersLost,
    DayForgotten,
    HastensAll,
    EraseSpared,
    SuspectsForAll,
    EchoesRefused,
}

#[derive(Debug)]
struct Wrong {
    inner: MemoryStore,
    fault: Fault,
    serial: AtomicU32,
    leases: Mutex<HashMap<Conversation, Lease>>,
    rows: Mutex<HashMap<Conversation, u64>>,
}

impl Wrong {
    fn new(fault: Fault) -> Self {
        Self::with(MemoryStore::new(), fault)
    }

    fn with(inner: MemoryStore, fault: Fault) -> Self {
        Self {
            inner,
            fault,
            serial: AtomicU32::new(0),
            leases: Mutex::default(),
            rows: Mutex::default(),
        }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn note_claims(&self, claims: &mut [Claim]) {
        for claim in claims {
            let whose = (*claim.lease.conversation).clone();
            self.leases.lock().unwrap().insert(whose, claim.lease.clone());
            if self.is(Fault::ClaimsNotCounted) {
                claim.claims = 1;
            }
        }
    }

    fn note_row(&self, row: &Row) {
        let whose = (*row.conversation).clone();
        self.rows.lock().unwrap().insert(whose, row.epoch);
    }

    fn newest(&self, lease: Lease) -> Lease {
        let newest = self.leases.lock().unwrap().get(&*lease.conversation).cloned();
        newest.filter(|_| self.is(Fault::EpochIgnored)).unwrap_or(lease)
    }
}

impl Store for Wrong {
    fn append(&self, mut events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        for event in &mut events {
            if self.is(Fault::DuplicatesForgotten) {
                event.key[12..].copy_from_slice(&self.serial.fetch_add(1, Relaxed).to_be_bytes());
            }
            if self.is(Fault::EchoIgnored) {
                event.echoes = None;
            }
            if self.is(Fault::DayForgotten) {
                event.opens = None;
            }
        }
        if self.is(Fault::EventsReversed) {
            events.reverse();
        }
        Box::pin(async move {
            if self.is(Fault::EchoesRefused) {
                self.inner.ready().await?;
            }
            let mut accepted = self.inner.append(events, claim).await?;
            self.note_claims(&mut accepted.claims);
            Ok(accepted)
        })
    }

    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        Box::pin(async move {
            let suspects = suspects || self.is(Fault::SuspectsForAll);
            let mut claims = self.inner.claim(limit, suspects).await?;
            self.note_claims(&mut claims);
            Ok(claims)
        })
    }

    fn commit(&self, mut turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        turn.lease = self.newest(turn.lease);
        match self.fault {
            Fault::RowsReversed => turn.rows.reverse(),
            Fault::StateLost => turn.state = None,
            Fault::FailureForgotten => turn.failed = None,
            Fault::TimersLost => turn.timers.clear(),
            _ => {}
        }
        Box::pin(async move {
            let mut committed = self.inner.commit(turn).await?;
            self.note_claims(committed.next.as_mut_slice());
            committed.row.iter().for_each(|row| self.note_row(row));
            Ok(committed)
        })
    }

    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner
            .release(self.newest(lease), tried && !self.is(Fault::ClaimsNotCounted))
    }

    fn enqueue(&self, mut enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        if self.is(Fault::RowsReversed) {
            enqueue.rows.reverse();
        }
        if self.is(Fault::OnceForgotten) {
            enqueue.once = None;
        }
        enqueue.turn = enqueue.turn.map(|lease| self.newest(lease));
        self.inner.enqueue(enqueue)
    }

    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        Box::pin(async move {
            let rows = self.inner.claim_outbox(limit).await?;
            rows.iter().for_each(|row| self.note_row(row));
            Ok(rows)
        })
    }

    fn settle(&self, mut row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        let newest = self.rows.lock().unwrap().get(&*row.conversation).copied();
        if let Some(newest) = newest.filter(|_| self.is(Fault::SettleIgnoresEpoch)) {
            row.epoch = newest;
        }
        Box::pin(async move {
            let settled = self.inner.settle(row, settlement).await?;
            settled.next.iter().for_each(|row| self.note_row(row));
            Ok(settled)
        })
    }

    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        let page = page.to_owned();
        Box::pin(async move {
            if self.is(Fault::HastensAll) {
                self.inner.hasten(object, "2").await?;
            }
            self.inner.hasten(object, &page).await
        })
    }

    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        self.inner.dead_letters(which)
    }

    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        self.inner.dead_letter(id)
    }

    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        self.inner.replay(id)
    }

    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.inner.discard(id)
    }

    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        self.inner.dossier(conversation)
    }

    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        if self.is(Fault::EraseSpared) {
            return Box::pin(std::future::ready(Ok(true)));
        }
        self.inner.erase(conversation)
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        self.inner.backlog()
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.ready()
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.inner.close()
    }
}

struct Faulty(Fault);

impl Bench for Faulty {
    type Store = Wrong;

    async fn fresh(&self) -> Wrong {
        Wrong::new(self.0)
    }

    async fn bounded(&self, events: usize) -> Option<Wrong> {
        Some(Wrong::with(MemoryStore::new().queue_bound(events), self.0))
    }
}

fn options() -> Options {
    Options {
        deadline: Duration::from_secs(2),
        ..Options::default()
    }
}

const FAULTS: [Fault; 16] = [
    Fault::DuplicatesForgotten,
    Fault::EventsReversed,
    Fault::EpochIgnored,
    Fault::RowsReversed,
    Fault::ClaimsNotCounted,
    Fault::EchoIgnored,
    Fault::SettleIgnoresEpoch,
    Fault::StateLost,
    Fault::OnceForgotten,
    Fault::FailureForgotten,
    Fault::TimersLost,
    Fault::DayForgotten,
    Fault::HastensAll,
    Fault::EraseSpared,
    Fault::SuspectsForAll,
    Fault::EchoesRefused,
];

#[tokio::test(start_paused = true)]
async fn each_fault_breaks_a_clause() {
    run(Faulty(Fault::None), options()).await.assert();
    for fault in FAULTS {
        let report = run(Faulty(fault), options()).await;
        assert!(!report.broken.is_empty(), "{fault:?} went unnoticed");
    }
}

#[tokio::test(start_paused = true)]
async fn each_fault_shows_in_a_short_history() {
    histories(Faulty(Fault::None), options(), 100, 1).await.assert();
    for fault in FAULTS {
        // Histories have one page, and no bound.
        if matches!(fault, Fault::HastensAll | Fault::EchoesRefused) {
            continue;
        }
        let report = histories(Faulty(fault), options(), 1_000, 1).await;
        let broken = report
            .broken
            .first()
            .unwrap_or_else(|| panic!("{fault:?} went unnoticed"));
        let steps = broken.found.lines().skip(1).count();
        assert!(steps <= 12, "{fault:?}: {broken}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_seed_makes_the_same_history_again() {
    let first = histories(Faulty(Fault::RowsReversed), options(), 1_000, 1).await;
    let found = first.broken.first().expect("it is wrong");
    let seed = found.case.rsplit(' ').next().and_then(|seed| seed.parse().ok());
    let again = histories(Faulty(Fault::RowsReversed), options(), 1, seed.expect("a seed")).await;
    assert_eq!(
        again.broken.first().map(|broken| &broken.found),
        Some(&found.found)
    );
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_case_that_fails() {
    struct Panics;
    impl Bench for Panics {
        type Store = Arc<MemoryStore>;

        async fn fresh(&self) -> Arc<MemoryStore> {
            panic!("no store today")
        }
    }
    let report = run(Panics, options()).await;
    assert!(report.passed.is_empty());
    assert!(
        report
            .broken
            .iter()
            .all(|broken| broken.found.contains("no store today"))
    );
}
