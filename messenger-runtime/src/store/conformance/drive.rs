//! Does the same on an engine and on the model, and compares.

mod compare;
mod rows;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    history::{Came, End, Step, Timer},
    model::{Event, Letter, Model, Person},
    rig::{Handle, Rig, Stop, Verdict, broken, cause, json, person, refused, row, same},
};
use crate::{
    event::{Channel, Object},
    store::{
        Claim, Conversation, DeadKind, EventKey, NewEvent, NewRow, Replayed, Row, StateChange, StoreError,
        StoredEvent, TimerChange, Turn, replay_key,
    },
};

const LONG: Duration = Duration::from_secs(3_600);

/// An engine under test with all that it handed out.
struct Drive<'r> {
    rig: &'r Rig,
    /// One handle, or two on the same data that take turns.
    handles: Vec<Handle>,
    turns: usize,
    model: Model,
    claims: Vec<Claim>,
    rows: Vec<Row>,
    serial: u16,
}

/// Goes through a history.
pub(super) async fn drive(rig: &Rig, steps: Vec<Step>) -> Verdict {
    let first = rig.fresh().await;
    let mut drive = Drive {
        rig,
        handles: with_second(rig, first).await?,
        turns: 0,
        model: Model::default(),
        claims: Vec::new(),
        rows: Vec::new(),
        serial: 0,
    };
    for step in steps {
        drive.renew().await?;
        drive.step(step).await?;
        drive.after().await?;
    }
    drive.compare().await?;
    drive.finish().await
}

async fn with_second(rig: &Rig, first: Handle) -> Verdict<Vec<Handle>> {
    Ok(match rig.second(&first).await {
        Ok((second, _)) => vec![first, second],
        Err(Stop::NotHere(_)) => vec![first],
        Err(stop) => return Err(stop),
    })
}

fn conversation(whose: u8) -> Conversation {
    let mut conversation = person(&format!("p{whose}"));
    if whose == 0 {
        conversation.person = None;
    }
    conversation
}

fn event_key(serial: u16, of_timer: bool) -> EventKey {
    let mut key = [u8::from(of_timer); 16];
    key[..2].copy_from_slice(&serial.to_be_bytes());
    key
}

fn row_keys(whose: &Conversation, kind: char, numbers: &[u8]) -> Vec<String> {
    let whose = whose.person.as_deref().unwrap_or("page");
    numbers
        .iter()
        .map(|number| format!("{whose}-{kind}{number}"))
        .collect()
}

fn new_rows(keys: &[String]) -> Vec<NewRow> {
    keys.iter().map(|key| row(key)).collect()
}

/// The one that came so many before the last.
fn recent<T: Clone>(all: &[T], back: usize) -> Option<T> {
    let last = all.len().checked_sub(1)?;
    Some(all[last - back % all.len()].clone())
}

