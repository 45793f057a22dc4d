//! Finding, making and forgetting conversations.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::{OptionalExtension as _, params, types::Value};

use super::Engine;
use crate::store::{
    Conversation,
    sqlite::{
        failure::Failure,
        index::{Id, State},
    },
};

/// How long it is remembered when somebody opened the conversation, where nothing else is kept of it. Its
/// longest use is 7 days.
const OPENED: i64 = 8 * 24 * 60 * 60 * 1_000;

/// How many conversations are looked at at a time.
const SLICE: i64 = 500;

/// The wait after all were looked at.
const PASS: Duration = Duration::from_secs(60 * 60);

/// Where the search for conversations to forget stands.
#[derive(Debug, Default)]
pub(super) struct Pass {
    after: Id,
    next: Option<Instant>,
}

/// What stands for the person in the index of conversations: a number where there is none.
pub(in crate::store::sqlite) fn person(name: &Conversation) -> Value {
    name.person
        .as_deref()
        .map_or(Value::Integer(0), |person| Value::Text(person.to_owned()))
}

impl Engine {
    /// The conversation's number; it gets a slot and a row where it has none. Its 24 hours move on to `opens`.
    pub(super) fn conversation(
        &mut self,
        name: &Arc<Conversation>,
        opens: Option<i64>,
    ) -> Result<Id, rusqlite::Error> {
        if let Some((id, slot)) = self.index.by_name(name) {
            if opens > slot.opened {
                slot.opened = opens;
                self.conn
                    .prepare_cached("UPDATE conversations SET opened = ?2 WHERE id = ?1")?
                    .execute(params![id, opens])?;
            }
            return Ok(id);
        }
        let mut upsert = self.conn.prepare_cached(
            "INSERT INTO conversations(object, page, person, opened) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT(object, page, ifnull(person, 0)) DO UPDATE
             SET opened = max(ifnull(opened, excluded.opened), ifnull(excluded.opened, opened))
             RETURNING id, opened, state",
        )?;
        let (id, opened, state) = upsert.query_row(
            params![name.object.as_str(), name.page, name.person, opens],
            |row| {
                let state: Option<Vec<u8>> = row.get(2)?;
                Ok((row.get(0)?, row.get(1)?, State::Known(state.map(Into::into))))
            },
        )?;
        drop(upsert);
        self.index.insert(id, Arc::clone(name), opened, state);
        Ok(id)
    }

    /// The conversation's number, where there is anything of it.
    pub(super) fn find(&self, name: &Conversation) -> Result<Option<Id>, rusqlite::Error> {
        if let Some(id) = self.index.id(name) {
            return Ok(Some(id));
        }
        self.conn
            .prepare_cached(
                "SELECT id FROM conversations WHERE object = ?1 AND page = ?2 AND ifnull(person, 0) = ?3",
            )?
            .query_row(params![name.object.as_str(), name.page, person(name)], |row| {
                row.get(0)
            })
            .optional()
    }

    /// Forgets a conversation in which nothing waits, its row too where nothing is kept of it.
    pub(super) fn forget_if_idle(&mut self, id: Id) -> Result<(), rusqlite::Error> {
        let Some(slot) = self.index.forget_if_idle(id) else {
            return Ok(());
        };
        let has_state = matches!(slot.state, State::Known(Some(_)));
        if slot.opened.is_some() || has_state {
            return Ok(());
        }
        self.forget_row(id)
    }

    pub(super) fn forget_row(&self, id: Id) -> Result<(), rusqlite::Error> {
        self.conn
            .prepare_cached(
                "DELETE FROM conversations WHERE id = ?1 AND state IS NULL AND ifnull(opened < ?2, 1)
                 AND NOT EXISTS (SELECT 1 FROM events WHERE conversation = ?1)
                 AND NOT EXISTS (SELECT 1 FROM outbox WHERE conversation = ?1)
                 AND NOT EXISTS (SELECT 1 FROM turn_rows WHERE conversation = ?1)
                 AND NOT EXISTS (SELECT 1 FROM timers WHERE conversation = ?1)
                 AND NOT EXISTS (SELECT 1 FROM dead_letters WHERE conversation = ?1)",
            )?
            .execute([id, self.now.saturating_sub(OPENED)])?;
        Ok(())
    }

    /// Forgets, of a slice of all conversations, those of which nothing is kept but when they were opened long ago.
    pub(super) fn forget_opened(&mut self) -> Result<(), rusqlite::Error> {
        if self.pass.next.is_some_and(|next| next > Instant::now()) {
            return Ok(());
        }
        let slice: Vec<(Id, bool)> = self
            .conn
            .prepare_cached(
                "SELECT id, state IS NULL AND ifnull(opened < ?2, 1) FROM conversations
                 WHERE id > ?1 ORDER BY id LIMIT ?3",
            )?
            .query_map([self.pass.after, self.now.saturating_sub(OPENED), SLICE], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        for (id, is_old) in &slice {
            if *is_old && !self.index.slots.contains_key(id) {
                self.forget_row(*id)?;
            }
        }
        let is_last = slice.len() < usize::try_from(SLICE).unwrap_or(usize::MAX);
        self.pass = Pass {
            after: slice.last().filter(|_| !is_last).map_or(0, |(id, _)| *id),
            next: is_last.then(|| Instant::now() + PASS),
        };
        Ok(())
    }

    /// Deletes everything about a conversation; whether there was anything.
    pub(in crate::store::sqlite) fn erase(&mut self, name: &Conversation) -> Result<bool, Failure> {
        let Some(id) = self.find(name)? else {
            return Ok(false);
        };
        for table in ["events", "outbox", "turn_rows", "timers", "dead_letters"] {
            let deleted = self
                .conn
                .execute(&format!("DELETE FROM {table} WHERE conversation = ?1"), [id])?;
            if table == "dead_letters" {
                self.dead_letters = self.dead_letters.saturating_sub(deleted as u64);
            }
        }
        self.conn
            .execute("DELETE FROM conversations WHERE id = ?1", [id])?;
        self.index.remove(id);
        Ok(true)
    }
}
