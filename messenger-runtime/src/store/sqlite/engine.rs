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

#[cfg(test)]
mod check;
mod conversation;
mod dead;
mod duplicates;
mod inbox;
mod load;
mod outbox;

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use rusqlite::{Connection, config::DbConfig};

use self::conversation::Pass;
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
    vanished: Vanished,
    /// Dead letters that the transaction deletes because of their number or age.
    vanishing: u64,
    next_timer: Option<i64>,
    /// The time of the transaction.
    now: i64,
}

impl Engine {
    /// Makes the index, after putting right what a process that died has left.
    pub(super) fn new(conn: Connection, settings: Arc<Settings>) -> Result<Self, rusqlite::Error> {
        let space = Space::new(settings.path.clone(), settings.free_space);
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
            vanished: Vanished::default(),
            vanishing: 0,
            next_timer: None,
            now: 0,
        };
        engine.begin()?;
        engine.recover()?;
        engine.commit_transaction()?;
        crash_point!("sqlite.recovered");
        engine.load()?;
        Ok(engine)
    }

    /// Milliseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        millis(self.settings.clock.now())
    }

    pub(super) fn begin(&mut self) -> Result<(), rusqlite::Error> {
        self.now = self.now();
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
        [self.next_timer, self.index.next_due()]
            .into_iter()
            .flatten()
            .min()
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

/// Milliseconds since 1970.
pub(super) fn millis(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
    }
}

/// The time `millis` after 1970.
pub(super) fn time(millis: i64) -> SystemTime {
    let span = Duration::from_millis(millis.unsigned_abs());
    let time = if millis < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(span)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(span)
    };
    time.unwrap_or(SystemTime::UNIX_EPOCH)
}

/// `now` and a wait, in milliseconds.
fn later(now: i64, wait: Duration) -> i64 {
    now.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
}

/// Nothing in the index where the tables have it: the code above is wrong.
fn missing(id: Id) -> rusqlite::Error {
    rusqlite::Error::InvalidParameterName(format!("conversation {id} has no slot"))
}
