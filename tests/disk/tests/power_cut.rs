//! The power goes at any moment: what was acknowledged is there afterwards, and nothing is half done.
//!
//! 600 states of the disk are looked at, or as many as `POWER_CUTS` says.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use fastrand::Rng;
use messenger_disk_tests::{
    Crash, Record, Shim, TempDir,
    workload::{self, Stage},
};
use messenger_runtime::store::{SqliteStore, StoreError};

/// How many events are written while the disk keeps its record.
const EVENTS: u64 = 1200;
/// Of how many events, beside the last ones, everything is looked at.
const LAST: usize = 60;
const SAMPLE: usize = 40;

fn record(shim: &Shim, fail_points: &str) -> Record {
    let dir = TempDir::new("power-cut").expect("a directory");
    let (data, log) = (dir.path().join("data"), dir.path().join("record"));
    std::fs::create_dir(&data).expect("a directory");
    let written = shim
        .command(env!("CARGO_BIN_EXE_disk-writer"), &data, Some(&log))
        .env("FAILPOINTS", fail_points)
        .arg(&data)
        .arg(EVENTS.to_string())
        .output()
        .expect("the writer runs");
    assert!(
        written.status.success(),
        "{}",
        String::from_utf8_lossy(&written.stderr)
    );
    let record = Record::read(&log).expect("a whole record");
    let all = Crash {
        at: record.0.len(),
        lying: false,
    };
    assert!(
        all.acknowledged(&record).len() as u64 >= 2 * EVENTS,
        "the shim sees what the store does"
    );
    record
}

/// What is wrong in `states` states of the disk, the first few of it.
fn violations(record: &Record, states: usize, cut: impl Fn(Crash) -> Crash + Sync) -> (usize, Vec<String>) {
    let (next, bad) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= states {
                        return;
                    }
                    let mut random = Rng::with_seed(seed as u64);
                    let crash = cut(Crash::of(record, &mut random));
                    let dir = TempDir::new("state").expect("a directory");
                    crash.leave(record, &mut random, dir.path()).expect("files");
                    let wrong = runtime.block_on(look(crash, record, &mut random, dir.path()));
                    if let Some(wrong) = wrong {
                        bad.fetch_add(1, Ordering::Relaxed);
                        let mut found = found.lock().expect("no panic under the lock");
                        if found.len() < 5 {
                            found.push(format!("seed {seed}, after {} changes: {wrong}", crash.at));
                        }
                    }
                }
            });
        }
    });
    (
        bad.into_inner(),
        found.into_inner().expect("no panic under the lock"),
    )
}

async fn look(crash: Crash, record: &Record, random: &mut Rng, dir: &Path) -> Option<String> {
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

#[test]
fn what_was_acknowledged_survives_a_power_cut() {
    let states = std::env::var("POWER_CUTS").map_or(600, |states| states.parse().expect("a number"));
    let shim = Shim::compile().expect("a C compiler");

    let honest = record(&shim, "");
    let (bad, found) = violations(&honest, states, |crash| crash);
    assert_eq!(bad, 0, "{found:#?}");

    // The test would notice: a disk that forgets what it was told to sync, and a store that does not sync.
    let (lying, _) = violations(&honest, 60, Crash::lying);
    assert!(lying > 20, "a lying disk: {lying} of 60 states are wrong");
    let unsynced = record(&shim, "sqlite.synchronous=return");
    let (unsynced, _) = violations(&unsynced, 60, |crash| crash);
    assert!(
        unsynced > 20,
        "synchronous=NORMAL: {unsynced} of 60 states are wrong"
    );

    println!(
        "{states} states of the disk, 0 wrong; of a lying disk {lying} of 60, with synchronous=NORMAL {unsynced} of 60"
    );
}