impl Drive<'_> {
    fn store(&self) -> &Handle {
        &self.handles[self.turns % self.handles.len()]
    }

    fn serial(&mut self) -> u16 {
        self.serial += 1;
        self.serial
    }

    fn stored(&mut self, channel: Channel, field: Option<&str>) -> StoredEvent {
        StoredEvent {
            channel,
            field: field.map(Into::into),
            json: format!("{{\"serial\":{}}}", self.serial()).into(),
        }
    }

    /// A history may take longer than a lease holds.
    async fn renew(&self) -> Verdict {
        if self.store().lease().is_none() {
            return Ok(());
        }
        let held = |claim: &&Claim| self.model.holds(&claim.lease);
        let flying = |row: &&Row| self.model.flies(row);
        let turns = self
            .claims
            .iter()
            .filter(held)
            .map(|claim| claim.lease.clone())
            .collect();
        let rows = self.rows.iter().filter(flying).cloned().collect();
        let lost = self.store().renew(turns, rows).await?;
        same(
            "renew: no lease that holds is lost",
            (lost.turns.len(), lost.rows.len()),
            (0, 0),
        )
    }

    async fn step(&mut self, step: Step) -> Verdict {
        match step {
            Step::Append { events, claim } => self.append(events, claim).await,
            Step::Claim { limit, suspects } => self.claim(limit, suspects).await,
            Step::Commit { lease, end } => match recent(&self.claims, lease) {
                Some(claim) => self.commit(&claim, end).await,
                None => Ok(()),
            },
            Step::Release { lease, tried } => match recent(&self.claims, lease) {
                Some(claim) => self.release(claim, tried).await,
                None => Ok(()),
            },
            Step::Enqueue { whose, rows, once } => self.enqueue(&conversation(whose), &rows, once).await,
            Step::Chat { lease, rows } => match recent(&self.claims, lease) {
                Some(claim) => self.chat(&claim, &rows).await,
                None => Ok(()),
            },
            Step::ClaimRows { limit } => self.claim_rows(limit).await,
            Step::Settle { row, how } => match recent(&self.rows, row) {
                Some(row) => self.settle(row, how).await,
                None => Ok(()),
            },
            Step::Hasten => {
                self.store().hasten(Object::Page, "1").await?;
                self.model.people.iter_mut().for_each(Person::hasten);
                Ok(())
            }
            Step::Replay { letter } => self.replay(letter).await,
            Step::Discard { letter } => {
                let Some((id, _)) = recent(&self.model.letters, letter) else {
                    return Ok(());
                };
                self.model.letters.retain(|(other, _)| *other != id);
                same(
                    "discard: whether there was one",
                    self.store().discard(id).await?,
                    true,
                )
            }
            Step::Erase { whose } => {
                let whose = conversation(whose);
                let erased = self.store().erase(&whose).await?;
                let expected = self.model.erase(&whose);
                same(
                    "erase: whether there was anything",
                    erased,
                    expected.unwrap_or(erased),
                )
            }
            Step::Crash => self.crash().await,
        }
    }

    async fn append(&mut self, events: Vec<Came>, claim: usize) -> Verdict {
        let events: Vec<_> = events
            .into_iter()
            .map(|came| NewEvent {
                conversation: conversation(came.whose),
                key: event_key(u16::from(came.key), false),
                event: self.stored(Channel::Messaging, None),
                opens: came.opens.map(|opens| {
                    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + u64::from(opens))
                }),
                echoes: came
                    .echoes
                    .and_then(|back| recent(&self.rows, back))
                    .map(|row| Arc::clone(&row.new.key)),
            })
            .collect();
        self.take_in(events, claim).await
    }

    async fn take_in(&mut self, events: Vec<NewEvent>, claim: usize) -> Verdict {
        let accepted = self.store().append(events.clone(), claim).await?;
        let (became, settled): (Vec<_>, Vec<_>) = events.iter().map(|event| self.model.append(event)).unzip();
        same("append: for each, whether it was new", accepted.events, became)?;
        let found: Vec<_> = accepted
            .settled
            .iter()
            .map(|key| key.as_ref().to_owned())
            .collect();
        let settled: Vec<String> = settled.into_iter().flatten().collect();
        same(
            "append: the rows that left the outbox by their echo",
            found,
            settled,
        )?;
        self.model.claimed(&accepted.claims, claim, false)?;
        self.claims.extend(accepted.claims);
        Ok(())
    }

    async fn claim(&mut self, limit: usize, suspects: bool) -> Verdict {
        let clause = "claim: conversations that have an event and nobody at work on it";
        let claiming = self.store().claim(limit, suspects);
        if !self.model.is_claimable(suspects) {
            return self.rig.nothing(clause, claiming).await;
        }
        let claims = self.rig.within(clause, claiming).await?;
        if claims.is_empty() {
            return broken(clause, "an empty list");
        }
        self.model.claimed(&claims, limit, suspects)?;
        self.claims.extend(claims);
        Ok(())
    }

    async fn commit(&mut self, claim: &Claim, end: End) -> Verdict {
        let whose = Arc::clone(&claim.lease.conversation);
        let keys = row_keys(&whose, 'c', &end.rows);
        let state = end.state.map(|state| match state {
            0 => StateChange::Clear,
            state => StateChange::Set(format!("{{\"step\":{state}}}").into_bytes().into()),
        });
        let mut turn = Turn {
            lease: claim.lease.clone(),
            state: state.clone(),
            rows: new_rows(&keys),
            timers: Vec::new(),
            unreadable: end
                .unreadable
                .then(|| ("{\"old\":1}".to_owned(), cause()))
                .into_iter()
                .collect(),
            failed: end.failed.then(cause),
            send: end.send,
        };
        let (name, after) = match &end.timer {
            Some(Timer::Now) => (format!("now{}", self.serial()), Duration::ZERO),
            Some(Timer::Later(number)) => (format!("later{number}"), LONG),
            Some(Timer::Cancel(number)) => (format!("later{number}"), LONG),
            None => (String::new(), LONG),
        };
        let event = self.stored(Channel::Timer, Some(&name));
        let key = event_key(self.serial, true);
        match &end.timer {
            Some(Timer::Cancel(_)) => turn.timers.push(TimerChange::Cancel {
                name: name.as_str().into(),
            }),
            Some(_) => turn.timers.push(TimerChange::Set {
                name: name.as_str().into(),
                after,
                key,
                event: event.clone(),
            }),
            None => {}
        }
        let came = self.model.tick();
        let committed = self.store().commit(turn).await;
        let person = self.model.person(&whose);
        if person.held != Some(claim.lease.epoch) {
            return refused(
                "commit: an older epoch changes nothing",
                committed,
                &StoreError::LeaseLost,
            );
        }
        let committed = committed?;
        let ended = person.inbox.remove(0);
        person.end_turn();
        match state {
            None => {}
            Some(StateChange::Clear) => person.state = None,
            Some(StateChange::Set(state)) => {
                person.state = Some(String::from_utf8_lossy(&state).into_owned());
            }
        }
        let was_idle = person.outbox.is_empty();
        for key in &keys {
            person.push(key, false);
        }
        if end.timer.is_some() {
            person.timers.retain(|(known, _)| *known != name);
        }
        match end.timer {
            Some(Timer::Now) => person.due.push(Event {
                key,
                event,
                claims: 0,
                came,
            }),
            Some(Timer::Later(_)) => person.timers.push((name, event)),
            Some(Timer::Cancel(_)) | None => {}
        }
        if end.failed {
            self.model.fresh.push(Letter {
                kind: DeadKind::Event,
                conversation: (*whose).clone(),
                key: hex::encode(ended.key),
                body: json(&ended.event),
                cause: cause(),
                attempts: ended.claims,
            });
        }
        if end.unreadable {
            self.model.fresh.push(Letter {
                kind: DeadKind::State,
                conversation: (*whose).clone(),
                key: String::new(),
                body: "{\"old\":1}".to_owned(),
                cause: cause(),
                attempts: 0,
            });
        }
        self.model.next(&whose, committed.next.as_ref())?;
        self.claims.extend(committed.next);
        if let Some(row) = committed.row {
            same(
                "commit: a row is leased where asked for and none was there",
                (end.send, was_idle),
                (true, true),
            )?;
            self.model.sent(&row)?;
            self.rows.push(row);
        }
        Ok(())
    }

    async fn release(&mut self, claim: Claim, tried: bool) -> Verdict {
        let released = self.store().release(claim.lease.clone(), tried).await;
        let whose = claim.lease.conversation;
        if self.model.person(&whose).held != Some(claim.lease.epoch) {
            return refused(
                "release: LeaseLost where the lease is lost",
                released,
                &StoreError::LeaseLost,
            );
        }
        self.model.release(&whose, tried);
        Ok(released?)
    }

    async fn replay(&mut self, letter: usize) -> Verdict {
        let Some((id, letter)) = recent(&self.model.letters, letter) else {
            return Ok(());
        };
        let person = self.model.person(&letter.conversation);
        if person.remembered.iter().any(|(key, _)| *key == letter.key) {
            return Ok(());
        }
        let replayed = self.store().replay(id).await?;
        let clause = "replay: what came of it";
        match letter.kind {
            DeadKind::State => return same(clause, replayed, Replayed::Impossible),
            DeadKind::Message => drop(self.model.person(&letter.conversation).push(&letter.key, false)),
            DeadKind::Event => {
                let mut key = [0; 16];
                let parsed = serde_json::from_str(&letter.body);
                let (Ok(event), Ok(())) = (parsed, hex::decode_to_slice(&letter.key, &mut key)) else {
                    return broken(clause, "an event that cannot be read");
                };
                self.model.queue(&letter.conversation, replay_key(key, id), event);
            }
        }
        self.model.letters.retain(|(other, _)| *other != id);
        same(clause, replayed, Replayed::Queued)
    }

    async fn crash(&mut self) -> Verdict {
        if !self.rig.survives() {
            return Ok(());
        }
        self.handles.truncate(1);
        let Some(store) = self.handles.pop() else {
            return Ok(());
        };
        let store = self.rig.reopen(store).await?;
        self.handles = with_second(self.rig, store).await?;
        // Their senders ended too: nobody is left who could say how the sends went.
        let model = &self.model;
        self.rows.retain(|row| !model.flies(row));
        self.model.crash();
        // An engine with leases learns of rows left in flight when it looks for rows.
        while self.model.people.iter().any(Person::is_sendable) {
            self.claim_rows(100).await?;
        }
        self.claim_rows(100).await
    }
}
