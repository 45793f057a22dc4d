//! What each person has said, what the bot owes them for it, and what came.
//!
//! This is the model: a list of owed messages for each person, made when an event is about to be posted. A
//! message that arrives is compared with it at once.

mod person;

use std::{
    fmt,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use person::Excuse;
pub(crate) use person::{Ask, Person};

/// How long a store may take to note that a send is done, on a machine whose disk has a lot to do: until then the send is
/// in doubt where its node gets into trouble.
const DOUBT: Duration = Duration::from_secs(3);

/// Everything that is counted.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Events that were acknowledged.
    pub(crate) events: AtomicU64,
    /// Bodies posted again because no 200 came.
    pub(crate) reposted: AtomicU64,
    /// Bodies posted again although a 200 had come.
    pub(crate) doubled: AtomicU64,
    /// Messages that the platform took, copies included.
    pub(crate) sends: AtomicU64,
    /// Requests that were cut after the platform took the message.
    pub(crate) cut: AtomicU64,
    /// Echoes that never left.
    pub(crate) echoes_lost: AtomicU64,
    /// Echoes that left late.
    pub(crate) echoes_late: AtomicU64,
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
    troubles: Mutex<Vec<(Instant, Option<Instant>)>>,
    violation: OnceLock<Violation>,
    /// How long a message that is in doubt waits for its echo at least.
    echo_wait: Duration,
    pub(crate) counts: Counts,
}

/// Something that must never happen.
#[derive(Debug)]
pub(crate) struct Violation {
    what: String,
    history: Vec<String>,
}

impl Violation {
    /// A violation without a person's history.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            history: Vec::new(),
        }
    }

    /// What was seen, on one line.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        self.history.iter().try_for_each(|line| writeln!(f, "    {line}"))
    }
}

/// A message as the platform took it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) key: &'a str,
    pub(crate) text: &'a str,
    /// Whether its request is cut instead of answered.
    pub(crate) cut: bool,
    /// Whether its echo never leaves.
    pub(crate) echo_lost: bool,
}

impl Ledger {
    pub(crate) fn new(people: usize, echo_wait: Duration) -> Self {
        let started = Instant::now();
        Self {
            people: (0..people).map(|_| Mutex::new(Person::new(started))).collect(),
            troubles: Mutex::default(),
            violation: OnceLock::new(),
            echo_wait,
            counts: Counts::default(),
        }
    }

    pub(crate) fn people(&self) -> usize {
        self.people.len()
    }

    pub(crate) fn person(&self, index: usize) -> MutexGuard<'_, Person> {
        lock(&self.people[index])
    }

    /// A node is about to be killed, stopped, or to lose its database.
    pub(crate) fn trouble_begins(&self) {
        lock(&self.troubles).push((Instant::now(), None));
    }

    /// All nodes are well again.
    pub(crate) fn trouble_ends(&self) {
        let now = Instant::now();
        for (_, end) in lock(&self.troubles).iter_mut().rev() {
            if end.is_some() {
                break;
            }
            *end = Some(now);
        }
    }

    /// Whether the answer to a send taken at `taken` may not have been noted by its node.
    fn in_trouble(&self, taken: Instant) -> bool {
        let troubles = lock(&self.troubles);
        troubles
            .iter()
            .rev()
            .take_while(|(_, end)| end.is_none_or(|end| end + DOUBT >= taken))
            .any(|(begin, _)| *begin <= taken + DOUBT)
    }

    /// Whether a node has been in trouble at any time since.
    fn is_troubled_since(&self, since: Instant) -> bool {
        lock(&self.troubles)
            .iter()
            .any(|(_, end)| end.is_none_or(|end| end >= since))
    }

    /// The platform took a message for `person`.
    pub(crate) fn arrived(&self, person: usize, arrival: Arrival<'_>) {
        Counts::one(&self.counts.sends);
        let mut ledger = self.person(person);
        let result = match ledger.taken_at(arrival.key) {
            None => ledger.first(arrival),
            Some(taken) => {
                // A node that is stopped, or has lost its database, may hold the request and not answer it.
                if ledger
                    .echo_left(arrival.key)
                    .is_some_and(|left| self.is_troubled_since(left))
                {
                    ledger.echo_is_held_up(arrival.key);
                }
                let excuse = ledger.copy(arrival, self.in_trouble(taken), self.echo_wait);
                excuse.map(|excuse| {
                    Counts::one(match excuse {
                        Excuse::Lost => &self.counts.copies_lost,
                        Excuse::Late => &self.counts.copies_late,
                        Excuse::HeldUp => &self.counts.copies_held_up,
                    });
                })
            }
        };
        if let Err(what) = result {
            let what = format!("person {person}: {what}");
            self.violated(Violation {
                what,
                history: ledger.history(),
            });
        }
    }

    /// Keeps the first violation; those after it are mostly its consequences.
    pub(crate) fn violated(&self, violation: Violation) {
        // A later one is dropped on purpose.
        let _ = self.violation.set(violation);
    }

    pub(crate) fn violation(&self) -> Option<&Violation> {
        self.violation.get()
    }

    /// Whether everything owed has come.
    pub(crate) fn is_settled(&self) -> bool {
        (0..self.people()).all(|index| self.person(index).open() == 0)
    }

    /// What of the owed messages is missing, by the first person who misses one.
    pub(crate) fn missing(&self) -> Option<Violation> {
        (0..self.people()).find_map(|index| {
            let person = self.person(index);
            let missing = person.missing()?;
            Some(Violation {
                what: format!("person {index}: {missing} never came"),
                history: person.history(),
            })
        })
    }

    /// How many events failed on purpose.
    pub(crate) fn failures(&self) -> u64 {
        (0..self.people())
            .map(|index| self.person(index).failures())
            .sum()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
