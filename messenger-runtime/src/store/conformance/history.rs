//! Random histories: what happens, and how a failing one becomes short.

/// A step. Numbers choose among what there is at the moment, so that any part of a history is a history.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Append {
        events: Vec<Came>,
        claim: usize,
    },
    Claim {
        limit: usize,
        suspects: bool,
    },
    Commit {
        lease: usize,
        end: End,
    },
    Release {
        lease: usize,
        tried: bool,
    },
    Enqueue {
        whose: u8,
        rows: Vec<u8>,
        once: Option<u8>,
    },
    Chat {
        lease: usize,
        rows: Vec<u8>,
    },
    ClaimRows {
        limit: usize,
    },
    Settle {
        row: usize,
        how: How,
    },
    Hasten,
    Replay {
        letter: usize,
    },
    Discard {
        letter: usize,
    },
    Erase {
        whose: u8,
    },
    Crash,
}

/// An event.
#[derive(Debug, Clone)]
pub(super) struct Came {
    pub(super) whose: u8,
    pub(super) key: u8,
    pub(super) opens: Option<u8>,
    /// Of the row that was claimed so many rows ago.
    pub(super) echoes: Option<usize>,
}

/// How a turn ends.
#[derive(Debug, Clone)]
pub(super) struct End {
    /// `Some(0)` clears.
    pub(super) state: Option<u8>,
    pub(super) rows: Vec<u8>,
    pub(super) timer: Option<Timer>,
    pub(super) unreadable: bool,
    pub(super) failed: bool,
    pub(super) send: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Timer {
    /// Runs out at once.
    Now,
    /// Never runs out in a history.
    Later(u8),
    Cancel(u8),
}

/// How a send ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum How {
    Done,
    Dead,
    Retry { later: bool },
    Postponed { later: bool },
    Doubtful { later: bool },
}

/// A history of this seed. At most one crash in eight of them where `crashes` are dear.
pub(super) fn history(seed: u64, cheap_crashes: bool) -> Vec<Step> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let length = rng.usize(5..60);
    let mut crashes = if cheap_crashes {
        usize::MAX
    } else {
        usize::from(rng.u8(0..8) == 0)
    };
    let mut steps = Vec::with_capacity(length);
    while steps.len() < length {
        let step = step(&mut rng);
        if matches!(step, Step::Crash) {
            if crashes == 0 {
                continue;
            }
            crashes -= 1;
        }
        steps.push(step);
    }
    steps
}

/// One of those that are at hand, most often the newest: older ones have mostly lost their lease.
fn recent(rng: &mut fastrand::Rng) -> usize {
    if rng.u8(0..4) == 0 {
        rng.usize(0..6)
    } else {
        rng.usize(0..2)
    }
}

fn maybe<T>(rng: &mut fastrand::Rng, one_in: u8, value: impl FnOnce(&mut fastrand::Rng) -> T) -> Option<T> {
    (rng.u8(0..one_in) == 0).then(|| value(rng))
}

fn rows(rng: &mut fastrand::Rng) -> Vec<u8> {
    (0..rng.usize(0..4)).map(|_| rng.u8(0..8)).collect()
}

fn step(rng: &mut fastrand::Rng) -> Step {
    match rng.u8(0..100) {
        0..22 => Step::Append {
            events: (0..rng.usize(1..5))
                .map(|_| Came {
                    whose: rng.u8(0..4),
                    key: rng.u8(0..60),
                    opens: maybe(rng, 3, |rng| rng.u8(..)),
                    echoes: maybe(rng, 3, recent),
                })
                .collect(),
            claim: rng.usize(0..3),
        },
        22..34 => Step::Claim {
            limit: rng.usize(1..4),
            suspects: rng.bool(),
        },
        34..54 => Step::Commit {
            lease: recent(rng),
            end: End {
                state: maybe(rng, 2, |rng| rng.u8(0..4)),
                rows: rows(rng),
                timer: maybe(rng, 4, |rng| match rng.u8(0..3) {
                    0 => Timer::Now,
                    1 => Timer::Later(rng.u8(0..3)),
                    _ => Timer::Cancel(rng.u8(0..3)),
                }),
                unreadable: rng.u8(0..12) == 0,
                failed: rng.u8(0..6) == 0,
                send: rng.bool(),
            },
        },
        54..59 => Step::Release {
            lease: recent(rng),
            tried: rng.bool(),
        },
        59..64 => Step::Enqueue {
            whose: rng.u8(0..4),
            rows: rows(rng),
            once: maybe(rng, 3, |rng| rng.u8(0..60)),
        },
        64..69 => Step::Chat {
            lease: recent(rng),
            rows: rows(rng),
        },
        69..77 => Step::ClaimRows {
            limit: rng.usize(1..4),
        },
        77..90 => {
            let later = rng.u8(0..4) > 0;
            Step::Settle {
                row: recent(rng),
                how: match rng.u8(0..10) {
                    0..4 => How::Done,
                    4 | 5 => How::Dead,
                    6 => How::Retry { later },
                    7 => How::Postponed { later },
                    _ => How::Doubtful { later },
                },
            }
        }
        90..93 => Step::Hasten,
        93..96 => Step::Replay {
            letter: rng.usize(0..4),
        },
        96 => Step::Discard {
            letter: rng.usize(0..4),
        },
        97 => Step::Erase { whose: rng.u8(0..4) },
        _ => Step::Crash,
    }
}

/// Drops what the failure does not need: halves first, then ever smaller parts.
pub(super) async fn shorten<F>(mut steps: Vec<Step>, mut fails: impl FnMut(Vec<Step>) -> F) -> Vec<Step>
where
    F: Future<Output = bool>,
{
    // Enough for the longest history; a slow engine should not shorten for ever.
    let mut tries = 400;
    let mut part = steps.len().div_ceil(2);
    loop {
        let (mut at, mut dropped) = (0, false);
        while at < steps.len() && tries > 0 {
            tries -= 1;
            let mut shorter = steps.clone();
            shorter.drain(at..(at + part).min(steps.len()));
            if fails(shorter.clone()).await {
                steps = shorter;
                dropped = true;
            } else {
                at += part;
            }
        }
        if tries == 0 || (part <= 1 && !dropped) {
            return steps;
        }
        part = (part / 2).max(1);
    }
}
