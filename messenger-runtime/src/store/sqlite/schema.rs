//! The tables, their versions, and the settings of every connection.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, config::DbConfig, params};

use super::engine::READERS;
use crate::{
    fail_points::{crash_point, sabotaged},
    store::OpenError,
};

/// By this a file is known to be a store: `MSGR`.
const APPLICATION: i64 = 0x4D53_4752;

/// The oldest SQLite that is trusted with a write-ahead log: before it, resetting the log could damage a file
/// that several connections have open. <https://www.sqlite.org/wal.html>
const OLDEST: i32 = 3_051_003;

/// How long a statement waits where another program has the file locked.
const BUSY: Duration = Duration::from_secs(5);

/// What leads from each version of the schema to the next.
const MIGRATIONS: [&str; 1] = [include_str!("schema/1.sql")];

/// Opens the connection that writes.
pub(super) fn writer(path: &Path) -> Result<Connection, OpenError> {
    let version = rusqlite::version_number();
    if version < OLDEST {
        return Err(OpenError::OldSqlite(rusqlite::version()));
    }
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(|error| OpenError::from_sqlite(path, &error))?;
    let mode = set_up(&conn).map_err(|error| OpenError::from_sqlite(path, &error))?;
    if mode != "wal" {
        return Err(OpenError::CannotCreate {
            path: path.to_owned(),
            error: std::io::Error::other(format!("SQLite cannot keep a write-ahead log there ({mode})")),
        });
    }
    Ok(conn)
}

/// Gives the journal mode.
fn set_up(conn: &Connection) -> Result<String, rusqlite::Error> {
    common(conn)?;
    // What is deleted is overwritten at once: nothing that was erased may be left in free pages.
    conn.pragma_update(None, "secure_delete", true)?;
    let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    let level = if sabotaged!("sqlite.synchronous") {
        "NORMAL"
    } else {
        "FULL"
    };
    conn.pragma_update(None, "synchronous", level)?;
    // Where a plain `fsync` leaves data in the cache of the drive: <https://www.sqlite.org/pragma.html#pragma_fullfsync>
    conn.pragma_update(None, "fullfsync", true)?;
    conn.pragma_update(None, "checkpoint_fullfsync", true)?;
    // The thread that writes does it itself: nobody would hear of one that failed.
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    conn.pragma_update(None, "journal_size_limit", 64 << 20)?;
    // Sorting needs no file beside the database, in which content would be left.
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    // Without `close` the files stay as after a crash, and a failed write is not tried again on the way out.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(mode)
}

fn common(conn: &Connection) -> Result<(), rusqlite::Error> {
    conn.busy_timeout(BUSY)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "mmap_size", 0)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "cell_size_check", true)
}

/// Does `work` with a connection that does not wait for locks.
pub(super) fn without_wait<T>(
    conn: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
) -> Result<T, rusqlite::Error> {
    conn.busy_timeout(Duration::ZERO)?;
    let done = work(conn);
    conn.busy_timeout(BUSY)?;
    done
}

/// Opens a connection that only reads.
pub(super) fn reader(path: &Path) -> Result<Connection, rusqlite::Error> {
    let conn = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    common(&conn)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(conn)
}

/// Brings the tables to the version of this build, and looks for damage where the store was not closed.
pub(super) fn migrate(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    let broken = |error: rusqlite::Error| OpenError::from_sqlite(path, &error);
    let number = |sql: &str| {
        conn.query_row(sql, [], |row| row.get::<_, i64>(0))
            .map_err(broken)
    };
    let version = number("PRAGMA user_version")?;
    let application = number("PRAGMA application_id")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    if tables > 0 && application != APPLICATION {
        return Err(OpenError::Damaged {
            path: path.to_owned(),
            what: "it is a database of another program".to_owned(),
        });
    }
    let newest = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if version > newest {
        return Err(OpenError::Newer {
            store: path.display().to_string(),
            found: version,
            known: newest,
        });
    }
    if tables > 0 && get(conn, "clean").map_err(broken)? != Some(1) {
        let found: String = conn
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(broken)?;
        if found != "ok" {
            return Err(OpenError::Damaged {
                path: path.to_owned(),
                what: found,
            });
        }
        if !sabotaged!("sqlite.recover_log") {
            rewrite_log(conn, path)?;
        }
    }
    for (version, steps) in MIGRATIONS
        .iter()
        .enumerate()
        .skip(usize::try_from(version).unwrap_or(0))
    {
        crash_point!("sqlite.migrate");
        let sql = format!(
            "BEGIN IMMEDIATE; {steps}; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {}; COMMIT;",
            version + 1
        );
        conn.execute_batch(&sql).map_err(broken)?;
        crash_point!("sqlite.migrated");
    }
    Ok(())
}

/// Writes all that the log holds into the database, from memory to the disk.
///
/// Where a sync failed before the stop, Linux keeps the pages in memory, takes them for written and never tries
/// again: <https://wiki.postgresql.org/wiki/Fsync_Errors>. The log that is read now may not be on the disk, and
/// what would be written behind it would be lost with it.
fn rewrite_log(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    let until = Instant::now() + READERS;
    loop {
        let is_read: bool = conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|error| OpenError::from_sqlite(path, &error))?;
        if !is_read {
            return Ok(());
        }
        if Instant::now() >= until {
            // By a program that reads it.
            return Err(OpenError::Locked(path.to_owned()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A number of the table `meta`.
pub(super) fn get(conn: &Connection, name: &str) -> Result<Option<i64>, rusqlite::Error> {
    conn.prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Sets a number of the table `meta`.
pub(super) fn set(conn: &Connection, name: &str, value: i64) -> Result<(), rusqlite::Error> {
    conn.prepare_cached(
        "INSERT INTO meta(name, value) VALUES (?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![name, value])?;
    Ok(())
}
