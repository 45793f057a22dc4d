//! Outgoing rows: queueing them, leasing them, ending their sends.

use std::sync::Arc;

use rusqlite::{OptionalExtension as _, params};

use super::{Engine, later, missing, time};
use crate::{
    event::Object,
    store::{
        Cause, Conversation, DeadKind, Enqueued, EventKey, Lease, NewRow, Settlement,
        sqlite::{
            failure::Failure,
            handed::{Body, Outgoing},
            index::{Id, Outbox, Waiting},
        },
    },
};

/// Rows to queue, with the JSON in which they are kept.
#[derive(Debug)]
pub(in crate::store::sqlite) struct Queued {
    pub(in crate::store::sqlite) conversation: Arc<Conversation>,
    pub(in crate::store::sqlite) rows: Vec<(Arc<NewRow>, String)>,
    pub(in crate::store::sqlite) turn: Option<Lease>,
    pub(in crate::store::sqlite) once: Option<EventKey>,
}

fn became(word: &str) -> Enqueued {
    match word {
        "given up" => Enqueued::GivenUp,
        _ => Enqueued::Sent,
    }
}

impl Engine {
    pub(in crate::store::sqlite) fn enqueue(&mut self, queued: &Queued) -> Result<Vec<Enqueued>, Failure> {
        if let Some(lease) = &queued.turn {
            self.held(lease)?;
        } else {
            self.room_for_rows()?;
        }
        if let Some(key) = &queued.once
            && !self.remember(key)?
        {
            return Ok(vec![Enqueued::Known; queued.rows.len()]);
        }
        let id = self.conversation(&queued.conversation, None)?;
        let became = self.push_rows(id, &queued.rows, queued.turn.is_some())?;
        self.forget_if_idle(id)?;
        Ok(became)
    }

    /// Queues rows and wakes whoever sends.
    pub(super) fn push_rows(
        &mut self,
        id: Id,
        rows: &[(Arc<NewRow>, String)],
        of_turn: bool,
    ) -> Result<Vec<Enqueued>, rusqlite::Error> {
        let (became, added) = self.insert_rows(id, rows, of_turn, None)?;
        let is_idle = self
            .index
            .slots
            .get(&id)
            .is_some_and(|slot| slot.outbox_is == Outbox::Idle);
        if added > 0 && is_idle {
            self.index.queue_rows(id, None);
        }
        Ok(became)
    }

    /// Keeps the rows whose keys are not known, the first of them in `flight`; what became of each, and how many
    /// were added.
    pub(super) fn insert_rows(
        &mut self,
        id: Id,
        rows: &[(Arc<NewRow>, String)],
        of_turn: bool,
        flight: Option<u64>,
    ) -> Result<(Vec<Enqueued>, usize), rusqlite::Error> {
        let mut outcome = Vec::with_capacity(rows.len());
        let mut added = 0;
        for (new, json) in rows {
            if self.index.slots.get(&id).is_some_and(|slot| slot.turn_rows) {
                let known = self
                    .conn
                    .prepare_cached("SELECT became FROM turn_rows WHERE conversation = ?1 AND key = ?2")?
                    .query_row(params![id, new.key], |row| Ok(became(row.get_ref(0)?.as_str()?)))
                    .optional()?;
                if let Some(known) = known {
                    outcome.push(known);
                    continue;
                }
            }
            let inserted = self
                .conn
                .prepare_cached(
                    "INSERT INTO outbox(conversation, key, body, of_turn, since, flight)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(conversation, key) DO NOTHING",
                )?
                .execute(params![
                    id,
                    new.key,
                    json,
                    of_turn,
                    self.now,
                    flight.filter(|_| added == 0).map(u64::cast_signed)
                ])?;
            outcome.push(Enqueued::Waiting);
            if inserted == 0 {
                continue;
            }
            added += 1;
            let row = Waiting {
                id: self.conn.last_insert_rowid(),
                key: Arc::clone(&new.key),
                attempts: 0,
                doubts: 0,
                of_turn,
                body: Some(Arc::clone(new)),
            };
            if let Some(slot) = self.index.slots.get_mut(&id) {
                slot.turn_rows |= of_turn;
            }
            self.index.push_row(id, row);
        }
        Ok((outcome, added))
    }

