//! A store seen at work: how long its calls take, which leases it renews, and what becomes a dead letter.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    BoxFuture,
    delivery::Histogram,
    event::Object,
    store::{
        Accepted, Backlog, Cause, Claim, Committed, Conversation, DeadKind, DeadLetter, DeadLetters, Dossier,
        Enqueue, Enqueued, Lease, Lost, NewEvent, Replayed, Row, Settled, Settlement, Store, StoreError,
        Turn,
    },
};

/// The calls whose time tells how fast the store is. The claims are not among them: they wait for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Append,
    Commit,
    Enqueue,
    Settle,
    Renew,
    Release,
}

impl Op {
    pub(super) const ALL: [Self; 6] = [
        Self::Append,
        Self::Commit,
        Self::Enqueue,
        Self::Settle,
        Self::Renew,
        Self::Release,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Commit => "commit",
            Self::Enqueue => "enqueue",
            Self::Settle => "settle",
            Self::Renew => "renew",
            Self::Release => "release",
        }
    }
}

/// Every call whose errors are counted.
pub(super) const CALLS: [&str; Op::ALL.len() + 2] = [
    Op::Append.as_str(),
    Op::Commit.as_str(),
    Op::Enqueue.as_str(),
    Op::Settle.as_str(),
    Op::Renew.as_str(),
    Op::Release.as_str(),
    CLAIM,
    CLAIM_OUTBOX,
];
const CLAIM: &str = "claim";
const CLAIM_OUTBOX: &str = "claim_outbox";

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    times: [Histogram; Op::ALL.len()],
    pub(super) turns_renewed: Tally,
    pub(super) rows_renewed: Tally,
    pub(super) dead_letters: Coded,
    pub(super) errors: Coded,
}

#[derive(Debug, Default)]
pub(super) struct Tally(AtomicU64);

impl Tally {
    fn add(&self, count: usize) {
        self.0.fetch_add(count as u64, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts by a word and a code of the error index, for what happens seldom.
#[derive(Debug, Default)]
pub(super) struct Coded(Mutex<BTreeMap<(&'static str, String), u64>>);

impl Coded {
    fn one(&self, word: &'static str, code: &str) {
        // A cause may come from another program; whatever it calls a code must not become a label.
        let is_code = code.len() == 6
            && code
                .strip_prefix("MSG")
                .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        let code = if is_code { code } else { "other" };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((word, code.to_owned())).or_default() += 1;
    }

    pub(super) fn all(&self) -> Vec<((&'static str, String), u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(key, count)| (key.clone(), *count)).collect()
    }
}

impl Seen {
    pub(super) fn time(&self, op: Op) -> &Histogram {
        &self.times[op as usize]
    }

    fn died(&self, kind: DeadKind, cause: &Cause) {
        self.dead_letters.one(kind.as_str(), &cause.code);
    }

    fn ended<T>(&self, op: Op, started: Instant, ended: &Result<T, StoreError>) {
        self.time(op).observe(started.elapsed());
        match ended {
            // Whoever had the lease counts it, since the store may say so several times.
            Ok(_) | Err(StoreError::LeaseLost) => {}
            Err(error) => self.failed(op.as_str(), error),
        }
    }

    fn failed(&self, call: &'static str, error: &StoreError) {
        let text = error.to_string();
        self.errors.one(call, text.get(..6).unwrap_or_default());
    }
}

/// Passes every call on and looks at it.
#[derive(Debug)]
pub(crate) struct Observed {
    store: Arc<dyn Store>,
    seen: Arc<Seen>,
}

impl Observed {
    /// The store, and what will have been seen of it.
    pub(crate) fn look_at(store: Arc<dyn Store>) -> (Arc<dyn Store>, Arc<Seen>) {
        let seen = Arc::<Seen>::default();
        let observed = Self {
            store,
            seen: Arc::clone(&seen),
        };
        (Arc::new(observed), seen)
    }
}

impl Store for Observed {
    fn lease(&self) -> Option<Duration> {
        self.store.lease()
    }

    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        let started = Instant::now();
        let call = self.store.append(events, claim);
        Box::pin(async move {
            let ended = call.await;
            self.seen.ended(Op::Append, started, &ended);
            ended
        })
    }

    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        let call = self.store.claim(limit, suspects);
        Box::pin(async move {
            let ended = call.await;
            if let Err(error) = &ended {
                self.seen.failed(CLAIM, error);
            }
            ended
        })
    }

    fn renew(&self, turns: Vec<Lease>, rows: Vec<Row>) -> BoxFuture<'_, Result<Lost, StoreError>> {
        let (started, asked) = (Instant::now(), (turns.len(), rows.len()));
        let call = self.store.renew(turns, rows);
        Box::pin(async move {
            let ended = call.await;
            self.seen.ended(Op::Renew, started, &ended);
            if let Ok(lost) = &ended {
                self.seen
                    .turns_renewed
                    .add(asked.0.saturating_sub(lost.turns.len()));
                self.seen
                    .rows_renewed
                    .add(asked.1.saturating_sub(lost.rows.len()));
            }
            ended
        })
    }

    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        let started = Instant::now();
        let failed = turn.failed.clone();
        let unreadable: Vec<Cause> = turn.unreadable.iter().map(|(_, cause)| cause.clone()).collect();
        let call = self.store.commit(turn);
        Box::pin(async move {
            let ended = call.await;
            self.seen.ended(Op::Commit, started, &ended);
            if ended.is_ok() {
                if let Some(cause) = &failed {
                    self.seen.died(DeadKind::Event, cause);
                }
                for cause in &unreadable {
                    self.seen.died(DeadKind::State, cause);
                }
            }
            ended
        })
    }

    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        let started = Instant::now();
        let call = self.store.release(lease, tried);
        Box::pin(async move {
            let ended = call.await;
            self.seen.ended(Op::Release, started, &ended);
            ended
        })
    }

    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        let started = Instant::now();
        let call = self.store.enqueue(enqueue);
        Box::pin(async move {
            let ended = call.await;
            self.seen.ended(Op::Enqueue, started, &ended);
            ended
        })
    }

    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        let call = self.store.claim_outbox(limit);
        Box::pin(async move {
            let ended = call.await;
            if let Err(error) = &ended {
                self.seen.failed(CLAIM_OUTBOX, error);
            }
            ended
        })
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        let started = Instant::now();
        let cause = match &settlement {
            Settlement::Dead(cause) => Some(cause.clone()),
            _ => None,
        };
        let call = self.store.settle(row, settlement);
        Box::pin(async move {
            let ended = call.await;
            self.seen.ended(Op::Settle, started, &ended);
            if let (Ok(settled), Some(cause)) = (&ended, &cause)
                && !settled.echoed
            {
                self.seen.died(DeadKind::Message, cause);
            }
            ended
        })
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

#[cfg(test)]
mod tests;
