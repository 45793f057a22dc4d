//! The operations of the store on its tables, inside the transaction of the thread that writes.
//!
//! | file | what |
//! |---|---|
//! | `load.rs` | the index from the tables; what a dead process left |
//! | `conversation.rs` | finding, making and forgetting conversations; erasing |
//! | `inbox.rs` | `append`, `claim`, `commit`, `release`, timers |
//! | `outbox.rs` | `enqueue`, `claim_outbox`, `settle`, `hasten`, echoes |
//! | `dead.rs` | dead letters |
//! | `duplicates.rs` | known keys |
//! | `clock.rs` | the time, which never goes back |

#[cfg(test)]
mod check;
mod clock;
mod conversation;
mod dead;
mod duplicates;
mod inbox;
mod load;
mod outbox;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::{Connection, config::DbConfig};

pub(super) use self::clock::{Ahead, millis, time};
use self::{clock::Steady, conversation::Pass};
pub(super) use self::{
    conversation::person,
    dead::Revived,
    inbox::{Ended, Incoming},
    load::{Kept, name},
    outbox::Queued,
};
use super::{
    index::{Id, Index},
    options::Settings,
    schema,
    space::Space,
};
use crate::{
    fail_points::crash_point,
    store::{StoreError, Vanished},
};

/// How long emptying the log waits for readers.
pub(super) const READERS: Duration = Duration::from_secs(10);

/// The connection that writes, and what it keeps in memory.
pub(super) struct Engine {
    conn: Connection,
    index: Index,
    settings: Arc<Settings>,
    space: Space,
    /// The last epoch. Epochs of an earlier process are lower.
    epoch: u64,
    /// The generation into which keys go.
    generation: i64,
    generation_since: i64,
    /// Whether keys of outlived generations may be left.
    old_keys: bool,
    cleaned: Option<Instant>,
    pass: Pass,
    dead_letters: u64,
    /// When the oldest of them became one, or earlier.
    oldest_letter: Option<i64>,
    vanished: Vanished,
    /// Dead letters that the transaction deletes because of their number or age.
    vanishing: u64,
    next_timer: Option<i64>,
    clock: Steady,
    /// The time of the transaction.
    now: i64,
    #[cfg(test)]
    loads: u32,
}

impl Engine {
    /// Makes the index, after putting right what a process that died has left.
    pub(super) fn new(conn: Connection, settings: Arc<Settings>) -> Result<Self, rusqlite::Error> {
        let space = Space::new(settings.path.clone(), settings.free_space);
        let clock = Steady::new(Arc::clone(&settings.clock), Arc::clone(&settings.clock_is_ahead));
        let mut engine = Self {
            conn,
            index: Index::default(),
            settings,
            space,
            epoch: 0,
            generation: 0,
            generation_since: 0,
            old_keys: true,
            cleaned: None,
            pass: Pass::default(),
            dead_letters: 0,
            oldest_letter: None,
            vanished: Vanished::default(),
            vanishing: 0,
            next_timer: None,
            clock,
            now: 0,
            #[cfg(test)]
            loads: 0,
        };
        engine.begin()?;
        engine.recover()?;
        engine.commit_transaction()?;
        crash_point!("sqlite.recovered");
        engine.load()?;
        Ok(engine)
    }

    pub(super) fn begin(&mut self) -> Result<(), rusqlite::Error> {
        self.now = self.clock.now();
        self.run("BEGIN IMMEDIATE")
    }

    pub(super) fn commit_transaction(&mut self) -> Result<(), rusqlite::Error> {
        self.run("COMMIT")?;
        self.vanished.add(std::mem::take(&mut self.vanishing));
        self.vanished.tell();
        Ok(())
    }

