//! People at random against a plain model of the flow: the same step, the same data, the same messages.
//!
//! Days of 250 people each are lived through the real bot: answers, nonsense, old taps, interrupts, pictures, agents,
//! events delivered twice or two at once, with restarts and jumps of the clock between. Afterwards the model, which
//! knows only what is promised, must say and keep the same. For each rule there is a model without it, which must
//! differ from what happened: so the histories came by that rule.
//!
//! `HISTORIES=10000 cargo test -p messenger-tests --test histories` takes minutes; `SEED` repeats a run.

mod bot;
mod day;
mod model;
mod moves;
mod phone;

use std::{env, fmt, sync::Arc};

use messenger_runtime::store::MemoryStore;
use messenger_tests::TempDir;
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngSeed, TestRunner},
};
use serde_json::Value;

use self::{
    day::{Round, Shelf, live},
    model::{Fault, Model},
    moves::{Between, Move, days},
};

const PEOPLE: usize = 250;
const ROUNDS: usize = 10;
/// From how many histories on the rarest rule is come by for sure.
const ENOUGH: usize = 2000;

/// Where what happened is not what the model says.
#[derive(Debug)]
struct Difference {
    round: usize,
    expected: Vec<(Vec<String>, Value)>,
}

/// What the model makes of what a person did.
fn compare(life: &[Round], without: Option<Fault>) -> Result<(), Difference> {
    let mut models = vec![Model::new(without)];
    for (at, round) in life.iter().enumerate() {
        let (mut next, mut expected) = (Vec::new(), Vec::new());
        for (model, forwards) in models.iter().flat_map(|model| [(model, true), (model, false)]) {
            if !forwards && round.events.len() == 1 {
                continue;
            }
            let mut model = model.clone();
            let mut events: Vec<_> = round.events.iter().collect();
            if round.twice && !model.knows_duplicates() {
                events.extend(events.clone());
            }
            if !forwards {
                events.reverse();
            }
            let said: Vec<_> = events
                .into_iter()
                .flat_map(|event| model.says(event, round.now))
                .collect();
            let stored = model.stored();
            if said == round.said && stored == round.stored {
                if !next.contains(&model) {
                    next.push(model);
                }
            } else {
                expected.push((said, stored));
            }
        }
        if next.is_empty() {
            return Err(Difference { round: at, expected });
        }
        models = next;
    }
    Ok(())
}

/// A history in which the bot and the model differ, for whoever has to read it.
struct Told<'l>(&'l [Round], &'l Difference);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(life, difference) = self;
        for round in &life[..=difference.round] {
            let twice = if round.twice { ", twice" } else { "" };
            writeln!(f, "after {} s: {:?}{twice}", round.now, round.events)?;
            for line in &round.said {
                writeln!(f, "    bot: {line}")?;
            }
            writeln!(f, "    kept: {}", round.stored)?;
        }
        for (said, stored) in &difference.expected {
            writeln!(f, "but the model says {said:#?} and keeps {stored}")?;
        }
        Ok(())
    }
}

/// Leaves out whatever the difference does not need.
async fn shrink(between: &[Between], moves: &[Move]) -> Option<(Vec<Round>, Difference)> {
    let rounds = between.iter().copied().zip(moves.iter().cloned());
    let (mut rounds, mut least): (Vec<_>, _) = (rounds.collect(), None);
    let mut at = rounds.len();
    loop {
        let mut fewer = rounds.clone();
        if at < fewer.len() {
            fewer.remove(at);
        }
        let (between, moves): (Vec<_>, Vec<_>) = fewer.iter().cloned().unzip();
        let life = live(&Shelf::Memory(Arc::default()), &between, &[moves])
            .await
            .remove(0);
        if let Err(difference) = compare(&life, None) {
            rounds = fewer;
            rounds.truncate(difference.round + 1);
            least = Some((life, difference));
            at = at.min(rounds.len());
        } else if at == rounds.len() {
            // It does not come again by itself.
            return None;
        }
        match at.checked_sub(1) {
            Some(earlier) => at = earlier,
            None => return least,
        }
    }
}

fn number(variable: &str, default: usize) -> usize {
    env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn histories_go_as_the_plain_model_says() {
    let histories = number("HISTORIES", 250);
    let seed = number("SEED", fastrand::usize(..)) as u64;
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    });
    let mut missed = Fault::ALL.to_vec();
    let (mut lived, mut flows, mut said) = (0, 0, 0);
    for day in 0..histories.div_ceil(PEOPLE) {
        let days = days(ROUNDS, PEOPLE)
            .new_tree(&mut runner)
            .expect("days are never refused");
        let (between, people) = days.current();
        let shelf = if day % 4 == 1 {
            Shelf::Sqlite(TempDir::new("histories"))
        } else {
            Shelf::Memory(Arc::<MemoryStore>::default())
        };
        let lives = live(&shelf, &between, &people).await;
        for (life, moves) in lives.iter().zip(&people) {
            if let Err(difference) = compare(life, None) {
                let shrunk = shrink(&between, moves).await;
                let (life, difference) = shrunk.unwrap_or_else(|| (life.clone(), difference));
                panic!("SEED={seed}, day {day}\n{}", Told(&life, &difference));
            }
            missed.retain(|fault| compare(life, Some(*fault)).is_ok());
            lived += 1;
            said += life.iter().map(|round| round.said.len()).sum::<usize>();
            let waits = |round: &&Round| !round.stored.is_null();
            flows += usize::from(life.iter().any(|round| waits(&round)));
        }
    }
    println!("{lived} histories, {flows} of them with a flow, {said} messages, seed {seed}");
    assert!(
        histories < ENOUGH || missed.is_empty(),
        "SEED={seed}: no history came by the rules {missed:?}"
    );
}
