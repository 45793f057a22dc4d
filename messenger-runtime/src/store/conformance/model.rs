//! The contract as a small program: lists that are searched from front to end, and one rule after the other.
//!
//! Where the contract leaves an engine free, the model takes the engine's answer and checks that it is one of
//! those allowed.

mod person;

pub(super) use self::person::{Event, Person};
use super::rig::{Verdict, broken, same};
use crate::store::{
    Appended, Cause, Claim, Conversation, DeadKind, Enqueued, EventKey, Lease, Row, Settled, Settlement,
    StoredEvent,
};

/// A dead letter, but for its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) kind: DeadKind,
    pub(super) conversation: Conversation,
    pub(super) key: String,
    pub(super) body: String,
    pub(super) cause: Cause,
    pub(super) attempts: u32,
}

/// Everything that a store is to keep.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) people: Vec<Person>,
    pub(super) known: Vec<EventKey>,
    /// With the ids that the engine gave them.
    pub(super) letters: Vec<(u64, Letter)>,
    /// Letters of which the engine has not yet told the id.
    pub(super) fresh: Vec<Letter>,
    ticks: u64,
}

impl Model {
    pub(super) fn person(&mut self, conversation: &Conversation) -> &mut Person {
        let at = self
            .people
            .iter()
            .position(|person| person.conversation == *conversation);
        let at = at.unwrap_or_else(|| {
            self.people.push(Person::new(conversation.clone()));
            self.people.len() - 1
        });
        &mut self.people[at]
    }

    pub(super) fn tick(&mut self) -> u64 {
        self.ticks += 1;
        self.ticks
    }

    /// Whether the key is new; it is known from now on.
    pub(super) fn learn(&mut self, key: EventKey) -> bool {
        let is_new = !self.known.contains(&key);
        if is_new {
            self.known.push(key);
        }
        is_new
    }

    pub(super) fn queue(&mut self, conversation: &Conversation, key: EventKey, event: StoredEvent) {
        let came = self.tick();
        let person = self.person(conversation);
        if !person.is_claimable() && person.held.is_none() {
            person.since = Some(came);
        }
        person.inbox.push(Event {
            key,
            event,
            claims: 0,
            came,
        });
    }

    pub(super) fn append(&mut self, event: &crate::store::NewEvent) -> (Appended, Option<String>) {
        let is_new = self.learn(event.key);
        let person = self.person(&event.conversation);
        let was_idle = person.is_idle();
        person.opened = person.opened.max(event.opens);
        if is_new || !was_idle {
            person.opened_at_least = person.opened_at_least.max(event.opens);
        }
        let settled = event
            .echoes
            .as_deref()
            .filter(|key| self.echo(&event.conversation, key));
        if is_new {
            self.queue(&event.conversation, event.key, event.event.clone());
        }
        let became = if is_new {
            Appended::Fresh
        } else {
            Appended::Duplicate
        };
        (became, settled.map(str::to_owned))
    }

    fn echo(&mut self, conversation: &Conversation, key: &str) -> bool {
        let page = Conversation {
            person: None,
            ..conversation.clone()
        };
        for conversation in [conversation, &page] {
            let person = self.person(conversation);
            let Some(first) = person.outbox.first().filter(|first| first.key == key) else {
                continue;
            };
            if let Some((_, echoed)) = &mut person.flight {
                *echoed = true;
            } else if first.doubts > 0 {
                person.pop(Enqueued::Sent);
                return true;
            }
            return false;
        }
        false
    }

    /// Whether there is something to claim.
    pub(super) fn is_claimable(&self, suspects: bool) -> bool {
        self.people
            .iter()
            .any(|person| person.is_claimable() && (suspects || !person.is_suspect()))
    }

    pub(super) fn claimed(&mut self, claims: &[Claim], limit: usize, suspects: bool) -> Verdict {
        let clause = "claim: up to `limit`, of suspects one at most and only where allowed";
        let mut suspected = 0;
        let mut last = 0;
        for claim in claims {
            let person = self.person(&claim.lease.conversation);
            if !person.is_claimable() {
                return broken(
                    "claim: one lease per conversation that has an event",
                    format!("{claim:?}"),
                );
            }
            if claim.lease.epoch <= person.epoch {
                return broken("claim: the epoch rises with every claim", format!("{claim:?}"));
            }
            let since = person.since.take();
            if person.is_suspect() {
                suspected += 1;
            } else if let Some(since) = since {
                if since < last {
                    return broken("claim: those that waited longest first", format!("{claims:?}"));
                }
                last = since;
            }
            person.begin(claim)?;
            person.epoch = claim.lease.epoch;
            person.held = Some(claim.lease.epoch);
        }
        if claims.len() > limit || suspected > usize::from(suspects) {
            return broken(clause, format!("{claims:?}"));
        }
        let passed_over = self.people.iter().any(|person| {
            person.is_claimable() && !person.is_suspect() && person.since.is_some_and(|since| since < last)
        });
        if passed_over {
            return broken("claim: those that waited longest first", format!("{claims:?}"));
        }
        Ok(())
    }

