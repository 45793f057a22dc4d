//! A store that fails or stalls when it is told to, and takes leases away.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use messenger_runtime::{
    BoxFuture,
    event::Object,
    store::{
        Accepted, Backlog, Claim, Committed, Conversation, DeadLetter, DeadLetters, Dossier, Enqueue,
        Enqueued, Lease, Lost, MemoryStore, NewEvent, Replayed, Row, Settled, Settlement, Store, StoreError,
        Turn,
    },
};

/// What a store is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// `append`.
    Append,
    /// `claim`.
    Claim,
    /// `renew`.
    Renew,
    /// `commit`.
    Commit,
    /// `release`.
    Release,
    /// `enqueue`.
    Enqueue,
    /// `settle`.
    Settle,
    /// `close`.
    Close,
}

/// A [`MemoryStore`] that fails on demand. Its clones are the same store.
#[derive(Debug, Clone, Default)]
pub struct FaultyStore {
    /// What is behind it.
    pub memory: Arc<MemoryStore>,
    term: Option<Duration>,
    plan: Arc<Plan>,
}

#[derive(Debug, Default)]
struct Plan {
    faults: Mutex<HashMap<Op, VecDeque<StoreError>>>,
    stalls: Mutex<HashMap<Op, VecDeque<Duration>>>,
    calls: Mutex<HashMap<Op, usize>>,
    /// Of whom the holder loses the conversation at its next renewal.
    dying: Mutex<Vec<String>>,
    releases: Mutex<Vec<bool>>,
    renews_nothing: AtomicBool,
    /// How many rows more than it is asked for it leases.
    more_rows: AtomicUsize,
    /// One for each commit that is made and not answered.
    lost_answers: Mutex<Vec<()>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic under the lock")
}

impl FaultyStore {
    /// With leases that have to be renewed.
    #[must_use]
    pub fn leasing(mut self, term: Duration) -> Self {
        self.term = Some(term);
        self
    }

    /// With this store behind it.
    #[must_use]
    pub fn over(mut self, memory: MemoryStore) -> Self {
        self.memory = Arc::new(memory);
        self
    }

    /// Fails the next calls of `op` with these errors, one each. Nothing is done then.
    pub fn fail(&self, op: Op, errors: impl IntoIterator<Item = StoreError>) {
        lock(&self.plan.faults).entry(op).or_default().extend(errors);
    }

    /// Holds the next calls of `op` up, so long each, before anything is done.
    pub fn stall(&self, op: Op, times: impl IntoIterator<Item = Duration>) {
        lock(&self.plan.stalls).entry(op).or_default().extend(times);
    }

    /// Makes the next commit, and fails as if it had not.
    pub fn lose_answer_to_commit(&self) {
        lock(&self.plan.lost_answers).push(());
    }

    /// How often it was asked for `op`.
    #[must_use]
    pub fn calls(&self, op: Op) -> usize {
        lock(&self.plan.calls).get(&op).copied().unwrap_or_default()
    }

    /// For each release, whether its event had been tried.
    #[must_use]
    pub fn releases(&self) -> Vec<bool> {
        lock(&self.plan.releases).clone()
    }

    /// Treats whoever holds the conversation of `person` as dead from its next renewal on: the claim counts,
    /// and the conversation is for others.
    pub fn kill_holder_of(&self, person: &str) {
        lock(&self.plan.dying).push(person.to_owned());
    }

    /// From now on renewals are not answered.
    pub fn renew_nothing(&self) {
        self.plan.renews_nothing.store(true, Ordering::Relaxed);
    }

    /// From now on it leases up to `more` rows beyond the limit.
    pub fn lease_more_rows(&self, more: usize) {
        self.plan.more_rows.store(more, Ordering::Relaxed);
    }

    /// Every dead letter.
    pub async fn letters(&self) -> Vec<DeadLetter> {
        self.memory
            .dead_letters(DeadLetters::default())
            .await
            .expect("memory can be read")
    }

    async fn begin(&self, op: Op) -> Result<(), StoreError> {
        *lock(&self.plan.calls).entry(op).or_default() += 1;
        let stall = lock(&self.plan.stalls).get_mut(&op).and_then(VecDeque::pop_front);
        if let Some(stall) = stall {
            tokio::time::sleep(stall).await;
        }
        let fault = lock(&self.plan.faults).get_mut(&op).and_then(VecDeque::pop_front);
        fault.map_or(Ok(()), Err)
    }

    fn is_dying(&self, lease: &Lease) -> bool {
        let mut dying = lock(&self.plan.dying);
        let person = lease.conversation.person.as_deref();
        let found = dying.iter().position(|name| Some(&**name) == person);
        found.map(|at| dying.remove(at)).is_some()
    }
}

impl Store for FaultyStore {
    fn lease(&self) -> Option<Duration> {
        self.term
    }

    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        Box::pin(async move {
            self.begin(Op::Append).await?;
            self.memory.append(events, claim).await
        })
    }

    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        Box::pin(async move {
            self.begin(Op::Claim).await?;
            self.memory.claim(limit, suspects).await
        })
    }

    fn renew(&self, turns: Vec<Lease>, _rows: Vec<Row>) -> BoxFuture<'_, Result<Lost, StoreError>> {
        Box::pin(async move {
            self.begin(Op::Renew).await?;
            if self.plan.renews_nothing.load(Ordering::Relaxed) {
                return Err(StoreError::Unavailable("on purpose".into()));
            }
            let mut lost = Lost::default();
            for lease in turns {
                if self.is_dying(&lease) {
                    self.memory.release(lease.clone(), true).await?;
                    lost.turns.push(lease);
                }
            }
            Ok(lost)
        })
    }

    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(async move {
            self.begin(Op::Commit).await?;
            let is_lost = lock(&self.plan.lost_answers).pop().is_some();
            let send = turn.send && !is_lost;
            let committed = self.memory.commit(Turn { send, ..turn }).await?;
            if is_lost {
                return Err(StoreError::Unavailable("the answer was lost on purpose".into()));
            }
            Ok(committed)
        })
    }

    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.begin(Op::Release).await?;
            lock(&self.plan.releases).push(tried);
            self.memory.release(lease, tried).await
        })
    }

    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        Box::pin(async move {
            self.begin(Op::Enqueue).await?;
            self.memory.enqueue(enqueue).await
        })
    }

    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        self.memory
            .claim_outbox(limit + self.plan.more_rows.load(Ordering::Relaxed))
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        Box::pin(async move {
            self.begin(Op::Settle).await?;
            self.memory.settle(row, settlement).await
        })
    }

    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        self.memory.hasten(object, page)
    }

    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        self.memory.dead_letters(which)
    }

    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        self.memory.dead_letter(id)
    }

    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        self.memory.replay(id)
    }

    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.memory.discard(id)
    }

    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        self.memory.dossier(conversation)
    }

    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.memory.erase(conversation)
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        self.memory.backlog()
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.memory.ready()
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.begin(Op::Close).await?;
            self.memory.close().await
        })
    }
}
