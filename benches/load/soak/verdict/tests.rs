use super::*;
use crate::Scenario;

/// A minute in which nothing is wrong, changed by `change`.
fn faults(change: impl Fn(&mut Sample)) -> Vec<String> {
    let samples = (0..60).map(|second| {
        let mut sample = Sample {
            second,
            acked: usize::try_from(second).unwrap() * 2_000,
            memory: (30 << 20) + (second % 7) * 4_096,
            files: 80 + second % 3,
            // The keys of the events are all that stays.
            disk: Some(((2 << 20) + second * 2_000 * 36, 4 << 20)),
            ..Sample::default()
        };
        change(&mut sample);
        sample
    });
    let report = Report {
        load: Load {
            scenario: Scenario {
                connections: 64,
                events: 1,
            },
            rate: 2_000,
            seconds: 60,
            stall: None,
        },
        latencies: vec![2_000; 120_000],
        samples: samples.collect(),
        replies: 80_000,
    };
    report.faults()
}

#[track_caller]
fn notices(what: &str, change: impl Fn(&mut Sample)) {
    let faults = faults(change);
    assert!(
        matches!(faults.as_slice(), [fault] if fault.contains(what)),
        "{faults:?}"
    );
}

#[test]
fn a_steady_bot_passes() {
    assert_eq!(faults(|_| {}), Vec::<String>::new());
}

#[test]
fn what_grows_is_noticed() {
    notices("memory grows", |sample| sample.memory += sample.second << 18);
    notices("open files grow", |sample| sample.files += sample.second);
    notices("the database grew", |sample| {
        // A hundred bytes of each event stay.
        sample.disk = sample
            .disk
            .map(|(database, log)| (database + sample.second * 200_000, log));
    });
    notices("write-ahead log", |sample| {
        sample.disk = sample
            .disk
            .map(|(database, log)| (database, log + (sample.second << 21)));
    });
}

/// What is said of a run whose seconds have this p99, but for two in which the bot stood still for a second.
fn slow(usual: Duration) -> String {
    let samples = (0..15).map(|second| Sample {
        second,
        ack_p99: if (7..9).contains(&second) {
            Duration::from_secs(1)
        } else {
            usual
        },
        ..Sample::default()
    });
    let report = Report {
        load: Load {
            scenario: Scenario {
                connections: 64,
                events: 1,
            },
            rate: 2_000,
            seconds: 15,
            stall: None,
        },
        latencies: vec![900_000; 30_000],
        samples: samples.collect(),
        replies: 20_000,
    };
    report.faults().join("\n")
}

#[test]
fn a_standstill_is_told_from_a_slow_machine() {
    assert!(slow(Duration::from_millis(80)).contains("it stood still"));
    assert!(slow(Duration::from_millis(600)).contains("it is slow throughout"));
}

#[test]
fn a_warm_up_is_no_growth() {
    let warm_up = |sample: &mut Sample| sample.memory += sample.second.min(15) << 20;
    assert_eq!(faults(warm_up), Vec::<String>::new());
}

#[test]
fn the_slowest_hundredth_counts() {
    let mut latencies = vec![2_000; 99];
    latencies.push(100_000);
    assert_eq!(percentile(&latencies, 99), ACK_P99);
    assert_eq!(percentile(&latencies, 50), Duration::from_millis(2));
    assert_eq!(percentile(&[], 99), Duration::ZERO);
}