    /// The turn under way has ended: nobody asks any more what became of its rows.
    pub(super) fn end_turn(&mut self, id: Id) -> Result<(), rusqlite::Error> {
        let Some(slot) = self.index.slots.get_mut(&id).filter(|slot| slot.turn_rows) else {
            return Ok(());
        };
        slot.turn_rows = false;
        for row in &mut slot.outbox {
            row.of_turn = false;
        }
        self.conn
            .prepare_cached("DELETE FROM turn_rows WHERE conversation = ?1")?
            .execute([id])?;
        self.conn
            .prepare_cached("UPDATE outbox SET of_turn = 0 WHERE conversation = ?1 AND of_turn = 1")?
            .execute([id])?;
        Ok(())
    }

    pub(in crate::store::sqlite) fn claim_outbox(
        &mut self,
        limit: usize,
    ) -> Result<Vec<Outgoing>, rusqlite::Error> {
        let mut rows = Vec::new();
        while rows.len() < limit {
            let Some(id) = self.index.next_outbox() else {
                break;
            };
            match self.first_row(id)? {
                Some(row) => rows.push(row),
                // Its echo was faster.
                None => self.forget_if_idle(id)?,
            }
        }
        Ok(rows)
    }

    /// Puts the conversation's first row in flight; without one the outbox is idle.
    pub(super) fn first_row(&mut self, id: Id) -> Result<Option<Outgoing>, rusqlite::Error> {
        let epoch = self.next_epoch();
        let slot = self.index.slots.get_mut(&id).ok_or_else(|| missing(id))?;
        if let Some(first) = slot.outbox.front() {
            self.conn
                .prepare_cached("UPDATE outbox SET flight = ?2 WHERE id = ?1")?
                .execute(params![first.id, epoch.cast_signed()])?;
        }
        self.in_flight_since(id, epoch)
    }

    /// The first row is in flight, and the table has it.
    pub(super) fn in_flight_since(
        &mut self,
        id: Id,
        epoch: u64,
    ) -> Result<Option<Outgoing>, rusqlite::Error> {
        let slot = self.index.slots.get_mut(&id).ok_or_else(|| missing(id))?;
        let Some(first) = slot.outbox.front() else {
            slot.outbox_is = Outbox::Idle;
            return Ok(None);
        };
        slot.outbox_is = Outbox::InFlight { epoch, echoed: false };
        let body = match &first.body {
            Some(body) => Body::Read(Arc::clone(body)),
            None => Body::Json(
                self.conn
                    .prepare_cached("SELECT body FROM outbox WHERE id = ?1")?
                    .query_row([first.id], |row| row.get(0))?,
            ),
        };
        Ok(Some(Outgoing {
            conversation: Arc::clone(&slot.name),
            epoch,
            attempts: first.attempts,
            doubts: first.doubts,
            opened: slot.opened.map(time),
            body,
        }))
    }

