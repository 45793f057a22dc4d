//! The one thread that writes.
//!
//! It takes all operations that have come, up to [`BATCH`], into one transaction, and answers them once that
//! is on the disk. Where a statement fails, the transaction is rolled back, the index made again from the tables,
//! and each operation run on its own, so that one takes no other with it.
//!
//! The log is moved into the database behind the answers, so that nobody waits for it who has been served.

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
    failure::meaning,
    file::Lock,
    handed::{Handed, Leases},
    jobs::{GiveBack, Job, Message},
};
use crate::{
    fail_points::{crash_point, sabotaged},
    store::StoreError,
};

/// How many operations go into one transaction.
const BATCH: usize = 1_024;

/// How long it sleeps where nothing is to be done: a clock that was set forward is noticed after this time.
const NAP: Duration = Duration::from_millis(500);

/// After which time what found no room is tried again.
const AGAIN: Duration = Duration::from_millis(250);

/// How many pages of the log are moved into the database at once where nothing else is to be done, and how many
/// whatever waits.
const LOG: u32 = 1_000;
const LONG_LOG: u32 = 4 * LOG;

/// After which time the log that somebody reads is tried again.
const LOG_AGAIN: Duration = Duration::from_millis(50);

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
    /// Found the disk full, or the file locked.
    jobs: Vec<Box<dyn Job>>,
    /// Until then nothing is written but what is refused where there is no room.
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
        let mut next = None;
        loop {
            let first = match next.take() {
                Some(message) => Some(message),
                None => {
                    let nap = self.nap();
                    match self.inbox.recv_timeout(nap) {
                        Ok(message) => Some(message),
                        Err(RecvTimeoutError::Timeout) => None,
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
            };
            if matches!(self.round(first), After::End) {
                return;
            }
            next = self.inbox.try_recv().ok();
            if self.waiting.again.is_some() {
                continue;
            }
            let most = if next.is_some() { LONG_LOG } else { LOG };
            if let Err(error) = self.engine.shorten_log(most) {
                // Whoever sent the next message is told by its answer going away.
                drop(next);
                self.end(error, None);
                return;
            }
        }
    }

    fn nap(&mut self) -> Duration {
        let until = |time: Instant| time.saturating_duration_since(Instant::now());
        let log = self.waiting.next_truncation.map(until);
        let work = match self.waiting.again {
            Some(again) => Some(until(again)),
            None => {
                let busy = (self.engine.has_old_keys()).then_some(Duration::from_millis(100));
                busy.into_iter().chain(self.engine.until_due()).min()
            }
        };
        log.into_iter().chain(work).fold(NAP, Duration::min)
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
        let pauses = self.waiting.again.is_some_and(|again| again > Instant::now());
        if pauses {
            let patient = jobs.extract_if(.., |job| job.is_patient());
            self.waiting.jobs.extend(patient);
        } else {
            jobs.splice(0..0, std::mem::take(&mut self.waiting.jobs));
        }
        if let Err(error) = self.batch(jobs, pauses) {
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

    /// Runs `jobs` in one transaction, or one by one where that fails; what nobody asked for, unless it `pauses`.
    ///
    /// # Errors
    ///
    /// The store is broken; the jobs know.
    fn batch(&mut self, mut jobs: Vec<Box<dyn Job>>, pauses: bool) -> Result<(), StoreError> {
        let error = match self.transaction(&mut jobs, !pauses) {
            Ok(()) => {
                crash_point!("sqlite.answer");
                for job in jobs {
                    job.answer(Ok(()));
                }
                if !pauses && self.waiting.again.take().is_some() {
                    tracing::info!("the store can be written to again");
                }
                return Ok(());
            }
            Err(error) => meaning(&error),
        };
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
        let mut jobs = jobs.into_iter();
        let mut full = None;
        // What no job fails by alone is in what nobody asked for.
        let mut is_of_a_job = pauses;
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
            is_of_a_job = true;
            if let Err(fatal) = self.undo(&error) {
                job.answer(Err(fatal.clone()));
                for job in jobs {
                    job.answer(Err(fatal.clone()));
                }
                return Err(fatal);
            }
            if matches!(error, StoreError::NoSpace(_) | StoreError::Unavailable(_)) {
                self.pause(&error);
                self.put_off(job, &error);
                full = Some(error);
            } else {
                job.answer(Err(error));
            }
        }
        if !is_of_a_job {
            self.pause(&error);
        }
        Ok(())
    }

    /// What cannot be refused waits for a while, and what nobody asked for. Who comes meanwhile does not make it
    /// longer.
    fn pause(&mut self, error: &StoreError) {
        let now = Instant::now();
        if self.waiting.again.is_none() {
            tracing::warn!(%error, "the store cannot be written to now");
        }
        if self.waiting.again.is_none_or(|again| again <= now) {
            self.waiting.again = Some(now + AGAIN);
        }
    }

    fn put_off(&mut self, job: Box<dyn Job>, error: &StoreError) {
        if job.is_patient() {
            self.waiting.jobs.push(job);
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
