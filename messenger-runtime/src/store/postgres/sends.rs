//! Claims of outgoing rows and the ends of their sends.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    batch::Call,
    database::{Connection, Database, Param, change, seconds},
    fault::Fault,
    name,
    turns::{epoch_in, opened_at, plain},
};
use crate::{
    fail_points::crash_point,
    store::{NewRow, Row, Settled, Settlement, StoreError},
};

/// How long the echo of a row has that its holder left in flight.
const ECHO: Duration = Duration::from_secs(10);

/// A send that ended.
pub(super) struct Settle {
    row: Row,
    name: Vec<u8>,
    settlement: Settlement,
}

impl Settle {
    pub(super) fn new(row: Row, settlement: Settlement) -> Self {
        Self {
            name: name::encode(&row.conversation),
            row,
            settlement,
        }
    }
}

impl Call for Settle {
    type Answer = Settled;

    fn weight(&self) -> usize {
        1
    }

    fn alone(&self) -> Option<&[u8]> {
        Some(&self.name)
    }

    async fn make(
        calls: &[Self],
        database: &Database,
        connection: &Connection<'_>,
    ) -> Result<Vec<Settled>, Fault> {
        let names: Vec<&[u8]> = calls.iter().map(|call| &*call.name).collect();
        let epochs: Vec<i64> = calls.iter().map(|call| epoch_in(call.row.epoch)).collect();
        let (mut hows, mut waits) = (Vec::new(), Vec::new());
        let mut dead = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (call, epoch) in calls.iter().zip(&epochs) {
            let (how, wait) = match &call.settlement {
                Settlement::Done => (0_i64, Duration::ZERO),
                Settlement::Dead(cause) => {
                    dead.0.push(&*call.name);
                    dead.1.push(*epoch);
                    dead.2.push(plain(&cause.code));
                    dead.3.push(plain(&cause.text));
                    (1, Duration::ZERO)
                }
                Settlement::Retry(wait) => (2, *wait),
                Settlement::Postponed(wait) => (3, *wait),
                Settlement::Doubtful(wait) => (4, *wait),
            };
            hows.push(how);
            waits.push(seconds(wait));
        }
        let lease = database.lease_secs();
        let params: [Param<'_>; 6] = [&names, &epochs, &hows, &waits, &database.holder, &lease];
        let sql = connection.sql;
        crash_point!("postgres.settle");
        let ended = if dead.0.is_empty() {
            connection.locked(&names, &sql.settle, &params).await?
        } else {
            connection.begin_locked(&names).await?;
            connection
                .execute(&sql.bury_rows, &[&dead.0, &dead.1, &dead.2, &dead.3])
                .await?;
            crash_point!("postgres.settle.buried");
            let ended = connection.query(&sql.settle, &params).await?;
            crash_point!("postgres.settle.done");
            connection.commit().await?;
            ended
        };
        crash_point!("postgres.settled");
        let by_name: HashMap<&[u8], &tokio_postgres::Row> =
            ended.iter().map(|row| (row.get(0), row)).collect();
        let mut delayed = false;
        let mut answers = Vec::with_capacity(calls.len());
        for (call, how) in calls.iter().zip(hows) {
            let Some(row) = by_name.get(&*call.name) else {
                answers.push(Settled::default());
                continue;
            };
            let echoed: bool = row.get(1);
            delayed |= how >= 2;
            let next = if row.get::<_, bool>(4) {
                let body: Option<&[u8]> = row.get(5);
                let body = body.ok_or_else(|| Fault::damaged("a row is counted that is not there"))?;
                Some(Row {
                    conversation: Arc::clone(&call.row.conversation),
                    new: read(body)?,
                    attempts: 0,
                    doubts: 0,
                    opened: row.get::<_, Option<i64>>(3).map(opened_at),
                    epoch: row.get::<_, i64>(2).cast_unsigned(),
                })
            } else {
                None
            };
            answers.push(Settled { next, echoed });
        }
        if delayed {
            // Whoever waits must learn of the new earliest time.
            database.rows.notify_one();
        }
        Ok(answers)
    }

    async fn forsaken(_: Settled, _: &Database) {
        // The next row becomes due again with the end of its lease, in doubt.
    }
}

fn read(body: &[u8]) -> Result<Arc<NewRow>, Fault> {
    serde_json::from_slice(body)
        .map(Arc::new)
        .map_err(|_| Fault::damaged("a row is not the JSON of one"))
}

/// Leases what is due now.
pub(super) async fn claim_now(database: &Database, limit: usize) -> Result<Vec<Row>, StoreError> {
    let lease = database.lease_secs();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    change!(database, connection, {
        connection.begin().await?;
        let mut leased = connection
            .query(&connection.sql.claim_outbox, &[&limit, &database.holder, &lease])
            .await?;
        leased.sort_by_key(|row| row.get::<_, SystemTime>(6));
        let ids: Vec<&[u8]> = leased.iter().map(|row| row.get(0)).collect();
        let heads: Vec<i64> = leased.iter().map(|row| row.get(5)).collect();
        let bodies = if ids.is_empty() {
            Vec::new()
        } else {
            connection.query(&connection.sql.rows, &[&ids, &heads]).await?
        };
        let bodies: HashMap<&[u8], &[u8]> = bodies.iter().map(|row| (row.get(0), row.get(2))).collect();
        let mut rows = Vec::with_capacity(leased.len());
        for row in &leased {
            let id: &[u8] = row.get(0);
            let body = bodies
                .get(id)
                .ok_or_else(|| Fault::damaged("a row is counted that is not there"))?;
            let conversation =
                name::decode(id).ok_or_else(|| Fault::damaged("a conversation without a name"))?;
            rows.push(Row {
                conversation: Arc::new(conversation),
                new: read(body)?,
                attempts: row.get::<_, i64>(2).try_into().unwrap_or(u32::MAX),
                doubts: row.get::<_, i64>(3).try_into().unwrap_or(u32::MAX),
                opened: row.get::<_, Option<i64>>(4).map(opened_at),
                epoch: row.get::<_, i64>(1).cast_unsigned(),
            });
        }
        crash_point!("postgres.claim_outbox");
        connection.commit().await?;
        crash_point!("postgres.claimed_outbox");
        Ok(rows)
    })
}

/// In how many seconds the next row is due.
pub(super) async fn next_row(database: &Database) -> Result<Option<f64>, StoreError> {
    change!(database, connection, {
        let rows = connection.query(&connection.sql.next_row, &[]).await?;
        Ok(rows.first().and_then(|row| row.get(0)))
    })
}

/// Puts the rows in doubt whose holders are gone; how many there were.
pub(super) async fn doubt(database: &Database) -> Result<i64, StoreError> {
    let (most, wait) = (100_i64, seconds(ECHO));
    let found = change!(database, connection, {
        let rows = connection.query(&connection.sql.doubt, &[&most, &wait]).await?;
        Ok(rows.first().map_or(0, |row| row.get(0)))
    })?;
    if found > 0 {
        database.rows.notify_one();
    }
    Ok(found)
}

/// Gives a row back that its claimer did not wait for: nothing left.
pub(super) async fn give_back(database: &Database, row: Row) {
    let call = [Settle::new(row, Settlement::Postponed(Duration::ZERO))];
    let freed = change!(
        database,
        connection,
        Settle::make(&call, database, connection).await
    );
    if let Err(error) = freed {
        tracing::debug!(%error, "a row stays leased until its time is over");
    }
}