    fn run(&self, sql: &str) -> Result<(), rusqlite::Error> {
        self.conn.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Takes the transaction back and makes the index again.
    pub(super) fn roll_back(&mut self) -> Result<(), rusqlite::Error> {
        self.vanishing = 0;
        // Some errors have rolled back already.
        if !self.conn.is_autocommit() {
            self.run("ROLLBACK")?;
        }
        self.load()
    }

    fn next_epoch(&mut self) -> u64 {
        self.epoch += 1;
        self.epoch
    }

    /// Lets timers run out, rows become due, and what is outlived go.
    pub(super) fn keep_house(&mut self) -> Result<(), rusqlite::Error> {
        self.fire_timers()?;
        self.index.wake_rows(self.now);
        let pause = Duration::from_millis(100);
        if self.cleaned.is_none_or(|last| last.elapsed() >= pause) {
            self.cleaned = Some(Instant::now());
            self.forget_keys()?;
            self.forget_dead_letters()?;
            self.forget_opened()?;
        }
        Ok(())
    }

    pub(super) fn has_old_keys(&self) -> bool {
        self.old_keys
    }

    pub(super) fn has_turns(&self, suspects: bool) -> bool {
        self.index.has_turns(suspects)
    }

    pub(super) fn has_rows(&self) -> bool {
        self.index.has_rows()
    }

    /// When the next timer runs out or the next row becomes due.
    pub(super) fn next_due(&self) -> Option<i64> {
        let due = self.next_timer.into_iter().chain(self.index.next_due());
        due.min()
    }

    /// How long it is until then.
    pub(super) fn until_due(&mut self) -> Option<Duration> {
        let left = self.next_due()?.saturating_sub(self.clock.now());
        Some(Duration::from_millis(u64::try_from(left).unwrap_or_default()))
    }

    /// Whether `more` events can be kept now. An empty queue takes any number at once.
    pub(super) fn ready(&mut self, more: usize) -> Result<(), StoreError> {
        let waiting = self.index.events;
        if waiting > 0 && waiting + more > self.settings.queue_bound {
            return Err(StoreError::Full);
        }
        self.room_for_rows()
    }

    /// Whether rows can be kept now that no turn has queued.
    fn room_for_rows(&mut self) -> Result<(), StoreError> {
        if self.index.rows >= self.settings.row_bound() {
            return Err(StoreError::Full);
        }
        self.space.enough()
    }

    /// Moves the log into the database where at least `most` pages of it wait for that. Waits for no reader.
    ///
    /// # Errors
    ///
    /// The file cannot be written to any more. For want of room the log grows on.
    pub(super) fn shorten_log(&mut self, most: u32) -> Result<(), StoreError> {
        let moved = self.pages_of_log().and_then(|pages| {
            if pages < most {
                return Ok(());
            }
            crash_point!("sqlite.shorten");
            self.run_pragma("PRAGMA wal_checkpoint(PASSIVE)")?;
            crash_point!("sqlite.shortened");
            Ok(())
        });
        match moved.map_err(|error| super::failure::meaning(&error)) {
            Err(error) if error.is_fatal() => Err(error),
            _ => Ok(()),
        }
    }

    /// How many pages of the log are not in the database yet.
    fn pages_of_log(&self) -> Result<u32, rusqlite::Error> {
        self.conn
            .prepare_cached("PRAGMA wal_checkpoint(NOOP)")?
            .query_row([], |row| {
                let (all, moved): (i64, i64) = (row.get(1)?, row.get(2)?);
                Ok(u32::try_from(all - moved).unwrap_or_default())
            })
    }

    fn run_pragma(&self, sql: &str) -> Result<(), rusqlite::Error> {
        self.conn.prepare_cached(sql)?.query_row([], |_| Ok(()))
    }

    /// Moves the log into the database and empties it, so that nothing deleted is left in it; `false` where
    /// somebody still reads it. Waits for nobody.
    pub(super) fn truncate_log(&mut self) -> Result<bool, StoreError> {
        crash_point!("sqlite.checkpoint");
        let emptied = schema::without_wait(&self.conn, |conn| {
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        });
        match emptied {
            Ok(0) => {
                crash_point!("sqlite.checkpointed");
                Ok(true)
            }
            Ok(_) => Ok(false),
            Err(error) => match super::failure::meaning(&error) {
                StoreError::Unavailable(_) => Ok(false),
                other => Err(other),
            },
        }
    }

    /// As [`truncate_log`](Self::truncate_log), but waits for readers.
    fn truncate_log_at_last(&mut self) -> Result<(), StoreError> {
        let until = Instant::now() + READERS;
        while !self.truncate_log()? {
            if Instant::now() >= until {
                return Err(log_is_read());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Gives leases back, empties the log and marks the file as closed.
    pub(super) fn close(&mut self) -> Result<(), StoreError> {
        let mark = |engine: &mut Self| -> Result<(), rusqlite::Error> {
            engine.begin()?;
            engine.run("UPDATE events SET claims = claims - 1, lease = NULL WHERE lease IS NOT NULL")?;
            schema::set(&engine.conn, "clean", 1)?;
            engine.commit_transaction()
        };
        mark(self).map_err(|error| super::failure::meaning(&error))?;
        crash_point!("sqlite.closed");
        self.truncate_log_at_last()?;
        // The last connection then removes its log and index files, and one file is all there is.
        self.conn
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
            .map_err(|error| super::failure::meaning(&error))?;
        Ok(())
    }
}

/// The log could not be emptied in time.
pub(super) fn log_is_read() -> StoreError {
    StoreError::Unavailable(
        "another program reads the file, so that deleted content is still in its log".to_owned(),
    )
}

/// `now` and a wait, in milliseconds.
fn later(now: i64, wait: Duration) -> i64 {
    now.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}

/// Nothing in the index where the tables have it: the code above is wrong.
fn missing(id: Id) -> rusqlite::Error {
    rusqlite::Error::InvalidParameterName(format!("conversation {id} has no slot"))
}
