//! Looking into the stores that power cuts leave.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use fastrand::Rng;
use messenger_runtime::store::{SqliteStore, StoreError};

use crate::{
    Crash, Record, TempDir,
    workload::{self, Stage},
};

/// Of how many events, beside the last ones, everything is looked at.
const LAST: usize = 60;
const SAMPLE: usize = 40;

/// Runs `work` with each number up to `count`, on two threads; gives all that it found.
///
/// # Panics
///
/// Where `work` does.
#[must_use]
pub fn each<T: Send>(count: usize, work: impl Fn(usize) -> Vec<T> + Sync) -> Vec<T> {
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let some = work(number);
                    found.lock().unwrap_or_else(PoisonError::into_inner).extend(some);
                }
            });
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// What is wrong with the store that a cut leaves: an acknowledged event is lost, or something is half done.
///
/// # Panics
///
/// The state cannot be written.
pub fn look(crash: Crash, record: &Record, random: &mut Rng) -> Option<String> {
    let dir = TempDir::new("state").expect("a directory");
    crash.leave(record, random, dir.path()).expect("files");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let wrong = runtime.block_on(wrong(crash, record, random, dir.path()));
    wrong.map(|wrong| format!("after {} changes: {wrong}", crash.at))
}

async fn wrong(crash: Crash, record: &Record, random: &mut Rng, dir: &Path) -> Option<String> {
    let mut come: BTreeMap<u64, Stage> = BTreeMap::new();
    let mut last = Vec::new();
    for (stage, number) in crash.acknowledged(record).into_iter().filter_map(Stage::read) {
        come.insert(number, stage);
        last.push(number);
    }
    let store = match SqliteStore::open(dir.join("bot.db")).await {
        Ok(store) => store,
        Err(error) => return Some(format!("the store does not open: {error}")),
    };
    let wrong = async {
        let numbers: Vec<u64> = come.keys().copied().collect();
        let lost = workload::unknown(&store, &numbers).await?;
        if let Some(first) = lost.first() {
            return Ok(Some(format!(
                "{} acknowledged events lost, {first} first",
                lost.len()
            )));
        }
        let mut looked_at: Vec<u64> = last.iter().rev().take(LAST).copied().collect();
        looked_at.extend((0..SAMPLE).filter_map(|_| random.choice(&numbers).copied()));
        for number in looked_at {
            if let Some(fault) = workload::fault(&store, number, come[&number]).await? {
                return Ok(Some(fault));
            }
        }
        Ok::<_, StoreError>(None)
    };
    wrong.await.unwrap_or_else(|error| Some(error.to_string()))
}