    /// Takes the first row out of the outbox; the turn under way is told by the table what became of it.
    fn drop_row(&mut self, id: Id, became: Enqueued) -> Result<Option<Waiting>, rusqlite::Error> {
        let Some(row) = self.index.pop_row(id) else {
            return Ok(None);
        };
        self.conn
            .prepare_cached("DELETE FROM outbox WHERE id = ?1")?
            .execute([row.id])?;
        if row.of_turn {
            let word = if became == Enqueued::GivenUp {
                "given up"
            } else {
                "sent"
            };
            self.conn
                .prepare_cached(
                    "INSERT INTO turn_rows(conversation, key, became) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                )?
                .execute(params![id, row.key, word])?;
        }
        Ok(Some(row))
    }

    /// Settles the row of an echo, in the conversation of the event or in that of its page. Whether it left.
    pub(super) fn settle_echo(
        &mut self,
        conversation: &Conversation,
        key: &str,
    ) -> Result<bool, rusqlite::Error> {
        if self.settle_echo_of(conversation, key)? {
            return Ok(true);
        }
        let page = Conversation {
            person: None,
            ..conversation.clone()
        };
        self.settle_echo_of(&page, key)
    }

    fn settle_echo_of(&mut self, conversation: &Conversation, key: &str) -> Result<bool, rusqlite::Error> {
        let Some((id, slot)) = self.index.by_name(conversation) else {
            return Ok(false);
        };
        let Some(first) = slot.outbox.front().filter(|first| *first.key == *key) else {
            return Ok(false);
        };
        if let Outbox::InFlight { epoch, .. } = slot.outbox_is {
            slot.outbox_is = Outbox::InFlight { epoch, echoed: true };
            let row = first.id;
            self.conn
                .prepare_cached("UPDATE outbox SET echoed = 1 WHERE id = ?1")?
                .execute([row])?;
            return Ok(false);
        }
        if first.doubts == 0 {
            return Ok(false);
        }
        self.drop_row(id, Enqueued::Sent)?;
        // Those behind it need not wait any longer.
        self.index.queue_rows(id, None);
        Ok(true)
    }

    /// Ends a send; gives the next row, and whether the echo had come.
    pub(in crate::store::sqlite) fn settle(
        &mut self,
        conversation: &Conversation,
        epoch: u64,
        settlement: &Settlement,
        dead: Option<&str>,
    ) -> Result<(Option<Outgoing>, bool), Failure> {
        let Some((id, echoed)) = self.in_flight(conversation, epoch) else {
            return Ok((None, false));
        };
        let (after, tried) = match settlement {
            Settlement::Retry(after) if !echoed => (*after, Some(false)),
            Settlement::Doubtful(after) if !echoed => (*after, Some(true)),
            Settlement::Postponed(after) if !echoed => (*after, None),
            Settlement::Dead(cause) if !echoed => {
                self.bury_row(id, cause, dead)?;
                return Ok((self.next_row(id)?, false));
            }
            _ => {
                self.drop_row(id, Enqueued::Sent)?;
                return Ok((self.next_row(id)?, echoed));
            }
        };
        let due = later(self.now, after);
        let slot = self.index.slots.get_mut(&id).ok_or_else(|| missing(id))?;
        if let Some(first) = slot.outbox.front_mut() {
            first.attempts += u32::from(tried.is_some());
            first.doubts += u32::from(tried == Some(true));
            self.conn
                .prepare_cached(
                    "UPDATE outbox SET flight = NULL, attempts = ?2, doubts = ?3, due = ?4 WHERE id = ?1",
                )?
                .execute(params![first.id, first.attempts, first.doubts, due])?;
        }
        self.index.queue_rows(id, Some(due));
        Ok((None, false))
    }

    fn in_flight(&mut self, conversation: &Conversation, held: u64) -> Option<(Id, bool)> {
        let (id, slot) = self.index.by_name(conversation)?;
        match slot.outbox_is {
            Outbox::InFlight { epoch, echoed } if epoch == held => Some((id, echoed)),
            _ => None,
        }
    }

    /// Keeps the first row as a dead letter.
    fn bury_row(&mut self, id: Id, cause: &Cause, json: Option<&str>) -> Result<(), rusqlite::Error> {
        let Some(first) = self.index.slots.get(&id).and_then(|slot| slot.outbox.front()) else {
            return Ok(());
        };
        let (key, attempts) = (Arc::clone(&first.key), first.attempts + 1);
        let body = match json {
            Some(json) => json.to_owned(),
            None => self
                .conn
                .prepare_cached("SELECT body FROM outbox WHERE id = ?1")?
                .query_row([first.id], |row| row.get(0))?,
        };
        self.drop_row(id, Enqueued::GivenUp)?;
        self.bury(id, DeadKind::Message, &key, &body, cause, attempts)
    }

    fn next_row(&mut self, id: Id) -> Result<Option<Outgoing>, rusqlite::Error> {
        let next = self.first_row(id)?;
        self.forget_if_idle(id)?;
        Ok(next)
    }

    /// Takes a row back that was leased and not sent.
    pub(in crate::store::sqlite) fn give_row_back(
        &mut self,
        conversation: &Conversation,
        epoch: u64,
    ) -> Result<(), rusqlite::Error> {
        let Some((id, echoed)) = self.in_flight(conversation, epoch) else {
            return Ok(());
        };
        if echoed {
            self.drop_row(id, Enqueued::Sent)?;
        } else if let Some(first) = self.index.slots.get(&id).and_then(|slot| slot.outbox.front()) {
            self.conn
                .prepare_cached("UPDATE outbox SET flight = NULL WHERE id = ?1")?
                .execute([first.id])?;
        }
        self.index.queue_rows(id, None);
        Ok(())
    }

    /// Makes every row of a page that waits for a time due now.
    pub(in crate::store::sqlite) fn hasten(&mut self, object: Object, page: &str) -> Result<(), Failure> {
        self.conn
            .prepare_cached(
                "UPDATE outbox SET due = 0 WHERE due > ?1 AND doubts = 0 AND conversation IN
                 (SELECT id FROM conversations WHERE object = ?2 AND page = ?3)",
            )?
            .execute(params![self.now, object.as_str(), page])?;
        self.index.hasten(object, page);
        Ok(())
    }
}
