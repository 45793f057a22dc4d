//! What each person has said, what the bot owes them for it, and what came.
//!
//! This is the model: a list of owed messages for each person, made when an event is about to be posted. A
//! message that arrives is compared with it at once.

mod person;
mod sends;
#[cfg(test)]
mod tests;
mod troubles;
mod violation;

use std::{
    fmt,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

pub(crate) use person::{Ask, Asked, Flows, Person, Place};
use sends::{Doubt, Excuse};
use tokio::time::Instant;
use troubles::Troubles;
use violation::Breach;
pub(crate) use violation::{Kind, Violation};

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Events that were acknowledged.
    pub(crate) events: AtomicU64,
    /// Those of them that were in a body with somebody else's.
    pub(crate) mixed: AtomicU64,
    /// Those of them that were comments on the page.
    pub(crate) comments: AtomicU64,
    /// Messages sent from outside a turn.
    pub(crate) outside: AtomicU64,
    /// Bodies posted again because no 200 came.
    pub(crate) reposted: AtomicU64,
    /// Bodies posted again although a 200 had come.
    pub(crate) doubled: AtomicU64,
    /// How often a process said that it had lost leases.
    pub(crate) lost_leases: AtomicU64,
    /// Messages that the platform got, copies included.
    pub(crate) sends: AtomicU64,
    /// Messages that it refused for good.
    pub(crate) refused: AtomicU64,
    /// Those of them that were replayed while the bot ran.
    pub(crate) replayed: AtomicU64,
    /// Requests that were cut after the platform took the message.
    pub(crate) cut: AtomicU64,
    /// Echoes that never left.
    pub(crate) echoes_lost: AtomicU64,
    /// Echoes that left late.
    pub(crate) echoes_late: AtomicU64,
    /// Messages that came again after they were refused.
    pub(crate) copies_refused: AtomicU64,
    /// Messages that came again while their echo was lost.
    pub(crate) copies_lost: AtomicU64,
    /// Messages that came again before their echo left.
    pub(crate) copies_late: AtomicU64,
    /// Messages that came again before a node took their echo.
    pub(crate) copies_held_up: AtomicU64,
}

impl Counts {
    pub(crate) fn one(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn of(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }
}

/// The people, the troubles of the nodes, and the first violation.
#[derive(Debug)]
pub(crate) struct Ledger {
    people: Vec<Mutex<Person>>,
    troubles: Mutex<Troubles>,
    violation: OnceLock<Violation>,
    /// The kinds of violation that end the run; all of them unless a guarantee was taken away.
    wanted: Option<&'static [Kind]>,
    /// Violations of other kinds.
    others: Mutex<Vec<String>>,
    /// How long a message that is in doubt waits for its echo at least.
    echo_wait: Duration,
    /// Whether nobody says anything for now.
    is_silent: AtomicBool,
    pub(crate) counts: Counts,
}

/// A message as the platform got it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) key: &'a str,
    pub(crate) text: &'a str,
    /// The process that sent it.
    pub(crate) process: usize,
    /// Whether its request is cut instead of answered.
    pub(crate) cut: bool,
    /// Whether it is refused.
    pub(crate) refused: bool,
    /// Whether its echo never leaves.
    pub(crate) echo_lost: bool,
}

impl fmt::Display for Arrival<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by process {}", self.key, self.process)?;
        for (is_so, what) in [
            (self.cut, ", cut"),
            (self.refused, ", refused"),
            (self.echo_lost && !self.refused, ", echo lost"),
        ] {
            f.write_str(if is_so { what } else { "" })?;
        }
        Ok(())
    }
}

impl Ledger {
    pub(crate) fn new(people: usize, echo_wait: Duration, wanted: Option<&'static [Kind]>) -> Self {
        let started = Instant::now();
        Self {
            people: (0..people).map(|_| Mutex::new(Person::new(started))).collect(),
            troubles: Mutex::default(),
            violation: OnceLock::new(),
            wanted,
            others: Mutex::default(),
            echo_wait,
            is_silent: AtomicBool::new(false),
            counts: Counts::default(),
        }
    }

    pub(crate) fn people(&self) -> usize {
        self.people.len()
    }

