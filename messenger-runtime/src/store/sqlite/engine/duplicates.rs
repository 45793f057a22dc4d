//! Known keys, in generations.
//!
//! Keys go into the present generation and are looked for in this and the one before. A generation lasts for the
//! duplicate window, so that a key is known for the window at least and for two at most. What is older goes in
//! slices, so that no transaction takes long.

use rusqlite::params;

use super::Engine;
use crate::{
    fail_points::sabotaged,
    store::{EventKey, sqlite::schema},
};

/// How many keys go at a time.
const SLICE: i64 = 2_000;

impl Engine {
    /// Whether `key` is new; it is known from now on.
    pub(super) fn remember(&mut self, key: &EventKey) -> Result<bool, rusqlite::Error> {
        let new = self
            .conn
            .prepare_cached(
                "INSERT INTO duplicates(generation, key) SELECT ?1, ?2
                 WHERE NOT EXISTS (SELECT 1 FROM duplicates WHERE generation = ?1 - 1 AND key = ?2)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![self.generation, key.as_slice()])?;
        Ok(new == 1 || sabotaged!("sqlite.dedup"))
    }

    /// Begins a generation where it is time, and deletes a slice of what is outlived.
    pub(super) fn forget_keys(&mut self) -> Result<(), rusqlite::Error> {
        let window = i64::try_from(self.settings.duplicate_window.as_millis()).unwrap_or(i64::MAX);
        if self.generation_since == 0 || self.now.saturating_sub(self.generation_since) >= window {
            self.generation += i64::from(self.generation_since != 0);
            self.generation_since = self.now;
            schema::set(&self.conn, "generation", self.generation)?;
            schema::set(&self.conn, "generation_since", self.now)?;
            self.old_keys = true;
        }
        if self.old_keys {
            let gone = self
                .conn
                .prepare_cached(
                    "DELETE FROM duplicates WHERE (generation, key) IN
                     (SELECT generation, key FROM duplicates WHERE generation < ?1 - 1 LIMIT ?2)",
                )?
                .execute(params![self.generation, SLICE])?;
            self.old_keys = gone > 0;
        }
        Ok(())
    }
}
