//! Connections that only read, and what they are asked.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OptionalExtension as _, params, types::Value};

use super::{
    engine::{Kept, name, person, time},
    schema,
};
use crate::store::{Backlog, Cause, Conversation, DeadKind, DeadLetter, DeadLetters, Dossier};

/// How many connections are kept for the next question.
const KEPT: usize = 4;

/// Connections that only read.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

type Sql<T> = Result<T, rusqlite::Error>;

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::default(),
        }
    }

    /// Asks in one transaction, so that the answer is of one moment.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Connection) -> Sql<T>) -> Sql<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => schema::reader(&self.path)?,
        };
        let moment = conn.transaction()?;
        let answer = question(&moment)?;
        drop(moment);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(conn);
        }
        Ok(answer)
    }

    pub(super) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// How much is waiting at `now`.
pub(super) fn backlog(conn: &Connection, now: i64) -> Sql<Backlog> {
    let count = |sql: &str| -> Sql<usize> {
        let count: i64 = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    };
    let oldest = |sql: &str| -> Sql<Option<Duration>> {
        let since: Option<i64> = conn
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(since.map(|since| Duration::from_millis(u64::try_from(now.saturating_sub(since)).unwrap_or(0))))
    };
    Ok(Backlog {
        events: count("SELECT count(*) FROM events")?,
        rows: count("SELECT count(*) FROM outbox")?,
        dead_letters: count("SELECT count(*) FROM dead_letters")?,
        oldest_event: oldest("SELECT since FROM events ORDER BY id LIMIT 1")?,
        oldest_row: oldest("SELECT since FROM outbox ORDER BY id LIMIT 1")?,
    })
}

const LETTER: &str = "SELECT d.id, kind, object, page, person, key, body, code, cause, attempts, since
                      FROM dead_letters d JOIN conversations c ON c.id = d.conversation";

fn letter(row: &rusqlite::Row<'_>) -> Sql<DeadLetter> {
    let kind = row.get_ref(1)?.as_str()?;
    let kind = DeadKind::ALL
        .into_iter()
        .find(|known| known.as_str() == kind)
        .ok_or_else(|| rusqlite::Error::InvalidColumnName("kind".to_owned()))?;
    Ok(DeadLetter {
        id: row.get::<_, i64>(0)?.unsigned_abs(),
        kind,
        conversation: Arc::new(name(row, 2)?),
        key: row.get(5)?,
        body: row.get(6)?,
        cause: Cause {
            code: row.get(7)?,
            text: row.get(8)?,
        },
        attempts: row.get(9)?,
        since: time(row.get(10)?),
    })
}

/// One dead letter.
pub(super) fn dead_letter(conn: &Connection, id: u64) -> Sql<Option<DeadLetter>> {
    conn.prepare_cached(&format!("{LETTER} WHERE d.id = ?1"))?
        .query_row([i64::try_from(id).unwrap_or(i64::MAX)], letter)
        .optional()
}

/// Lists dead letters, oldest first.
pub(super) fn dead_letters(conn: &Connection, which: &DeadLetters) -> Sql<Vec<DeadLetter>> {
    let mut sql = format!("{LETTER} WHERE d.id > ?");
    let mut params = vec![Value::Integer(i64::try_from(which.after).unwrap_or(i64::MAX))];
    if let Some(kind) = which.kind {
        sql.push_str(" AND kind = ?");
        params.push(Value::Text(kind.as_str().to_owned()));
    }
    if let Some(whose) = &which.conversation {
        sql.push_str(" AND object = ? AND page = ? AND ifnull(person, 0) = ?");
        params.push(Value::Text(whose.object.as_str().to_owned()));
        params.push(Value::Text(whose.page.as_ref().to_owned()));
        params.push(person(whose));
    }
    sql.push_str(" ORDER BY d.id LIMIT ?");
    params.push(Value::Integer(i64::try_from(which.limit).unwrap_or(i64::MAX)));
    conn.prepare_cached(&sql)?
        .query_map(rusqlite::params_from_iter(params), letter)?
        .collect()
}

/// Everything about one conversation.
pub(super) fn dossier(conn: &Connection, conversation: &Conversation) -> Sql<Option<Dossier>> {
    let found = conn
        .prepare_cached(
            "SELECT id, opened, state FROM conversations
             WHERE object = ?1 AND page = ?2 AND ifnull(person, 0) = ?3",
        )?
        .query_row(
            params![
                conversation.object.as_str(),
                conversation.page,
                person(conversation)
            ],
            |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, Option<i64>>(1)?,
                    row.get::<_, Option<Vec<u8>>>(2)?,
                ))
            },
        )
        .optional()?;
    let Some((id, opened, state)) = found else {
        return Ok(None);
    };
    let events = conn
        .prepare_cached("SELECT channel, field, json FROM events WHERE conversation = ?1 ORDER BY id")?
        .query_map([id], |row| event_json(row, 0))?
        .collect::<Sql<_>>()?;
    let rows = conn
        .prepare_cached("SELECT body FROM outbox WHERE conversation = ?1 ORDER BY id")?
        .query_map([id], |row| row.get(0))?
        .collect::<Sql<_>>()?;
    let timers = conn
        .prepare_cached(
            "SELECT name, channel, field, json FROM timers WHERE conversation = ?1 ORDER BY due, name",
        )?
        .query_map([id], |row| Ok((row.get(0)?, event_json(row, 1)?)))?
        .collect::<Sql<_>>()?;
    let all = DeadLetters {
        conversation: Some(conversation.clone()),
        limit: usize::MAX,
        ..DeadLetters::default()
    };
    Ok(Some(Dossier {
        conversation: conversation.clone(),
        opened: opened.map(time),
        state: state.map(|state| String::from_utf8_lossy(&state).into()),
        events,
        rows,
        timers,
        dead_letters: dead_letters(conn, &all)?,
    }))
}

fn event_json(row: &rusqlite::Row<'_>, at: usize) -> Sql<Box<str>> {
    Ok(Kept::of(row, at)?.body().into())
}
