//! A sync fails and the process ends, as it should; a new one goes on with the same files, and then the power goes:
//! what was acknowledged is there afterwards, by the first process as well as by the second.
//!
//! What the first one had written may be in the system's cache alone, where the second one reads it as if it were on
//! the disk. 40 syncs are made to fail, or as many as `FAILED_SYNCS` says, and the power goes at 8 moments after each.

use std::process::Output;

use fastrand::Rng;
use messenger_disk_tests::{Change, Crash, Record, Shim, TempDir, each, look};

/// How many events each process writes, if it may.
const EVENTS: u64 = 150;
/// At how many moments the power goes.
const CUTS: usize = 8;

/// The processes and what they did to the disk.
struct Run<'a> {
    shim: &'a Shim,
    fail_points: &'a str,
    dir: TempDir,
}

impl<'a> Run<'a> {
    fn new(shim: &'a Shim, fail_points: &'a str) -> Self {
        let dir = TempDir::new("failed-sync").expect("a directory");
        std::fs::create_dir(dir.path().join("data")).expect("a directory");
        Self {
            shim,
            fail_points,
            dir,
        }
    }

    /// One process; the first number of its events, and which of its syncs fails.
    fn process(&self, first: u64, sync: Option<u64>) -> Output {
        let (data, log) = (self.dir.path().join("data"), self.dir.path().join("record"));
        self.shim
            .fast_command(env!("CARGO_BIN_EXE_disk-writer"), &data, &log)
            .env("FAILPOINTS", self.fail_points)
            .arg(&data)
            .args([first.to_string(), (first + EVENTS).to_string()])
            .args(sync.map(|sync| sync.to_string()))
            .output()
            .expect("the writer runs")
    }

    fn record(&self) -> Record {
        Record::read(&self.dir.path().join("record")).expect("a whole record")
    }
}

fn count(changes: &[Change], is_one: impl Fn(&Change) -> bool) -> u64 {
    changes.iter().filter(|change| is_one(change)).count() as u64
}

/// How often a process syncs that nothing happens to.
fn syncs(shim: &Shim) -> u64 {
    let run = Run::new(shim, "");
    let written = run.process(0, None);
    assert!(written.status.success(), "{}", said(&written));
    count(&run.record().0, |change| matches!(change, Change::Sync { .. }))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Fails one of `syncs` syncs and cuts the power at moments after that; what is wrong. `None` where the first
/// process ended before that sync.
fn wrong(shim: &Shim, fail_points: &str, syncs: u64, seed: u64) -> Option<Vec<String>> {
    let mut random = Rng::with_seed(seed);
    let sync = random.u64(1..=syncs);
    let run = Run::new(shim, fail_points);
    let first = run.process(0, Some(sync));
    let restarted = run.record().0.len();
    if first.status.success() {
        return None;
    }
    assert_eq!(
        first.status.code(),
        Some(1),
        "it ends by itself: {}",
        said(&first)
    );
    let changes = run.record().0;
    let mut failed = changes
        .iter()
        .enumerate()
        .filter_map(|(at, change)| match change {
            Change::SyncFailed { file } => Some((at, *file)),
            _ => None,
        });
    let (at, unsynced) = failed.next().expect("a sync failed");
    let again = count(
        &changes[at..],
        |change| matches!(change, Change::Sync { file } if *file == unsynced),
    );
    assert_eq!(again, 0, "seed {seed}: it syncs no more: {}", said(&first));
    let second = run.process(EVENTS, None);
    let record = run.record();
    if !second.status.success() {
        return Some(vec![format!(
            "seed {seed}: the second process: {}",
            said(&second)
        )]);
    }
    let more = count(&record.0[restarted..], |change| {
        matches!(change, Change::Acknowledged(_))
    });
    assert!(more >= 2 * EVENTS, "the second process goes on");
    let cut = |_| {
        let crash = Crash::after(restarted, &record, &mut random);
        look(crash, &record, &mut random)
    };
    let wrong = (0..CUTS).filter_map(cut);
    Some(
        wrong
            .map(|wrong| format!("seed {seed}, sync {sync} of {syncs} failed: {wrong}"))
            .collect(),
    )
}

/// How many syncs failed, and what is wrong after all of them.
fn violations(shim: &Shim, fail_points: &str, runs: usize) -> (usize, Vec<String>) {
    let syncs = syncs(shim);
    let found = each(runs, |seed| {
        wrong(shim, fail_points, syncs, seed as u64).into_iter().collect()
    });
    (found.len(), found.into_iter().flatten().collect())
}

#[test]
fn what_was_acknowledged_survives_a_failed_sync_and_a_power_cut() {
    let runs = std::env::var("FAILED_SYNCS").map_or(40, |runs| runs.parse().expect("a number"));
    let shim = Shim::compile().expect("a C compiler");

    let (failed, bad) = violations(&shim, "", runs);
    assert!(
        bad.is_empty(),
        "{} of {} states are wrong: {:#?}",
        bad.len(),
        failed * CUTS,
        &bad[..bad.len().min(5)]
    );
    assert!(failed > runs / 2, "{failed} of {runs} syncs failed");

    // The test would notice a store that takes what it reads for what is on the disk.
    let (control, noticed) = violations(&shim, "sqlite.recover_log=return", 10);
    let (control, noticed) = (control * CUTS, noticed.len());
    assert!(
        noticed > control / 4,
        "a log that is taken as it is: {noticed} of {control} states are wrong"
    );

    println!(
        "{failed} failed syncs, {} states of the disk, 0 wrong; where the log is taken as it is {noticed} of {control}",
        failed * CUTS
    );
}
