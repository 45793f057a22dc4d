//! The index from the tables.

use std::sync::Arc;

use rusqlite::params;
use serde::Serialize;

use super::Engine;
use crate::store::{
    Conversation, StoredEvent,
    sqlite::{
        index::{Event, Inbox, Index, Outbox, State, Waiting},
        schema,
    },
};

/// How long a row that a dead process left in flight waits for its echo.
const ECHO_WAIT: i64 = 10_000;

impl Engine {
    /// Ends what the process before this one has left open: its leases are free, its rows in flight are in doubt.
    pub(super) fn recover(&mut self) -> Result<(), rusqlite::Error> {
        let opened = schema::get(&self.conn, "opened")?.unwrap_or(0) + 1;
        schema::set(&self.conn, "opened", opened)?;
        schema::set(&self.conn, "clean", 0)?;
        // Two to the 32nd claims a process; an epoch of another process is never taken for one of this.
        self.epoch = opened.unsigned_abs() << 32;
        self.conn
            .execute("UPDATE events SET lease = NULL WHERE lease IS NOT NULL", [])?;
        self.conn.execute(
            "INSERT INTO turn_rows(conversation, key, became)
             SELECT conversation, key, 'sent' FROM outbox WHERE flight IS NOT NULL AND echoed = 1 AND of_turn = 1
             ON CONFLICT DO NOTHING",
            [],
        )?;
        self.conn
            .execute("DELETE FROM outbox WHERE flight IS NOT NULL AND echoed = 1", [])?;
        self.conn.execute(
            "UPDATE outbox SET flight = NULL, doubts = doubts + 1, due = ?1
             WHERE flight IS NOT NULL",
            [self.now + ECHO_WAIT],
        )?;
        Ok(())
    }

    /// Makes the index, as the tables have it.
    pub(in crate::store::sqlite) fn load(&mut self) -> Result<(), rusqlite::Error> {
        self.index = self.read_index()?;
        #[cfg(test)]
        {
            self.loads += 1;
        }
        self.generation = schema::get(&self.conn, "generation")?.unwrap_or(0);
        // One that began while the clock was far ahead would never end.
        self.generation_since = schema::get(&self.conn, "generation_since")?
            .unwrap_or(0)
            .min(self.now);
        self.old_keys = true;
        let count = |sql: &str| self.conn.query_row(sql, [], |row| row.get::<_, i64>(0));
        self.dead_letters = count("SELECT count(*) FROM dead_letters")?.unsigned_abs();
        self.look_for_oldest_letter()?;
        self.next_timer = self
            .conn
            .query_row("SELECT min(due) FROM timers", [], |row| row.get(0))?;
        Ok(())
    }

    pub(super) fn read_index(&self) -> Result<Index, rusqlite::Error> {
        let mut index = Index::default();
        let mut conversations = self.conn.prepare_cached(
            "SELECT id, object, page, person, opened FROM conversations
             WHERE id IN (SELECT conversation FROM events UNION SELECT conversation FROM outbox)",
        )?;
        let mut rows = conversations.query([])?;
        while let Some(row) = rows.next()? {
            index.insert(row.get(0)?, Arc::new(name(row, 1)?), row.get(4)?, State::Unread);
        }
        drop(rows);
        let mut remembered = self
            .conn
            .prepare_cached("SELECT DISTINCT conversation FROM turn_rows")?;
        for id in remembered.query_map([], |row| row.get::<_, i64>(0))? {
            if let Some(slot) = index.slots.get_mut(&id?) {
                slot.turn_rows = true;
            }
        }
        let mut events = self
            .conn
            .prepare_cached("SELECT conversation, id, claims, lease FROM events ORDER BY id")?;
        let mut rows = events.query([])?;
        while let Some(row) = rows.next()? {
            let conversation = row.get(0)?;
            // A lease is at the first event, and keeps the conversation from being queued.
            if let (Some(lease), Some(slot)) =
                (row.get::<_, Option<i64>>(3)?, index.slots.get_mut(&conversation))
            {
                slot.inbox_is = Inbox::Leased(lease.unsigned_abs());
            }
            let (id, claims) = (row.get(1)?, row.get(2)?);
            index.push_event(conversation, Event { id, claims });
        }
        drop(rows);
        self.read_outbox(&mut index)?;
        Ok(index)
    }

    fn read_outbox(&self, index: &mut Index) -> Result<(), rusqlite::Error> {
        let mut outbox = self.conn.prepare_cached(
            "SELECT conversation, id, key, attempts, doubts, of_turn, due, flight, echoed FROM outbox ORDER BY id",
        )?;
        let mut rows = outbox.query(params![])?;
        while let Some(row) = rows.next()? {
            let conversation = row.get(0)?;
            let waiting = Waiting {
                id: row.get(1)?,
                key: row.get(2)?,
                attempts: row.get(3)?,
                doubts: row.get(4)?,
                of_turn: row.get(5)?,
                body: None,
            };
            let Some(slot) = index.slots.get_mut(&conversation) else {
                continue;
            };
            slot.turn_rows |= waiting.of_turn;
            let is_first = slot.outbox.is_empty();
            let flight = row.get::<_, Option<i64>>(7)?;
            if let Some(epoch) = flight {
                slot.outbox_is = Outbox::InFlight {
                    epoch: epoch.unsigned_abs(),
                    echoed: row.get(8)?,
                };
            }
            index.push_row(conversation, waiting);
            if is_first && flight.is_none() {
                let due: i64 = row.get(6)?;
                index.queue_rows(conversation, (due > self.now).then_some(due));
            }
        }
        Ok(())
    }
}

/// An event as the tables have it: another version of this program may have kept it.
#[derive(Serialize)]
pub(in crate::store::sqlite) struct Kept {
    channel: Box<str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Box<str>>,
    json: Box<str>,
}

impl Kept {
    /// That of three columns from `at` on.
    pub(in crate::store::sqlite) fn of(row: &rusqlite::Row<'_>, at: usize) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            channel: row.get(at)?,
            field: row.get(at + 1)?,
            json: row.get(at + 2)?,
        })
    }

    /// The event; `None` where this version does not know its channel.
    pub(super) fn read(&self) -> Option<StoredEvent> {
        Some(StoredEvent {
            channel: self.channel.parse().ok()?,
            field: self.field.clone(),
            json: self.json.clone(),
        })
    }

    /// Its JSON, which is that of a [`StoredEvent`] for a version that knows the channel.
    pub(in crate::store::sqlite) fn body(&self) -> String {
        serde_json::to_string(self).expect("strings always serialise")
    }
}

/// The conversation in three columns from `at` on.
pub(in crate::store::sqlite) fn name(
    row: &rusqlite::Row<'_>,
    at: usize,
) -> Result<Conversation, rusqlite::Error> {
    Ok(Conversation {
        object: word(row, at)?,
        page: row.get(at + 1)?,
        person: row.get(at + 2)?,
    })
}

/// A word of a column.
pub(in crate::store::sqlite) fn word<T>(row: &rusqlite::Row<'_>, at: usize) -> Result<T, rusqlite::Error>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text = row.get_ref(at)?.as_str()?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Text, Box::new(error))
    })
}
