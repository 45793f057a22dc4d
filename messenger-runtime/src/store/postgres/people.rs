//! Dead letters, and everything about one person.

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use super::{
    database::{Connection, Database, change},
    enqueue,
    fault::Fault,
    name,
    turns::{json, opened_at},
};
use crate::{
    fail_points::crash_point,
    store::{
        Backlog, Cause, Conversation, DeadKind, DeadLetter, DeadLetters, Dossier, NewRow, Replayed,
        StoreError, StoredEvent, replay_key,
    },
};

/// A dead letter, or `None` for one of a kind that only another version of the program knows.
fn letter(row: &tokio_postgres::Row) -> Option<DeadLetter> {
    let kind: &str = row.get(1);
    let kind = DeadKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
    let conversation = name::decode(row.get(2))?;
    let key: &[u8] = row.get(3);
    Some(DeadLetter {
        id: row.get::<_, i64>(0).cast_unsigned(),
        kind,
        conversation: Arc::new(conversation),
        key: match kind {
            DeadKind::Event => hex::encode(key),
            DeadKind::Message | DeadKind::State => text(key).into(),
        },
        body: text(row.get(4)),
        cause: Cause::new(row.get::<_, &str>(5), row.get::<_, &str>(6)),
        attempts: row.get::<_, i64>(7).try_into().unwrap_or(u32::MAX),
        since: UNIX_EPOCH + Duration::from_micros(row.get::<_, i64>(8).max(0).cast_unsigned()),
    })
}

fn text(bytes: &[u8]) -> Box<str> {
    String::from_utf8_lossy(bytes).into()
}

pub(super) async fn dead_letters(
    database: &Database,
    which: &DeadLetters,
) -> Result<Vec<DeadLetter>, StoreError> {
    let kind = which.kind.map(DeadKind::as_str);
    let of = which.conversation.as_ref().map(name::encode);
    let after = i64::try_from(which.after).unwrap_or(i64::MAX);
    let limit = i64::try_from(which.limit).unwrap_or(i64::MAX);
    change!(database, connection, {
        let rows = connection
            .query(&connection.kept.dead_letters, &[&kind, &of, &after, &limit])
            .await?;
        Ok(rows.iter().filter_map(letter).collect())
    })
}

pub(super) async fn dead_letter(database: &Database, id: u64) -> Result<Option<DeadLetter>, StoreError> {
    let id = i64::try_from(id).unwrap_or(-1);
    change!(database, connection, {
        let rows = connection.query(&connection.kept.dead_letter, &[&id]).await?;
        Ok(rows.first().and_then(letter))
    })
}

pub(super) async fn discard(database: &Database, id: u64) -> Result<bool, StoreError> {
    let id = i64::try_from(id).unwrap_or(-1);
    let gone = change!(
        database,
        connection,
        connection.execute(&connection.kept.discard, &[&id]).await
    )?;
    Ok(gone > 0)
}

pub(super) async fn replay(database: &Database, id: u64) -> Result<Replayed, StoreError> {
    let replayed = change!(database, connection, requeue(connection, id).await)?;
    if replayed == Replayed::Queued {
        database.events_wait();
        database.rows_wait();
    }
    Ok(replayed)
}

async fn requeue(connection: &Connection<'_>, id: u64) -> Result<Replayed, Fault> {
    let (sql, kept) = (connection.sql, connection.kept);
    let number = i64::try_from(id).unwrap_or(-1);
    connection.begin().await?;
    let Some(row) = connection.query(&kept.dead_letter, &[&number]).await?.pop() else {
        connection.commit().await?;
        return Ok(Replayed::Unknown);
    };
    let Some(letter) = letter(&row) else {
        connection.commit().await?;
        return Ok(Replayed::Impossible);
    };
    let name: &[u8] = row.get(2);
    connection.execute(&sql.touch, &[&name]).await?;
    // Whoever deletes it replays it.
    if connection.execute(&kept.discard, &[&number]).await? == 0 {
        connection.plain("ROLLBACK").await?;
        return Ok(Replayed::Unknown);
    }
    let possible = match letter.kind {
        DeadKind::Event => {
            let key = row.get::<_, &[u8]>(3).try_into().ok();
            let readable = serde_json::from_str::<StoredEvent>(&letter.body).is_ok();
            match key.filter(|_| readable) {
                Some(key) => {
                    let key = replay_key(key, id);
                    let body: &[u8] = row.get(4);
                    connection
                        .query(&sql.push, &[&name, &key.as_slice(), &body])
                        .await?;
                    true
                }
                None => false,
            }
        }
        DeadKind::Message => match serde_json::from_str::<NewRow>(&letter.body) {
            Ok(new) => {
                push_row(connection, name, &new).await?;
                true
            }
            Err(_) => false,
        },
        DeadKind::State => false,
    };
    if !possible {
        connection.plain("ROLLBACK").await?;
        return Ok(Replayed::Impossible);
    }
    crash_point!("postgres.replay");
    connection.commit().await?;
    Ok(Replayed::Queued)
}

