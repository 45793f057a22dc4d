//! The one thread that writes.
//!
//! It takes all operations that have come, up to [`BATCH`], into one transaction, and answers them once that
//! is on the disk. Where a statement fails, the transaction is rolled back, the index made again from the tables,
//! and each operation run on its own, so that one takes no other with it.

use std::{
    sync::{
        Arc, OnceLock,
        mpsc::{Receiver, RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};

use tokio::sync::oneshot;

use super::{
    engine::{Engine, READERS, log_is_read},
    failure::{Failure, meaning},
    file::Lock,
    handed::{Handed, Leases},
};
use crate::{
    fail_points::{crash_point, sabotaged},
    store::{Conversation, Lease, StoreError},
};

/// How many operations go into one transaction.
const BATCH: usize = 1_024;

/// How long it sleeps where nothing is to be done: a clock that was set forward is noticed after this time.
const NAP: Duration = Duration::from_millis(500);

/// After which time what found the disk full is tried again.
const AGAIN: Duration = Duration::from_millis(250);

/// After which time the log that somebody reads is tried again.
const LOG_AGAIN: Duration = Duration::from_millis(50);

/// What the thread is told.
pub(super) enum Message {
    Job(Box<dyn Job>),
    Turns {
        limit: usize,
        suspects: bool,
        answer: oneshot::Sender<Result<Handed, StoreError>>,
    },
    Rows {
        limit: usize,
        answer: oneshot::Sender<Result<Handed, StoreError>>,
    },
    GiveBack {
        turns: Vec<Lease>,
        rows: Vec<(Arc<Conversation>, u64)>,
    },
    /// Empties the write-ahead log.
    Truncate(oneshot::Sender<Result<(), StoreError>>),
    Close(oneshot::Sender<Result<(), StoreError>>),
    /// Ends as a crash would.
    Stop,
}

/// An operation. It may be run more than once.
pub(super) trait Job: Send {
    fn run(&mut self, engine: &mut Engine) -> Result<(), rusqlite::Error>;
    /// Whether it waits where the disk is full.
    fn is_patient(&self) -> bool;
    /// Gives the outcome of the last run, or why its transaction failed.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// An operation that somebody waits for.
pub(super) struct Ask<T, U, F, H> {
    pub(super) work: F,
    pub(super) patient: bool,
    pub(super) outcome: Option<Result<T, StoreError>>,
    /// Makes the answer of what was committed. Leases are given back only from there on: those of a transaction
    /// that was rolled back may be leased again when it is run again, under the same epoch.
    pub(super) hand: H,
    pub(super) answer: oneshot::Sender<Result<U, StoreError>>,
}

impl<T, U, F, H> Job for Ask<T, U, F, H>
where
    T: Send,
    U: Send,
    F: FnMut(&mut Engine) -> Result<T, Failure> + Send,
    H: FnOnce(T) -> U + Send,
{
    fn run(&mut self, engine: &mut Engine) -> Result<(), rusqlite::Error> {
        self.outcome = None;
        self.outcome = Some(match (self.work)(engine) {
            Ok(done) => Ok(done),
            Err(Failure::Answer(refused)) => Err(refused),
            Err(Failure::Sql(error)) => return Err(error),
        });
        Ok(())
    }

    fn is_patient(&self) -> bool {
        self.patient
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome.map(self.hand),
            (Err(error), _) => Err(error),
            (Ok(()), None) => return,
        };
        // Nobody may be waiting any more; leases in it go back by themselves.
        let _gone = self.answer.send(outcome);
    }
}

/// Gives leases back that nobody took.
struct GiveBack {
    turns: Vec<Lease>,
    rows: Vec<(Arc<Conversation>, u64)>,
}

impl Job for GiveBack {
    fn run(&mut self, engine: &mut Engine) -> Result<(), rusqlite::Error> {
        for lease in &self.turns {
            match engine.release(lease, false) {
                Ok(()) | Err(Failure::Answer(_)) => {}
                Err(Failure::Sql(error)) => return Err(error),
            }
        }
        for (conversation, epoch) in &self.rows {
            engine.give_row_back(conversation, *epoch)?;
        }
        Ok(())
    }

    fn is_patient(&self) -> bool {
        true
    }

    fn answer(self: Box<Self>, _committed: Result<(), StoreError>) {}
}

/// Somebody who waits for a claim.
struct Waiter {
    limit: usize,
    suspects: bool,
    answer: oneshot::Sender<Result<Handed, StoreError>>,
}

/// The thread's own.
pub(super) struct Writer {
    pub(super) engine: Engine,
    pub(super) inbox: Receiver<Message>,
    pub(super) back: Sender<Message>,
    /// Why nothing can be done any more; every other thread reads it.
    pub(super) broken: Arc<OnceLock<StoreError>>,
    /// Freed with the thread, after the connection.
    pub(super) _lock: Lock,
    pub(super) waiting: Waiting,
}

/// What waits in the thread itself.
#[derive(Default)]
pub(super) struct Waiting {
    turns: Vec<Waiter>,
    rows: Vec<Waiter>,
    /// Found the disk full.
    jobs: Vec<Box<dyn Job>>,
    again: Option<Instant>,
    /// Want the log empty.
    truncations: Vec<Truncation>,
    next_truncation: Option<Instant>,
}

/// Somebody who waits until nothing deleted is left in the log.
struct Truncation {
    until: Instant,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

/// What becomes of the thread after a round.
enum After {
    GoOn,
    End,
}

impl Writer {
    /// Works until told to stop, or until the store is broken.
    pub(super) fn run(mut self) {
        loop {
            let first = match self.inbox.recv_timeout(self.nap()) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if matches!(self.round(first), After::End) {
                return;
            }
        }
    }

    fn nap(&self) -> Duration {
        let until = |time: Instant| time.saturating_duration_since(Instant::now());
        let again = self.waiting.again.map(until);
        let log = self.waiting.next_truncation.map(until);
        let due = self.engine.next_due().map(|due| {
            Duration::from_millis(u64::try_from(due.saturating_sub(self.engine.now())).unwrap_or_default())
        });
        let busy = (self.engine.has_old_keys()).then_some(Duration::from_millis(100));
        [again, log, due, busy]
            .into_iter()
            .flatten()
            .fold(NAP, Duration::min)
    }

    fn round(&mut self, first: Option<Message>) -> After {
        let mut jobs: Vec<Box<dyn Job>> = Vec::new();
        let mut last = None;
        let mut next = first;
        while let Some(message) = next {
            match message {
                Message::Job(job) => jobs.push(job),
                Message::GiveBack { turns, rows } => jobs.push(Box::new(GiveBack { turns, rows })),
                Message::Turns {
                    limit,
                    suspects,
                    answer,
                } => self.waiting.turns.push(Waiter {
                    limit,
                    suspects,
                    answer,
                }),
                Message::Rows { limit, answer } => self.waiting.rows.push(Waiter {
                    limit,
                    suspects: false,
                    answer,
                }),
                Message::Stop => return After::End,
                Message::Truncate(answer) => {
                    self.waiting.next_truncation.get_or_insert_with(Instant::now);
                    self.waiting.truncations.push(Truncation {
                        until: Instant::now() + READERS,
                        answer,
                    });
                }
                Message::Close(answer) => {
                    last = Some(answer);
                    break;
                }
            }
            if jobs.len() >= BATCH {
                break;
            }
            next = self.inbox.try_recv().ok();
        }
        if self.waiting.again.is_some_and(|again| again <= Instant::now()) {
            self.waiting.again = None;
            let again = std::mem::take(&mut self.waiting.jobs);
            jobs.splice(0..0, again);
        }
        if let Err(error) = self.batch(jobs) {
            return self.end(error, last);
        }
        match last {
            Some(answer) => {
                let closed = self.engine.close();
                let _known = self
                    .broken
                    .set(StoreError::Unavailable("the store is closed".to_owned()));
                self.truncated(&closed);
                self.fail_all(&StoreError::Unavailable("the store is closed".to_owned()));
                let _gone = answer.send(closed);
                After::End
            }
            None => match self.truncate() {
                Ok(()) => After::GoOn,
                Err(error) => self.end(error, None),
            },
        }
    }

    /// Tries once to empty the log for those who wait for it: other work goes on while somebody reads it.
    ///
    /// # Errors
    ///
    /// The store is broken.
    fn truncate(&mut self) -> Result<(), StoreError> {
        let now = Instant::now();
        if self.waiting.next_truncation.is_none_or(|next| next > now) {
            return Ok(());
        }
        match self.engine.truncate_log() {
            Ok(true) => self.truncated(&Ok(())),
            Ok(false) => {
                let waiting = std::mem::take(&mut self.waiting.truncations);
                let (late, waiting): (Vec<_>, Vec<_>) = waiting
                    .into_iter()
                    .partition(|truncation| truncation.until <= now);
                for truncation in late {
                    let _gone = truncation.answer.send(Err(log_is_read()));
                }
                self.waiting.next_truncation = (!waiting.is_empty()).then(|| now + LOG_AGAIN);
                self.waiting.truncations = waiting;
            }
            Err(error) if error.is_fatal() => return Err(error),
            Err(error) => self.truncated(&Err(error)),
        }
        Ok(())
    }

    /// Tells all who wait for an empty log.
    fn truncated(&mut self, emptied: &Result<(), StoreError>) {
        self.waiting.next_truncation = None;
        for truncation in self.waiting.truncations.drain(..) {
            let _gone = truncation.answer.send(emptied.clone());
        }
    }

    /// The store cannot be trusted any more: everybody is told.
    fn end(&mut self, error: StoreError, last: Option<oneshot::Sender<Result<(), StoreError>>>) -> After {
        tracing::error!(%error, "the store cannot go on");
        let _known = self.broken.set(error.clone());
        self.fail_all(&error);
        if let Some(answer) = last {
            let _gone = answer.send(Err(error));
        }
        After::End
    }

    fn fail_all(&mut self, error: &StoreError) {
        self.truncated(&Err(error.clone()));
        let waiting = std::mem::take(&mut self.waiting);
        for waiter in waiting.turns.into_iter().chain(waiting.rows) {
            let _gone = waiter.answer.send(Err(error.clone()));
        }
        for job in waiting.jobs {
            job.answer(Err(error.clone()));
        }
        while let Ok(message) = self.inbox.try_recv() {
            match message {
                Message::Job(job) => job.answer(Err(error.clone())),
                Message::Turns { answer, .. } | Message::Rows { answer, .. } => {
                    let _gone = answer.send(Err(error.clone()));
                }
                Message::Truncate(answer) | Message::Close(answer) => {
                    let _gone = answer.send(Err(error.clone()));
                }
                Message::GiveBack { .. } | Message::Stop => {}
            }
        }
    }

    /// Runs `jobs` in one transaction, or one by one where that fails.
    ///
    /// # Errors
    ///
    /// The store is broken; the jobs know.
    fn batch(&mut self, mut jobs: Vec<Box<dyn Job>>) -> Result<(), StoreError> {
        match self.transaction(&mut jobs, true) {
            Ok(()) => {
                crash_point!("sqlite.answer");
                for job in jobs {
                    job.answer(Ok(()));
                }
                return Ok(());
            }
            Err(error) => {
                let error = meaning(&error);
                if let Err(fatal) = self.undo(&error) {
                    let told = if sabotaged!("sqlite.acknowledge") {
                        Ok(())
                    } else {
                        Err(fatal.clone())
                    };
                    for job in jobs {
                        job.answer(told.clone());
                    }
                    return Err(fatal);
                }
            }
        }
        let mut jobs = jobs.into_iter();
        let mut full = None;
        while let Some(job) = jobs.next() {
            if let Some(full) = &full {
                self.put_off(job, full);
                continue;
            }
            let mut alone = [job];
            let done = self.transaction(&mut alone, false);
            let [job] = alone;
            let Err(error) = done else {
                job.answer(Ok(()));
                continue;
            };
            let error = meaning(&error);
            if let Err(fatal) = self.undo(&error) {
                job.answer(Err(fatal.clone()));
                for job in jobs {
                    job.answer(Err(fatal.clone()));
                }
                return Err(fatal);
            }
            if matches!(error, StoreError::NoSpace(_) | StoreError::Unavailable(_)) {
                tracing::warn!(%error, "the store cannot be written to now");
                self.put_off(job, &error);
                full = Some(error);
            } else {
                job.answer(Err(error));
            }
        }
        Ok(())
    }

    /// The disk is full, or somebody has the file locked: what cannot be refused waits.
    fn put_off(&mut self, job: Box<dyn Job>, error: &StoreError) {
        if job.is_patient() {
            self.waiting.jobs.push(job);
            self.waiting.again = Some(Instant::now() + AGAIN);
        } else {
            job.answer(Err(error.clone()));
        }
    }

    /// Takes back what a failed transaction left, in the file and in memory.
    fn undo(&mut self, why: &StoreError) -> Result<(), StoreError> {
        if why.is_fatal() {
            return Err(why.clone());
        }
        self.engine.roll_back().map_err(|error| {
            StoreError::Broken(format!(
                "{}, and then it could not be read again: {error}",
                why.clone()
            ))
        })
    }

    /// One transaction: the jobs, and with `others` what became due and those who wait for claims.
    fn transaction(&mut self, jobs: &mut [Box<dyn Job>], others: bool) -> Result<(), rusqlite::Error> {
        self.engine.begin()?;
        for job in jobs.iter_mut() {
            job.run(&mut self.engine)?;
        }
        let (mut turns, mut rows) = (Vec::new(), Vec::new());
        if others {
            self.engine.keep_house()?;
            turns = self.serve_turns()?;
            rows = self.serve_rows()?;
        }
        crash_point!("sqlite.commit");
        self.engine.commit_transaction()?;
        crash_point!("sqlite.committed");
        for (served, waiters) in [(turns, &mut self.waiting.turns), (rows, &mut self.waiting.rows)] {
            if served.iter().all(Option::is_none) {
                continue;
            }
            let waited = std::mem::take(waiters);
            for (handed, waiter) in served.into_iter().zip(waited) {
                match handed {
                    Some((claims, rows)) => {
                        let handed = Handed::new(claims, rows, self.back.clone());
                        let _back = waiter.answer.send(Ok(handed));
                    }
                    None => waiters.push(waiter),
                }
            }
        }
        Ok(())
    }

    fn serve_turns(&mut self) -> Result<Vec<Option<Leases>>, rusqlite::Error> {
        self.waiting.turns.retain(|waiter| !waiter.answer.is_closed());
        let mut served = Vec::new();
        for waiter in &self.waiting.turns {
            let mut handed = None;
            if self.engine.has_turns(waiter.suspects) {
                let claims = self.engine.claim(waiter.limit, waiter.suspects)?;
                handed = (!claims.is_empty()).then(|| (claims, Vec::new()));
            }
            served.push(handed);
        }
        Ok(served)
    }

    fn serve_rows(&mut self) -> Result<Vec<Option<Leases>>, rusqlite::Error> {
        self.waiting.rows.retain(|waiter| !waiter.answer.is_closed());
        let mut served = Vec::new();
        for waiter in &self.waiting.rows {
            let mut handed = None;
            if self.engine.has_rows() {
                let rows = self.engine.claim_outbox(waiter.limit)?;
                handed = (!rows.is_empty()).then(|| (Vec::new(), rows));
            }
            served.push(handed);
        }
        Ok(served)
    }
}
