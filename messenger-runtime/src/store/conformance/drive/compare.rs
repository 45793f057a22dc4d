//! Compares what is kept, and brings a history to its end.

use super::{Drive, event_key};
use crate::{
    event::Channel,
    store::{
        DeadKind, NewEvent, NewRow, StoredEvent,
        conformance::{
            history::{End, How, Step},
            model::{Letter, Person},
            rig::{Verdict, all_letters, broken, json, same},
        },
    },
};

impl Drive<'_> {
    /// After each step: the letters that came, and how much there is.
    pub(super) async fn after(&mut self) -> Verdict {
        self.turns += 1;
        self.model.forget();
        let backlog = self.store().backlog().await?;
        let clause = "backlog: how much is waiting";
        let events: usize = self.model.people.iter().map(|person| person.inbox.len()).sum();
        let due: usize = self.model.people.iter().map(|person| person.due.len()).sum();
        if backlog.events < events || backlog.events > events + due {
            return broken(clause, format!("expected {events} events, found {backlog:?}"));
        }
        let rows = self.model.people.iter().map(|person| person.outbox.len()).sum();
        same(clause, backlog.rows, rows)?;
        same(
            clause,
            backlog.dead_letters,
            self.model.letters.len() + self.model.fresh.len(),
        )?;
        if self.model.fresh.is_empty() {
            return Ok(());
        }
        let clause = "dead letters: what could not be handled, sent or read is kept";
        let last = self.model.letters.last().map_or(0, |(id, _)| *id);
        for letter in self.store().dead_letters(all_letters()).await? {
            if letter.id <= last {
                continue;
            }
            let found = as_expected(&letter);
            let at = self.model.fresh.iter().position(|fresh| *fresh == found);
            let Some(at) = at else {
                return broken(
                    clause,
                    format!("expected {:?}, found {found:?}", self.model.fresh),
                );
            };
            self.model.fresh.remove(at);
            self.model.letters.push((letter.id, found));
        }
        same(clause, self.model.fresh.len(), 0)
    }

    /// Compares everything that is kept.
    pub(super) async fn compare(&self) -> Verdict {
        let clause = "dossier: everything about one conversation";
        let found: Vec<_> = self.store().dead_letters(all_letters()).await?;
        let found = found
            .iter()
            .map(|letter| (letter.id, as_expected(letter)))
            .collect();
        same("dead_letters: all of them", found, self.model.letters.clone())?;
        for person in &self.model.people {
            let Some(found) = self.store().dossier(&person.conversation).await? else {
                let buried = self
                    .model
                    .letters
                    .iter()
                    .any(|(_, letter)| letter.conversation == person.conversation);
                same(clause, (person.is_idle(), buried), (true, false))?;
                continue;
            };
            same(clause, found.state.as_deref(), person.state.as_deref())?;
            let due: Vec<_> = person.due.iter().map(|due| due.event.clone()).collect();
            let read = |json: &str| serde_json::from_str::<StoredEvent>(json).ok();
            let events = found
                .events
                .iter()
                .filter_map(|event| read(event))
                .filter(|event| !due.contains(event));
            let expected: Vec<_> = person.inbox.iter().map(|event| event.event.clone()).collect();
            same(clause, events.collect(), expected)?;
            let keys = found
                .rows
                .iter()
                .filter_map(|row| serde_json::from_str::<NewRow>(row).ok());
            let expected: Vec<_> = person.outbox.iter().map(|row| row.key.clone()).collect();
            same(
                clause,
                keys.map(|row| row.key.as_ref().to_owned()).collect(),
                expected,
            )?;
            let timers = found
                .timers
                .iter()
                .filter_map(|(name, event)| Some((name.to_string(), read(event)?)));
            let mut timers: Vec<_> = timers.filter(|(_, event)| !due.contains(event)).collect();
            timers.sort_by(|(one, _), (other, _)| one.cmp(other));
            let mut expected = person.timers.clone();
            expected.sort_by(|(one, _), (other, _)| one.cmp(other));
            same(clause, timers, expected)?;
        }
        Ok(())
    }

    /// Lets the echoes come that rows in doubt wait for.
    async fn echo(&mut self) -> Verdict {
        let waiting = self.model.people.iter().filter(|person| person.waits);
        let echoed: Vec<_> = waiting
            .filter_map(|person| Some((person.conversation.clone(), person.outbox.first()?.key.clone())))
            .collect();
        for (conversation, key) in echoed {
            let echo = NewEvent {
                conversation,
                key: event_key(0, false),
                event: self.stored(Channel::Messaging, None),
                opens: None,
                echoes: Some(key.into()),
            };
            self.take_in(vec![echo], 0).await?;
            self.after().await?;
        }
        Ok(())
    }

    /// Ends all that waits: nothing must be stuck.
    pub(super) async fn finish(&mut self) -> Verdict {
        let quiet = End {
            state: None,
            rows: Vec::new(),
            timer: None,
            unreadable: false,
            failed: false,
            send: false,
        };
        self.step(Step::Hasten).await?;
        self.after().await?;
        self.echo().await?;
        loop {
            self.renew().await?;
            let holds = |person: &Person| person.held.map(|epoch| (person.conversation.clone(), epoch));
            let held = self.model.people.iter().find_map(holds);
            let flies = |person: &Person| person.flight.map(|(epoch, _)| epoch);
            let flying = self.model.people.iter().find_map(flies);
            if let Some((whose, epoch)) = held {
                let claim = self
                    .claims
                    .iter()
                    .rfind(|claim| *claim.lease.conversation == whose && claim.lease.epoch == epoch);
                let Some(claim) = claim.cloned() else {
                    return broken("claim", "a lease that nobody was given");
                };
                self.commit(&claim, quiet.clone()).await?;
            } else if let Some(epoch) = flying {
                let Some(row) = self
                    .rows
                    .iter()
                    .rfind(|row| row.epoch == epoch && self.model.flies(row))
                    .cloned()
                else {
                    return broken("claim_outbox", "a row that nobody was given");
                };
                self.settle(row, How::Done).await?;
            } else if self.model.is_claimable(true) {
                self.claim(10, true).await?;
            } else if self.model.people.iter().any(Person::is_sendable) {
                self.claim_rows(10).await?;
            } else {
                break;
            }
            self.after().await?;
        }
        same(
            "backlog: nothing waits in the end",
            self.store().backlog().await?.is_empty(),
            true,
        )?;
        self.compare().await
    }
}

fn as_expected(letter: &crate::store::DeadLetter) -> Letter {
    // Engines may write the JSON of a body anew.
    let body = match letter.kind {
        DeadKind::Event => serde_json::from_str::<StoredEvent>(&letter.body)
            .ok()
            .map(|event| json(&event)),
        DeadKind::Message => serde_json::from_str::<NewRow>(&letter.body)
            .ok()
            .map(|row| json(&row)),
        DeadKind::State => None,
    };
    Letter {
        kind: letter.kind,
        conversation: (*letter.conversation).clone(),
        key: letter.key.clone(),
        body: body.unwrap_or_else(|| letter.body.clone().into()),
        cause: letter.cause.clone(),
        attempts: letter.attempts,
    }
}
