//! What tests ask of the engine.

use std::{collections::BTreeMap, fmt::Write as _};

use super::Engine;
use crate::store::sqlite::index::{Id, Index, Outbox};

impl Engine {
    /// Fails as a statement does that breaks a rule of the tables, after it has changed something.
    pub(in crate::store::sqlite) fn fail(&mut self) -> Result<(), rusqlite::Error> {
        self.conn
            .execute("INSERT INTO duplicates(generation, key) VALUES (0, x'00')", [])?;
        self.conn.execute("INSERT INTO meta(name) VALUES (NULL)", [])?;
        Ok(())
    }

    /// The file takes no more pages than it has and `more`: SQLite then says that the disk is full.
    pub(in crate::store::sqlite) fn leave_room_for(&mut self, more: i64) -> Result<(), rusqlite::Error> {
        let pages: i64 = self.conn.query_row("PRAGMA page_count", [], |row| row.get(0))?;
        self.conn
            .query_row(&format!("PRAGMA max_page_count = {}", pages + more), [], |_| {
                Ok(())
            })
    }

    /// Has no event taken in.
    pub(in crate::store::sqlite) fn refuse_events(&mut self, refuse: bool) -> Result<(), rusqlite::Error> {
        self.conn.execute_batch(if refuse {
            "CREATE TEMP TRIGGER refuse BEFORE INSERT ON main.events
             BEGIN SELECT RAISE(ABORT, 'as the test says'); END"
        } else {
            "DROP TRIGGER refuse"
        })
    }

    /// How often the index was made again.
    pub(in crate::store::sqlite) fn loads(&self) -> u32 {
        self.loads
    }

    /// How many keys of outlived generations there are.
    pub(in crate::store::sqlite) fn keys(&mut self) -> Result<i64, rusqlite::Error> {
        self.conn.query_row(
            "SELECT count(*) FROM duplicates WHERE generation < ?1 - 1",
            [self.generation],
            |row| row.get(0),
        )
    }

    /// How many dead letters the last transactions have deleted.
    pub(in crate::store::sqlite) fn vanished(&self) -> u64 {
        self.vanished.letters
    }

    /// Compares the index with what the tables say.
    pub(in crate::store::sqlite) fn check(&mut self) -> Result<(), rusqlite::Error> {
        self.index.wake_rows(self.now);
        let read = self.read_index()?;
        assert_eq!(describe(&self.index), describe(&read));
        assert_eq!(self.index.events, read.events);
        assert_eq!(self.index.rows, read.rows);
        Ok(())
    }
}

fn describe(index: &Index) -> BTreeMap<Id, String> {
    let slots = index.slots.iter();
    slots
        .map(|(id, slot)| {
            let mut text = format!("{:?} {:?} {:?}:", slot.name, slot.opened, slot.inbox_is);
            for event in &slot.inbox {
                let _infallible = write!(text, " {event:?}");
            }
            match slot.outbox_is {
                Outbox::Delayed((due, _)) => text.push_str(&format!(" until {due}:")),
                other => text.push_str(&format!(" {other:?}:")),
            }
            for row in &slot.outbox {
                let _infallible = write!(
                    text,
                    " {} {} {} {} {}",
                    row.id, row.key, row.attempts, row.doubts, row.of_turn
                );
            }
            (*id, text)
        })
        .collect()
}
