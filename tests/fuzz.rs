//! The promises about bytes from outside, under many inputs.
//!
//! The same functions and seeds as the targets of `fuzz/`, for machines without `cargo fuzz`. The number of
//! inputs is small here; `FUZZ_SECONDS=20` runs each for so long instead.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fastrand::Rng;
use messenger_runtime::fuzzing::{self, Target};

/// How many inputs a target is tried with where no time is given.
const INPUTS: usize = 2_000;
/// Inputs, at most, until a control has to be noticed.
const UNTIL_NOTICED: usize = 200_000;
const LONGEST: usize = 4096;

/// What inputs are made of: the seeds of a target, and the words of its format.
struct Garden {
    seeds: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
    rng: Rng,
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds")
}

impl Garden {
    fn of(target: &Target, seed: u64) -> Self {
        let files = fs::read_dir(directory().join(target.name)).expect("every target has seeds");
        let mut files: Vec<_> = files.map(|file| file.expect("it can be listed").path()).collect();
        files.sort();
        let seeds: Vec<_> = files
            .iter()
            .map(|file| fs::read(file).expect("it can be read"))
            .collect();
        assert!(seeds.len() > 5, "{}: there are seeds", target.name);
        let words =
            fs::read_to_string(directory().join(format!("{}.dict", target.name))).expect("it has words");
        let words: Vec<_> = words.lines().filter_map(word).collect();
        assert!(words.len() > 3, "{}: there are words", target.name);
        Self {
            seeds,
            words,
            rng: Rng::with_seed(seed),
        }
    }

    /// A seed with some changes, or sometimes bytes that have nothing to do with one.
    fn input(&mut self) -> Vec<u8> {
        if self.rng.u8(..) < 8 {
            let length = self.rng.usize(..64);
            return (0..length).map(|_| self.rng.u8(..)).collect();
        }
        let mut input = self.seed();
        for _ in 0..1 << self.rng.u32(..5) {
            self.change(&mut input);
        }
        input.truncate(LONGEST);
        input
    }

    fn seed(&mut self) -> Vec<u8> {
        let at = self.rng.usize(..self.seeds.len());
        self.seeds[at].clone()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let start = self.rng.usize(..=input.len());
        let end = (start + self.rng.usize(..=12)).min(input.len());
        match self.rng.u8(..9) {
            0 if start < end => input[start] ^= 1 << self.rng.u8(..8),
            1 if start < end => input[start] = self.rng.u8(..),
            2 => drop(input.drain(start..end)),
            3 => input.truncate(start),
            4 => {
                let piece = input[start..end].repeat(1 + self.rng.usize(..40));
                input.splice(start..start, piece);
            }
            5 => {
                let other = self.seed();
                let from = self.rng.usize(..=other.len());
                input.truncate(start);
                input.extend_from_slice(&other[from..]);
            }
            6 => {
                let other = self.seed();
                input.splice(start..start, other);
            }
            _ => {
                let word = self.words[self.rng.usize(..self.words.len())].clone();
                let end = if self.rng.bool() { start } else { end };
                input.splice(start..end, word);
            }
        }
    }
}

/// The word of a line of a dictionary, which is quoted with `\"` and `\\` in it.
fn word(line: &str) -> Option<Vec<u8>> {
    let line = line.strip_prefix('"')?.strip_suffix('"')?;
    Some(line.replace("\\\"", "\"").replace("\\\\", "\\").into_bytes())
}

/// Runs a target for the time given, or with a fixed number of inputs.
fn hold(target: &Target) {
    let seconds = std::env::var("FUZZ_SECONDS").ok();
    let time = seconds.map(|seconds| Duration::from_secs(seconds.parse().expect("FUZZ_SECONDS is a number")));
    let seed = time.map_or(1, |_| fastrand::u64(..));
    let mut garden = Garden::of(target, seed);
    for seed in garden.seeds.clone() {
        try_one(target, &seed);
    }
    let started = Instant::now();
    let mut inputs = 0;
    while time.map_or(inputs < INPUTS, |time| started.elapsed() < time) {
        try_one(target, &garden.input());
        inputs += 1;
    }
    println!(
        "fuzz {}: {inputs} inputs in {:.1} s",
        target.name,
        started.elapsed().as_secs_f64()
    );
}

fn try_one(target: &Target, input: &[u8]) {
    if let Err(panic) = catch_unwind(|| (target.check)(input)) {
        eprintln!(
            "{}: the input that does it: {}",
            target.name,
            input.escape_ascii()
        );
        std::panic::resume_unwind(panic);
    }
}

/// Whether the target notices a subject that does not keep its promise.
fn notices(target: &Target) {
    let mut garden = Garden::of(target, 1);
    let seeds = garden.seeds.clone().into_iter();
    let inputs: Box<dyn Iterator<Item = Vec<u8>>> = Box::new(
        seeds
            .chain(std::iter::repeat_with(move || garden.input()))
            .take(UNTIL_NOTICED),
    );
    let mut inputs = inputs.enumerate();
    let noticed =
        inputs.find(|(_, input)| catch_unwind(AssertUnwindSafe(|| (target.control)(input))).is_err());
    let (tries, _) = noticed.unwrap_or_else(|| panic!("{}: what is broken is not noticed", target.name));
    println!("fuzz {}: control noticed after {} inputs", target.name, tries + 1);
}

macro_rules! targets {
    ($($name:ident: $target:ident,)*) => {
        mod promise {
            $(#[test]
            fn $name() {
                super::hold(&super::fuzzing::$target);
            })*
        }

        mod control {
            $(#[test]
            fn $name() {
                super::notices(&super::fuzzing::$target);
            })*
        }

        #[test]
        fn every_target_is_run() {
            let here = [$(stringify!($name)),*];
            assert_eq!(here, fuzzing::TARGETS.map(|target| target.name));
        }
    };
}

targets! {
    webhook_body: WEBHOOK_BODY,
    signature: SIGNATURE,
    signed_request: SIGNED_REQUEST,
    session: SESSION,
    graph_error: GRAPH_ERROR,
}
