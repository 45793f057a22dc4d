//! The power goes at any moment: what was acknowledged is there afterwards, and nothing is half done.
//!
//! 600 states of the disk are looked at, or as many as `POWER_CUTS` says.

use fastrand::Rng;
use messenger_disk_tests::{Crash, Record, Shim, TempDir, each, look};

/// How many events are written while the disk keeps its record.
const EVENTS: u64 = 1200;

fn record(shim: &Shim, fail_points: &str) -> Record {
    let dir = TempDir::new("power-cut").expect("a directory");
    let (data, log) = (dir.path().join("data"), dir.path().join("record"));
    std::fs::create_dir(&data).expect("a directory");
    let written = shim
        .command(env!("CARGO_BIN_EXE_disk-writer"), &data, Some(&log))
        .env("FAILPOINTS", fail_points)
        .arg(&data)
        .args(["0", &EVENTS.to_string()])
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

/// What is wrong in `states` states of the disk.
fn violations(record: &Record, states: usize, cut: impl Fn(Crash) -> Crash + Sync) -> Vec<String> {
    each(states, |seed| {
        let mut random = Rng::with_seed(seed as u64);
        let crash = cut(Crash::of(record, &mut random));
        let wrong = look(crash, record, &mut random);
        wrong
            .map(|wrong| format!("seed {seed}, {wrong}"))
            .into_iter()
            .collect()
    })
}

#[test]
fn what_was_acknowledged_survives_a_power_cut() {
    let states = std::env::var("POWER_CUTS").map_or(600, |states| states.parse().expect("a number"));
    let shim = Shim::compile().expect("a C compiler");

    let honest = record(&shim, "");
    let bad = violations(&honest, states, |crash| crash);
    assert!(
        bad.is_empty(),
        "{} states are wrong: {:#?}",
        bad.len(),
        &bad[..bad.len().min(5)]
    );

    // The test would notice: a disk that forgets what it was told to sync, and a store that does not sync.
    let lying = violations(&honest, 60, Crash::lying).len();
    assert!(lying > 20, "a lying disk: {lying} of 60 states are wrong");
    let unsynced = record(&shim, "sqlite.synchronous=return");
    let unsynced = violations(&unsynced, 60, |crash| crash).len();
    assert!(
        unsynced > 20,
        "synchronous=NORMAL: {unsynced} of 60 states are wrong"
    );

    println!(
        "{states} states of the disk, 0 wrong; of a lying disk {lying} of 60, with synchronous=NORMAL {unsynced} of 60"
    );
}
