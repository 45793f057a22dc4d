//! Dead letters.

use std::sync::Arc;

use rusqlite::{OptionalExtension as _, params};

use super::Engine;
use crate::store::{
    Cause, DeadKind, EventKey, NewRow, Replayed, StoredEvent, replay_key,
    sqlite::{failure::Failure, index::Id},
};

/// How many of the outlived go at a time.
const SLICE: i64 = 500;

/// What a dead letter becomes again.
#[derive(Debug)]
pub(in crate::store::sqlite) enum Revived {
    Event(EventKey, Arc<StoredEvent>),
    Message(Arc<NewRow>, String),
}

impl Engine {
    /// Keeps what could not be handled, sent or read; the oldest makes room where there are too many.
    pub(super) fn bury(
        &mut self,
        id: Id,
        kind: DeadKind,
        key: &str,
        body: &str,
        cause: &Cause,
        attempts: u32,
    ) -> Result<(), rusqlite::Error> {
        self.conn
            .prepare_cached(
                "INSERT INTO dead_letters(kind, conversation, key, body, code, cause, attempts, since)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                kind.as_str(),
                id,
                key,
                body,
                cause.code,
                cause.text,
                attempts,
                self.now
            ])?;
        self.dead_letters += 1;
        self.oldest_letter.get_or_insert(self.now);
        self.forget_too_many()
    }

    /// Deletes a slice of the dead letters that are too many, or older than they are kept.
    pub(super) fn forget_dead_letters(&mut self) -> Result<(), rusqlite::Error> {
        self.forget_too_many()?;
        let kept = i64::try_from(self.settings.dead_letters_for.as_millis()).unwrap_or(i64::MAX);
        let outlived = self.now.saturating_sub(kept);
        if self.oldest_letter.is_none_or(|oldest| oldest >= outlived) {
            return Ok(());
        }
        self.forget_oldest(
            "SELECT id, conversation FROM (SELECT id, conversation, since FROM dead_letters ORDER BY id LIMIT ?1)
             WHERE since < ?2",
            &[SLICE, outlived],
        )?;
        self.look_for_oldest_letter()
    }

    pub(super) fn look_for_oldest_letter(&mut self) -> Result<(), rusqlite::Error> {
        self.oldest_letter = self
            .conn
            .prepare_cached("SELECT since FROM dead_letters ORDER BY id LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(())
    }

    fn forget_too_many(&mut self) -> Result<(), rusqlite::Error> {
        let too_many = self.dead_letters.saturating_sub(self.settings.dead_letters);
        if too_many == 0 {
            return Ok(());
        }
        let slice = i64::try_from(too_many).map_or(SLICE, |many| many.min(SLICE));
        self.forget_oldest(
            "SELECT id, conversation FROM dead_letters ORDER BY id LIMIT ?1",
            &[slice],
        )
    }

    fn forget_oldest(&mut self, which: &str, params: &[i64]) -> Result<(), rusqlite::Error> {
        let outlived: Vec<(i64, Id)> = self
            .conn
            .prepare_cached(which)?
            .query_map(rusqlite::params_from_iter(params), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        for (letter, conversation) in outlived {
            self.delete_letter(letter)?;
            self.vanishing += 1;
            if !self.index.slots.contains_key(&conversation) {
                self.forget_row(conversation)?;
            }
        }
        Ok(())
    }

    fn delete_letter(&mut self, letter: i64) -> Result<bool, rusqlite::Error> {
        let deleted = self
            .conn
            .prepare_cached("DELETE FROM dead_letters WHERE id = ?1")?
            .execute([letter])?;
        self.dead_letters = self.dead_letters.saturating_sub(deleted as u64);
        Ok(deleted > 0)
    }

    /// Deletes a dead letter; whether there was one.
    pub(in crate::store::sqlite) fn discard(&mut self, letter: u64) -> Result<bool, Failure> {
        let letter = i64::try_from(letter).unwrap_or(i64::MAX);
        let conversation: Option<Id> = self.whose(letter)?;
        let was = self.delete_letter(letter)?;
        if let Some(conversation) = conversation
            && !self.index.slots.contains_key(&conversation)
        {
            self.forget_row(conversation)?;
        }
        Ok(was)
    }

    fn whose(&self, letter: i64) -> Result<Option<Id>, rusqlite::Error> {
        self.conn
            .prepare_cached("SELECT conversation FROM dead_letters WHERE id = ?1")?
            .query_row([letter], |row| row.get(0))
            .optional()
    }

    /// Queues a dead letter again, as what it was read to be.
    pub(in crate::store::sqlite) fn replay(
        &mut self,
        letter: u64,
        conversation: &Arc<crate::store::Conversation>,
        revived: &Revived,
    ) -> Result<Replayed, Failure> {
        if !self.delete_letter(i64::try_from(letter).unwrap_or(i64::MAX))? {
            return Ok(Replayed::Unknown);
        }
        let id = self.conversation(conversation, None)?;
        match revived {
            Revived::Event(key, event) => {
                self.push_event(id, &replay_key(*key, letter), event)?;
            }
            Revived::Message(row, json) => {
                // For the turn that queued it and is not committed yet it waits again.
                self.conn
                    .prepare_cached("DELETE FROM turn_rows WHERE conversation = ?1 AND key = ?2")?
                    .execute(params![id, row.key])?;
                self.push_rows(id, std::slice::from_ref(&(Arc::clone(row), json.clone())), false)?;
                self.forget_if_idle(id)?;
            }
        }
        Ok(Replayed::Queued)
    }
}
