//! Rows from outside the commit of a turn.

use std::collections::HashMap;

use super::{
    database::{Connection, Database, change},
    fault::Fault,
    name,
    turns::{epoch_in, json},
};
use crate::{
    fail_points::crash_point,
    store::{Enqueue, Enqueued, StoreError},
};

/// Adds rows behind those that wait; what became of each.
pub(super) async fn enqueue(database: &Database, enqueue: &Enqueue) -> Result<Vec<Enqueued>, StoreError> {
    let (became, queued) = change!(database, connection, add(connection, enqueue).await)?;
    database.count_rows(i64::try_from(queued).unwrap_or(i64::MAX));
    crash_point!("postgres.enqueued");
    if became.contains(&Enqueued::Waiting) {
        database.rows_wait();
    }
    Ok(became)
}

/// What became of each, and how many are new.
async fn add(connection: &Connection<'_>, enqueue: &Enqueue) -> Result<(Vec<Enqueued>, usize), Fault> {
    let sql = connection.sql;
    let name = name::encode(&enqueue.conversation);
    connection.begin().await?;
    if let Some(key) = &enqueue.once
        && connection.execute(&sql.remember, &[&key.as_slice()]).await? == 0
    {
        connection.commit().await?;
        return Ok((vec![Enqueued::Known; enqueue.rows.len()], 0));
    }
    let mut held = None;
    if let Some(lease) = &enqueue.turn {
        let (of, epoch) = (name::encode(&lease.conversation), epoch_in(lease.epoch));
        if connection.query(&sql.hold, &[&of, &epoch]).await?.is_empty() {
            return Err(StoreError::LeaseLost.into());
        }
        held = Some(of);
    }
    if held.as_ref() != Some(&name) {
        connection.execute(&sql.touch, &[&name]).await?;
    }
    let keys: Vec<&[u8]> = enqueue.rows.iter().map(|row| row.key.as_bytes()).collect();
    let known = connection.query(&sql.became, &[&name, &keys]).await?;
    let mut became: HashMap<&[u8], Enqueued> = HashMap::new();
    for row in &known {
        let this = match row.get::<_, i64>(1) {
            0 => Enqueued::Waiting,
            1 => Enqueued::Sent,
            _ => Enqueued::GivenUp,
        };
        let key: &[u8] = row.get(0);
        // What the turn under way has seen of it is later than what waits.
        if this != Enqueued::Waiting || !became.contains_key(key) {
            became.insert(key, this);
        }
    }
    let (mut answers, mut new_keys, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    for row in &enqueue.rows {
        let key = row.key.as_bytes();
        answers.push(*became.entry(key).or_insert_with(|| {
            new_keys.push(key);
            bodies.push(json(row));
            Enqueued::Waiting
        }));
    }
    if !new_keys.is_empty() {
        push(connection, &name, &new_keys, &bodies).await?;
        if enqueue.turn.is_some() {
            connection.execute(&sql.of_turn, &[&name, &new_keys]).await?;
        }
    }
    crash_point!("postgres.enqueue");
    connection.commit().await?;
    Ok((answers, new_keys.len()))
}

/// Adds rows to a conversation that is locked.
pub(super) async fn push(
    connection: &Connection<'_>,
    name: &[u8],
    keys: &[&[u8]],
    bodies: &[Vec<u8>],
) -> Result<(), Fault> {
    let sql = &connection.sql.enqueue;
    let pushed = connection.execute(sql, &[&name, &keys, &bodies]).await?;
    // Where somebody deleted the conversation all the same, nothing may be said to wait.
    if pushed == keys.len() as u64 {
        Ok(())
    } else {
        Err(Fault::Again("the conversation of new rows is gone".to_owned()))
    }
}
