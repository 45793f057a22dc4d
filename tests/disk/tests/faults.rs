//! The disk is full or broken at one of its first changes, each in turn: no event is acknowledged that is not
//! kept.
//!
//! The first 2,000 changes are made to fail, or as many as `DISK_FAULTS` says.

use std::{process::Command, thread};

use messenger_disk_tests::{Fault, Shim, TempDir};

/// Runs, those in which the database did not open, events acknowledged, refused, runs that went on, events lost.
#[derive(Debug, Default)]
struct Seen([u64; 6]);

fn run(shim: &Shim, fault: Fault, first: u64, last: u64, fail_points: &str) -> Seen {
    let dir = TempDir::new("faults").expect("a directory");
    let mut command: Command = shim.command(env!("CARGO_BIN_EXE_disk-bot"), dir.path(), None);
    let ran = command
        .env("FAILPOINTS", fail_points)
        .arg(dir.path())
        .args([fault.name(), &first.to_string(), &last.to_string()])
        .output()
        .expect("the bot runs");
    let said = String::from_utf8_lossy(&ran.stdout);
    let numbers: Vec<u64> = said
        .split_whitespace()
        .map_while(|number| number.parse().ok())
        .collect();
    let numbers = numbers.try_into();
    Seen(numbers.unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&ran.stderr))))
}

#[test]
fn nothing_is_acknowledged_that_is_not_kept() {
    let count = std::env::var("DISK_FAULTS").map_or(2000, |count| count.parse().expect("a number"));
    let shim = Shim::compile().expect("a C compiler");
    let (full, broken) = thread::scope(|scope| {
        let full = scope.spawn(|| run(&shim, Fault::Enospc, 1, count, ""));
        let broken = run(&shim, Fault::Eio, 1, count, "");
        (full.join().expect("no panic"), broken)
    });
    for (fault, seen) in [("ENOSPC", &full), ("EIO", &broken)] {
        let Seen([runs, at_open, acknowledged, refused, recovered, lost]) = seen;
        println!(
            "{fault} at each of the first {runs} changes: {acknowledged} events acknowledged, {refused} refused, {lost} \
             lost; {at_open} times the database did not open, {recovered} times the bot went on"
        );
        assert_eq!((*runs, *lost), (count, 0), "{fault}");
        assert!(*refused > count / 2, "{fault}: the faults are noticed");
    }
    let Seen([runs, at_open, .., recovered, _]) = full;
    assert_eq!(recovered, runs - at_open, "with room again every bot went on");

    // The test would notice: a store that says yes before it has written.
    let Seen([.., lost]) = run(&shim, Fault::Eio, 200, 300, "sqlite.acknowledge=return");
    assert!(lost > 0, "events acknowledged too early are found lost");
}
