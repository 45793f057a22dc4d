//! What every store must do, as tests that anybody can run on an engine of his own.
//!
//! [`run`] tries each clause of the contract in the documentation of [`Store`] on a fresh store, the cases side
//! by side, and says for each that fails which clause is broken and what came instead. [`histories`] then
//! does the same long random mixture of everything on the engine and on a small model, and compares each
//! answer and, in the end, everything that is kept.
//!
//! The engine is reached through a [`Bench`], which makes empty stores and, where the engine survives it,
//! opens one again as after a crash.
//!
//! ```
//! use messenger_runtime::store::{
//!     MemoryStore,
//!     conformance::{self, Bench, Options},
//! };
//!
//! struct InMemory;
//!
//! impl Bench for InMemory {
//!     type Store = MemoryStore;
//!
//!     async fn fresh(&self) -> MemoryStore {
//!         MemoryStore::new()
//!     }
//! }
//!
//! # /*
//! #[tokio::test]
//! # */
//! async fn the_engine_keeps_the_contract() {
//!     conformance::run(InMemory, Options::default()).await.assert();
//! }
//! ```
//!
//! An engine that refuses what it has no room for adds [`Bench::bounded`], one on disk [`Bench::reopen`]; one that several processes share adds [`Bench::second`], and gives
//! its stores a short [lease](super::Store::lease), as the cases wait until leases have run out. Time runs as
//! the runtime has it: an engine that lives by `tokio::time` alone needs no real time under
//! `#[tokio::test(start_paused = true)]`.

mod cases;
mod drive;
mod history;
mod model;
mod rig;

use std::{fmt, sync::Arc, time::Duration};

use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinSet},
};

use self::rig::{Rig, Stop};
use super::Store;

/// Makes stores for the tests.
pub trait Bench: Send + Sync + 'static {
    /// The engine.
    type Store: Store;

    /// An empty store that shares nothing with those made before.
    fn fresh(&self) -> impl Future<Output = Self::Store> + Send;

    /// An empty store that has room for `events` events and twice as many rows. `None`, as here unless told
    /// otherwise, where nothing bounds it.
    fn bounded(&self, events: usize) -> impl Future<Output = Option<Self::Store>> + Send {
        let _ = events;
        std::future::ready(None)
    }

    /// The same data opened again, as after a crash: the store is to be dropped without
    /// [`Store::close`]. `None`, as here unless told otherwise, where nothing survives.
    fn reopen(&self, store: Self::Store) -> impl Future<Output = Option<Self::Store>> + Send {
        drop(store);
        std::future::ready(None)
    }

    /// Another handle on the data of `store`, as another process would have it. `None`, as here unless told
    /// otherwise, where only one can have it.
    fn second(&self, store: &Self::Store) -> impl Future<Output = Option<Self::Store>> + Send {
        let _ = store;
        std::future::ready(None)
    }
}

/// How the tests are run.
#[derive(Debug, Clone)]
pub struct Options {
    /// After how long it is believed that something that must not come does not come; 100 ms unless told
    /// otherwise.
    pub patience: Duration,
    /// For how long something that must come is waited for; 10 s unless told otherwise.
    pub deadline: Duration,
    /// How many stores are tested at the same time; 16 unless told otherwise.
    pub at_once: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            patience: Duration::from_millis(100),
            deadline: Duration::from_secs(10),
            at_once: 16,
        }
    }
}

/// What became of the cases.
#[derive(Debug, Clone, Default)]
#[must_use = "`assert` fails the test where a clause is broken"]
pub struct Report {
    /// The cases that passed.
    pub passed: Vec<&'static str>,
    /// Those that cannot be tried on this engine, each with the reason.
    pub skipped: Vec<(&'static str, &'static str)>,
    /// Those that failed.
    pub broken: Vec<Broken>,
}

impl Report {
    /// Fails the test where a clause is broken.
    ///
    /// # Panics
    ///
    /// Where one is, with the cases and clauses.
    pub fn assert(&self) {
        assert!(self.broken.is_empty(), "{self}");
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (passed, broken) = (self.passed.len(), self.broken.len());
        write!(f, "{passed} cases passed, {broken} failed")?;
        for broken in &self.broken {
            write!(f, "\n{broken}")?;
        }
        for (case, why) in &self.skipped {
            write!(f, "\n{case}: skipped, {why}")?;
        }
        Ok(())
    }
}