    /// The turn of `lease` has ended and gave `next`.
    pub(super) fn next(&mut self, conversation: &Conversation, next: Option<&Claim>) -> Verdict {
        let clause = "commit: gives the conversation's next event under the same lease, or frees it";
        let person = self.person(conversation);
        match next {
            None if person.inbox.is_empty() => {
                person.held = None;
                person.since = None;
                Ok(())
            }
            None => broken(clause, format!("nothing, but {:?} waits", person.inbox)),
            Some(next) => {
                same(
                    clause,
                    (&*next.lease.conversation, Some(next.lease.epoch)),
                    (conversation, person.held),
                )?;
                person.begin(next)
            }
        }
    }

    /// The turn's row that the engine put in flight.
    pub(super) fn sent(&mut self, row: &Row) -> Verdict {
        self.person(&row.conversation).send(row)
    }

    /// Whether the row is in flight by this right.
    pub(super) fn flies(&self, row: &Row) -> bool {
        self.people.iter().any(|person| {
            person.conversation == *row.conversation
                && person.flight.is_some_and(|(epoch, _)| epoch == row.epoch)
        })
    }

    /// Whether the lease of a turn holds.
    pub(super) fn holds(&self, lease: &Lease) -> bool {
        self.people
            .iter()
            .any(|person| person.conversation == *lease.conversation && person.held == Some(lease.epoch))
    }

    pub(super) fn release(&mut self, conversation: &Conversation, tried: bool) {
        let person = self.person(conversation);
        person.held = None;
        person.since = None;
        if let Some(first) = person.inbox.first_mut().filter(|_| !tried) {
            first.claims -= 1;
        }
    }

    /// Checks and notes how a send ended.
    pub(super) fn settle(&mut self, row: &Row, settlement: &Settlement, settled: &Settled) -> Verdict {
        let clause = "settle: one that somebody else holds changes nothing; one with an echo was sent";
        let person = self.person(&row.conversation);
        let Some((_, echoed)) = person.flight.filter(|(epoch, _)| *epoch == row.epoch) else {
            let found = (settled.next.is_some(), settled.echoed);
            return same(clause, found, (false, false));
        };
        same(clause, settled.echoed, echoed)?;
        person.flight = None;
        let tried = u32::from(!matches!(settlement, Settlement::Postponed(_)));
        let mut again = false;
        match settlement {
            Settlement::Done => drop(person.pop(Enqueued::Sent)),
            _ if echoed => drop(person.pop(Enqueued::Sent)),
            Settlement::Dead(cause) => {
                let dead = person.pop(Enqueued::GivenUp);
                let letter = Letter {
                    kind: DeadKind::Message,
                    conversation: person.conversation.clone(),
                    body: super::rig::json(&super::rig::row(&dead.key)),
                    key: dead.key,
                    cause: cause.clone(),
                    attempts: dead.attempts + 1,
                };
                self.fresh.push(letter);
            }
            Settlement::Retry(after) | Settlement::Postponed(after) | Settlement::Doubtful(after) => {
                let first = &mut person.outbox[0];
                first.attempts += tried;
                first.doubts += u32::from(matches!(settlement, Settlement::Doubtful(_)));
                person.waits = !after.is_zero();
                again = true;
            }
        }
        let person = self.person(&row.conversation);
        match &settled.next {
            Some(next) => person.send(next),
            None if again || person.outbox.is_empty() => Ok(()),
            None => broken(
                "settle: gives the conversation's next row, if it is due",
                "found nothing",
            ),
        }
    }

    /// Leases are void, rows in flight in doubt.
    pub(super) fn crash(&mut self) {
        for person in &mut self.people {
            if person.held.take().is_some() {
                person.since = None;
            }
            match person.flight.take() {
                Some((_, true)) => drop(person.pop(Enqueued::Sent)),
                Some((_, false)) => {
                    person.outbox[0].doubts += 1;
                    person.waits = true;
                }
                None => {}
            }
        }
    }

    /// Whether there was anything; `None` where an engine may have kept the day or not.
    pub(super) fn erase(&mut self, conversation: &Conversation) -> Option<bool> {
        let letters = self.letters.len();
        self.letters
            .retain(|(_, letter)| letter.conversation != *conversation);
        let buried = self.letters.len() < letters;
        let person = self.person(conversation);
        let (kept, day) = (!person.is_idle(), person.opened.is_some());
        person.erase();
        if kept || buried {
            Some(true)
        } else {
            (!day).then_some(false)
        }
    }

    /// After each step: where nothing else is kept, an engine may forget the day.
    pub(super) fn forget(&mut self) {
        for person in &mut self.people {
            if person.is_idle() {
                person.opened_at_least = None;
            }
        }
    }
}