    pub(crate) fn person(&self, index: usize) -> MutexGuard<'_, Person> {
        lock(&self.people[index])
    }

    /// A process of a node is started; gives its number.
    pub(crate) fn process_starts(&self) -> usize {
        lock(&self.troubles).born()
    }

    /// A process has ended.
    pub(crate) fn process_has_ended(&self, process: usize) {
        lock(&self.troubles).ended(process);
    }

    /// A process is about to be stopped.
    pub(crate) fn process_stops(&self, process: usize) {
        lock(&self.troubles).stops(process);
    }

    /// A process goes on.
    pub(crate) fn process_goes_on(&self, process: usize) {
        lock(&self.troubles).goes_on(process);
    }

    /// A process says that it has lost leases.
    pub(crate) fn process_loses_leases(&self, process: usize) {
        Counts::one(&self.counts.lost_leases);
        lock(&self.troubles).loses_leases(process);
    }

    /// The database is about to be killed.
    pub(crate) fn database_goes(&self) {
        lock(&self.troubles).database_goes();
    }

    /// The database answers again.
    pub(crate) fn database_is_back(&self) {
        lock(&self.troubles).database_is_back();
    }

    /// The platform got a message for `person`.
    pub(crate) fn arrived(&self, person: usize, arrival: Arrival<'_>) {
        Counts::one(&self.counts.sends);
        let mut ledger = self.person(person);
        let result = if ledger.is_broken() {
            ledger.comes_late(arrival.text)
        } else if ledger.is_new(arrival.key) || ledger.is_owed_again(arrival.key) {
            ledger.first(arrival)
        } else {
            self.again(&mut ledger, arrival)
        };
        if let Err(breach) = result {
            self.breached(person, &mut ledger, &breach);
        }
    }

    fn again(&self, person: &mut Person, arrival: Arrival<'_>) -> Result<(), Breach> {
        let Arrival {
            key, text, process, ..
        } = arrival;
        person.note(format!("got {text:?} again [{arrival}]"));
        let doubt = {
            let troubles = lock(&self.troubles);
            // A node that is stopped, or has lost its database, may hold the request and not answer it.
            if person
                .sends
                .echo_left(key)
                .is_some_and(|left| troubles.any_since(left))
            {
                person.echo_is_held_up(key);
            }
            let sent = person.sends.get(key);
            Doubt {
                is_cast: sent.is_some_and(|sent| troubles.doubt(sent.process, sent.at)),
                has_just_gone_on: troubles.has_just_gone_on(process),
            }
        };
        let excuse = person.sends.again(arrival, doubt, self.echo_wait)?;
        Counts::one(match excuse {
            Excuse::Refused => &self.counts.copies_refused,
            Excuse::Lost => &self.counts.copies_lost,
            Excuse::Late => &self.counts.copies_late,
            Excuse::HeldUp => &self.counts.copies_held_up,
        });
        Ok(())
    }

    fn breached(&self, index: usize, person: &mut Person, breach: &Breach) {
        person.breaks();
        self.violated(Violation {
            kind: breach.kind,
            what: format!("person {index}: {}", breach.what),
            history: person.history(),
        });
    }

    /// Keeps the first violation of those that end the run; those after it are mostly its consequences.
    pub(crate) fn violated(&self, violation: Violation) {
        if self.wanted.is_none_or(|wanted| wanted.contains(&violation.kind)) {
            // A later one is dropped on purpose.
            let _ = self.violation.set(violation);
        } else {
            lock(&self.others).push(violation.told());
        }
    }

    pub(crate) fn violation(&self) -> Option<&Violation> {
        self.violation.get()
    }

    /// The first violation of another kind than those wanted, and how many there were.
    pub(crate) fn others(&self) -> Option<(String, usize)> {
        let others = lock(&self.others);
        others.first().map(|first| (first.clone(), others.len()))
    }

    /// Looks whether messages that were passed have not come in their time.
    pub(crate) fn look_for_lost(&self) {
        for index in 0..self.people() {
            let mut person = self.person(index);
            if let Some(breach) = person.lost() {
                self.breached(index, &mut person, &breach);
            }
        }
    }

    /// Whether everything owed has come.
    pub(crate) fn is_settled(&self) -> bool {
        (0..self.people()).all(|index| self.person(index).open() == 0)
    }

    /// Has everybody be silent, or talk again.
    pub(crate) fn silence(&self, is_silent: bool) {
        self.is_silent.store(is_silent, Ordering::Relaxed);
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.is_silent.load(Ordering::Relaxed)
    }

    /// The number of the last thing that each person has said, or that was asked for them.
    pub(crate) fn said(&self) -> Vec<u64> {
        (0..self.people())
            .map(|index| self.person(index).said())
            .collect()
    }

    /// How many messages are still owed for what has these numbers or lower ones.
    pub(crate) fn unanswered(&self, said: &[u64]) -> usize {
        (0..self.people())
            .zip(said)
            .map(|(index, number)| self.person(index).unanswered(*number))
            .sum()
    }

    /// What of the owed messages is missing, by the first person who misses one.
    pub(crate) fn missing(&self) -> Option<Violation> {
        (0..self.people()).find_map(|index| {
            let person = self.person(index);
            let missing = person.missing()?;
            Some(Violation {
                kind: Kind::Other,
                what: format!("person {index}: {missing} never came, and nothing comes any more"),
                history: person.history(),
            })
        })
    }

    /// What came of all flows.
    pub(crate) fn flows(&self) -> Flows {
        let flows = |index| self.person(index).flows();
        (0..self.people())
            .map(flows)
            .fold(Flows::default(), |all, flows| all + flows)
    }

    /// That nothing of a kind came of flows, which would say nothing of them.
    pub(crate) fn untried(&self) -> Option<Violation> {
        let mut counts = self.flows().named().into_iter();
        let (what, _) = counts.find(|(_, count)| *count == 0)?;
        let what = format!("{what}: none in the whole run, so it says nothing of them");
        Some(Violation::new(what))
    }

    /// How many events failed on purpose.
    pub(crate) fn failures(&self) -> u64 {
        let failures = |index| self.person(index).failures();
        (0..self.people()).map(failures).sum()
    }

    /// How many messages were refused and not replayed.
    pub(crate) fn refusals(&self) -> u64 {
        let refusals = |index| self.person(index).refusals();
        (0..self.people()).map(refusals).sum()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