/// A case that failed.
#[derive(Debug, Clone)]
pub struct Broken {
    /// Its name.
    pub case: String,
    /// The clause of the contract that the engine breaks.
    pub clause: String,
    /// What came instead.
    pub found: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { case, clause, found } = self;
        write!(f, "{case}: broken: {clause}\n    {found}")
    }
}

/// Tries every clause of the contract on `bench`. Takes about as long as its longest case: 11 seconds and
/// the time for a few leases to run out; under paused time, none.
pub async fn run(bench: impl Bench, options: Options) -> Report {
    let rig = Rig::new(bench, &options);
    let places = Arc::new(Semaphore::new(options.at_once.max(1)));
    let mut running = JoinSet::new();
    for case in cases::all() {
        let (rig, places) = (rig.clone(), Arc::clone(&places));
        running.spawn(async move {
            let _place = places.acquire_owned().await;
            // A task of its own, so that one that panics is a case that fails.
            (case.name, tokio::spawn((case.run)(rig)).await)
        });
    }
    let mut report = Report::default();
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok((case, Ok(Ok(())))) => report.passed.push(case),
            Ok((case, Ok(Err(Stop::NotHere(why))))) => report.skipped.push((case, why)),
            Ok((case, Ok(Err(Stop::Broken { clause, found })))) => report.broken.push(Broken {
                case: case.to_owned(),
                clause: clause.to_owned(),
                found,
            }),
            Ok((case, Err(error))) => report.broken.push(panicked(case, error)),
            Err(error) => report.broken.push(panicked("suite", error)),
        }
    }
    report
}

/// Does `count` random histories on `bench` and on the model side by side, with the seeds from `seed` on, and
/// compares each answer and in the end everything that is kept. Restarts are among the steps where the engine
/// survives them.
///
/// A history that fails is shortened; its case names the seed, by which it is found again with a `count` of one.
/// The first that fails ends the tests.
pub async fn histories(bench: impl Bench, options: Options, count: usize, seed: u64) -> Report {
    let mut rig = Rig::new(bench, &options).hasty();
    let dear_crashes = rig.probe().await;
    let places = Arc::new(Semaphore::new(options.at_once.max(1)));
    let mut running = JoinSet::new();
    let mut report = Report::default();
    for seed in (seed..).take(count) {
        while let Some(ended) = running.try_join_next() {
            note(&mut report, ended);
        }
        if !report.broken.is_empty() {
            break;
        }
        // The semaphore is never closed.
        let place = Arc::clone(&places).acquire_owned().await;
        let rig = rig.clone();
        running.spawn(async move {
            let _place = place;
            let steps = history::history(seed, !dear_crashes);
            let broken = drive_once(&rig, steps.clone()).await?;
            let clause = broken.clause.clone();
            let fails = async |steps| {
                drive_once(&rig, steps)
                    .await
                    .is_some_and(|other| other.clause == clause)
            };
            let shorter = history::shorten(steps, fails).await;
            let broken = drive_once(&rig, shorter.clone()).await.unwrap_or(broken);
            let steps: Vec<_> = shorter.iter().map(|step| format!("\n    {step:?}")).collect();
            let found = format!("{}{}", broken.found, steps.concat());
            let case = format!("history of seed {seed}");
            Some(Broken {
                case,
                found,
                ..broken
            })
        });
    }
    while let Some(ended) = running.join_next().await {
        note(&mut report, ended);
    }
    report
}

async fn drive_once(rig: &Rig, steps: Vec<history::Step>) -> Option<Broken> {
    let rig = rig.clone();
    match tokio::spawn(async move { drive::drive(&rig, steps).await }).await {
        Ok(Ok(()) | Err(Stop::NotHere(_))) => None,
        Ok(Err(Stop::Broken { clause, found })) => Some(Broken {
            case: String::new(),
            clause: clause.to_owned(),
            found,
        }),
        Err(error) => Some(panicked("", error)),
    }
}

fn note(report: &mut Report, ended: Result<Option<Broken>, JoinError>) {
    match ended {
        Ok(None) => report.passed.push("history"),
        Ok(Some(broken)) => report.broken.push(broken),
        Err(error) => report.broken.push(panicked("history", error)),
    }
}

fn panicked(case: &str, error: JoinError) -> Broken {
    let text = match error.try_into_panic() {
        Ok(panic) => panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "a panic without a text".to_owned()),
        Err(error) => error.to_string(),
    };
    Broken {
        case: case.to_owned(),
        clause: "no call panics".to_owned(),
        found: text,
    }
}

#[cfg(test)]
mod tests;