/// Adds the row of a letter to its conversation, which is locked.
async fn push_row(connection: &Connection<'_>, name: &[u8], new: &NewRow) -> Result<(), Fault> {
    let sql = connection.sql;
    let keys = [new.key.as_bytes()];
    connection
        .execute(&sql.unremember, &[&name, &new.key.as_bytes()])
        .await?;
    let known = connection.query(&sql.became, &[&name, &keys.as_slice()]).await?;
    if known.is_empty() {
        enqueue::push(connection, name, &keys, &[json(new)]).await?;
    }
    Ok(())
}

pub(super) async fn dossier(
    database: &Database,
    conversation: &Conversation,
) -> Result<Option<Dossier>, StoreError> {
    let name = name::encode(conversation);
    let (kind, after, limit) = (None::<&str>, 0_i64, i64::MAX);
    let found = change!(database, connection, {
        let kept = connection.kept;
        // One view of all tables.
        connection
            .plain("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await?;
        let person = connection.query(&kept.person, &[&name]).await?;
        let events = connection.query(&kept.person_events, &[&name]).await?;
        let rows = connection.query(&kept.person_rows, &[&name]).await?;
        let timers = connection.query(&kept.person_timers, &[&name]).await?;
        let letters = connection
            .query(&kept.dead_letters, &[&kind, &name, &after, &limit])
            .await?;
        connection.commit().await?;
        let bodies = |rows: &[tokio_postgres::Row]| rows.iter().map(|row| text(row.get(0))).collect();
        Ok(Dossier {
            conversation: conversation.clone(),
            opened: person
                .first()
                .and_then(|row| row.get::<_, Option<i64>>(0))
                .map(opened_at),
            state: person
                .first()
                .and_then(|row| row.get::<_, Option<&[u8]>>(1))
                .map(text),
            events: bodies(&events),
            rows: bodies(&rows),
            timers: timers
                .iter()
                .map(|row| (text(row.get(0)), text(row.get(1))))
                .collect(),
            dead_letters: letters.iter().filter_map(letter).collect(),
        })
    })?;
    let empty = found.opened.is_none()
        && found.state.is_none()
        && found.events.is_empty()
        && found.rows.is_empty()
        && found.timers.is_empty()
        && found.dead_letters.is_empty();
    Ok((!empty).then_some(found))
}

pub(super) async fn erase(database: &Database, conversation: &Conversation) -> Result<bool, StoreError> {
    let name = name::encode(conversation);
    let gone = change!(database, connection, {
        connection.begin().await?;
        // Locked even where it is not there, or what begins meanwhile would lose its conversation alone.
        connection.execute(&connection.sql.touch, &[&name]).await?;
        let rows = connection.query(&connection.kept.erase, &[&name]).await?;
        crash_point!("postgres.erase");
        connection.commit().await?;
        Ok(rows.first().map_or(0, |row| row.get::<_, i64>(0)))
    })?;
    Ok(gone > 0)
}

pub(super) async fn backlog(database: &Database) -> Result<Backlog, StoreError> {
    let age = |seconds: Option<f64>| seconds.map(|age| Duration::try_from_secs_f64(age).unwrap_or_default());
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    change!(database, connection, {
        let rows = connection.query(&connection.kept.backlog, &[]).await?;
        Ok(rows.first().map_or_else(Backlog::default, |row| Backlog {
            events: count(row.get(0)),
            rows: count(row.get(1)),
            dead_letters: count(row.get(2)),
            oldest_event: age(row.get(3)),
            oldest_row: age(row.get(4)),
        }))
    })
}
