//! Claims of outgoing rows and the ends of their sends.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
    time::{Duration, SystemTime},
};

use tokio::time::{Instant, sleep};

use super::{
    batch::Call,
    database::{Connection, Database, Param, Shared, change, seconds},
    fault::Fault,
    name,
    turns::{epoch_in, opened_at, plain},
};
use crate::{
    fail_points::crash_point,
    store::{Cause, Conversation, NewRow, Row, Settled, Settlement, StoreError},
};

/// How long the echo of a row has that its holder left in flight.
const ECHO: Duration = Duration::from_secs(10);

/// How soon it is looked for rows that commits without an answer may have leased. The server may still be at work on
/// them, or not be there.
const FIRST_LOOK: Duration = Duration::from_millis(100);
const LONGEST_LOOK: Duration = Duration::from_secs(5);

/// A send that ended.
pub(super) struct Settle {
    conversation: Arc<Conversation>,
    name: Vec<u8>,
    /// Empty where the row cannot be read.
    key: Arc<str>,
    epoch: i64,
    settlement: Settlement,
}

impl Settle {
    pub(super) fn new(row: Row, settlement: Settlement) -> Self {
        Self {
            name: name::encode(&row.conversation),
            conversation: row.conversation,
            key: Arc::clone(&row.new.key),
            epoch: epoch_in(row.epoch),
            settlement,
        }
    }
}

/// A leased row as it is kept.
pub(super) struct Leased {
    conversation: Arc<Conversation>,
    /// `None` where this program does not know its form.
    new: Option<Arc<NewRow>>,
    attempts: u32,
    doubts: u32,
    opened: Option<SystemTime>,
    epoch: u64,
}

impl Leased {
    /// The row, or the next one where it cannot be read: that becomes a dead letter.
    async fn readable(self, database: &Database) -> Option<Row> {
        let mut next = Some(self);
        while let Some(leased) = next.take() {
            let Leased {
                conversation,
                new: Some(new),
                attempts,
                doubts,
                opened,
                epoch,
            } = leased
            else {
                next = bury(database, &leased).await;
                continue;
            };
            return Some(Row {
                conversation,
                new,
                attempts,
                doubts,
                opened,
                epoch,
            });
        }
        None
    }
}

/// Makes a leased row that cannot be read a dead letter; the one behind it.
async fn bury(database: &Database, leased: &Leased) -> Option<Leased> {
    tracing::error!(conversation = ?leased.conversation, "MSG608: a kept message cannot be read");
    let call = [Settle {
        name: name::encode(&leased.conversation),
        conversation: Arc::clone(&leased.conversation),
        key: Arc::default(),
        epoch: epoch_in(leased.epoch),
        settlement: Settlement::Dead(Cause::new(
            "MSG608",
            "the message was kept by another version of this program and cannot be read",
        )),
    }];
    let settled = change!(
        database,
        connection,
        Settle::make(&call, database, connection).await
    );
    match settled {
        Ok(mut settled) => settled.pop().and_then(|(next, _)| next),
        Err(error) => {
            tracing::debug!(%error, "it stays leased until its time is over");
            None
        }
    }
}

impl Call for Settle {
    type Answer = Settled;
    /// The next row, and whether the echo of this one had come.
    type Made = (Option<Leased>, bool);

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
    ) -> Result<Vec<Self::Made>, Fault> {
        let names: Vec<&[u8]> = calls.iter().map(|call| &*call.name).collect();
        let keys: Vec<&[u8]> = calls.iter().map(|call| call.key.as_bytes()).collect();
        let epochs: Vec<i64> = calls.iter().map(|call| call.epoch).collect();
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
        let lost = database.unanswered.are(&names, &epochs);
        let (lease, holder) = (database.lease_secs(), database.holder);
        let params: [Param<'_>; 8] = [&names, &epochs, &hows, &waits, &holder, &lease, &keys, &lost];
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
        database.unanswered.forget(&names);
        crash_point!("postgres.settled");
        let by_name: HashMap<&[u8], &tokio_postgres::Row> =
            ended.iter().map(|row| (row.get(0), row)).collect();
        let mut delayed = false;
        let mut answers = Vec::with_capacity(calls.len());
        for (call, how) in calls.iter().zip(hows) {
            let Some(row) = by_name.get(&*call.name) else {
                answers.push((None, false));
                continue;
            };
            let echoed: bool = row.get(1);
            delayed |= how >= 2;
            let next = if row.get::<_, bool>(4) {
                let body: Option<&[u8]> = row.get(5);
                let body = body.ok_or_else(|| Fault::damaged("a row is counted that is not there"))?;
                Some(Leased {
                    conversation: Arc::clone(&call.conversation),
                    new: read(body),
                    attempts: 0,
                    doubts: 0,
                    opened: row.get::<_, Option<i64>>(3).map(opened_at),
                    epoch: row.get::<_, i64>(2).cast_unsigned(),
                })
            } else {
                None
            };
            answers.push((next, echoed));
        }
        if delayed {
            // Whoever waits must learn of the new earliest time.
            database.rows.notify_one();
        }
        Ok(answers)
    }

    async fn finish((next, echoed): Self::Made, database: &Database) -> Settled {
        let next = match next {
            Some(next) => next.readable(database).await,
            None => None,
        };
        Settled { next, echoed }
    }

    async fn forsaken(settled: Settled, database: &Database) {
        if let Some(next) = settled.next {
            give_back(database, next).await;
        }
    }

    fn unanswered(calls: &[Self], database: &Shared) {
        let ends = calls.iter().map(|call| (call.name.clone(), call.epoch));
        database.unanswered.remember(ends, database.lease);
    }
}

/// The ends of sends of which nobody knows whether they were made, by their conversations. Who says one of them again is
/// told of the row that it may have leased; nobody else is, for that row has its holder.
#[derive(Default)]
pub(super) struct Unanswered(Mutex<HashMap<Vec<u8>, (i64, Instant)>>);

impl Unanswered {
    fn lock(&self) -> MutexGuard<'_, HashMap<Vec<u8>, (i64, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those of longer ago than a `lease` have come to nothing by now.
    fn remember(&self, ends: impl Iterator<Item = (Vec<u8>, i64)>, lease: Duration) {
        let (mut known, now) = (self.lock(), Instant::now());
        known.retain(|_, (_, since)| now.duration_since(*since) <= lease);
        known.extend(ends.map(|(name, epoch)| (name, (epoch, now))));
    }

    /// For each, whether it is one of them.
    fn are(&self, names: &[&[u8]], epochs: &[i64]) -> Vec<bool> {
        let known = self.lock();
        let is_known = |(name, epoch): (&&[u8], &i64)| known.get(*name).is_some_and(|(of, _)| of == epoch);
        names.iter().zip(epochs).map(is_known).collect()
    }

    fn forget(&self, names: &[&[u8]]) {
        let mut known = self.lock();
        if !known.is_empty() {
            known.retain(|name, _| !names.contains(&name.as_slice()));
        }
    }
}

fn read(body: &[u8]) -> Option<Arc<NewRow>> {
    serde_json::from_slice(body).ok().map(Arc::new)
}

/// Leases what is due now.
pub(super) async fn claim_now(database: &Database, limit: usize) -> Result<Vec<Row>, StoreError> {
    let lease = database.lease_secs();
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let leased = change!(database, connection, {
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
        let (mut rows, mut strange) = (Vec::with_capacity(leased.len()), Vec::new());
        for row in &leased {
            let id: &[u8] = row.get(0);
            let body = bodies
                .get(id)
                .ok_or_else(|| Fault::damaged("a row is counted that is not there"))?;
            let Some(conversation) = name::decode(id) else {
                strange.push(id);
                continue;
            };
            rows.push(Leased {
                conversation: Arc::new(conversation),
                new: read(body),
                attempts: row.get::<_, i64>(2).try_into().unwrap_or(u32::MAX),
                doubts: row.get::<_, i64>(3).try_into().unwrap_or(u32::MAX),
                opened: row.get::<_, Option<i64>>(4).map(opened_at),
                epoch: row.get::<_, i64>(1).cast_unsigned(),
            });
        }
        if !strange.is_empty() {
            name::of_another_version(&strange);
            connection
                .execute(&connection.sql.put_off_rows, &[&strange, &lease])
                .await?;
        }
        crash_point!("postgres.claim_outbox");
        connection.commit().await?;
        crash_point!("postgres.claimed_outbox");
        Ok(rows)
    })?;
    let mut rows = Vec::with_capacity(leased.len());
    for leased in leased {
        rows.extend(leased.readable(database).await);
    }
    Ok(rows)
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
    let mut next = Some(row);
    while let Some(row) = next.take() {
        let call = [Settle::new(row, Settlement::Postponed(Duration::ZERO))];
        let freed = change!(
            database,
            connection,
            Settle::make(&call, database, connection).await
        );
        match freed {
            // An echo that had come settles it, and leases the one behind it.
            Ok(mut freed) => {
                if let Some((Some(behind), _)) = freed.pop() {
                    next = behind.readable(database).await;
                }
            }
            Err(error) => tracing::debug!(%error, "a row stays leased until its time is over"),
        }
    }
}

/// First rows of turns whose commits nobody has an answer of. Where these were made, the rows are leased and nobody knows
/// it: after their leases they would be in doubt, though nothing was sent.
#[derive(Default)]
pub(super) struct First {
    names: Vec<Vec<u8>>,
    keys: Vec<Arc<str>>,
    epochs: Vec<i64>,
}

impl First {
    /// The row `key` of the conversation `name`, whose turn has this epoch.
    pub(super) fn add(&mut self, name: Vec<u8>, key: &Arc<str>, epoch: i64) {
        self.names.push(name);
        self.keys.push(Arc::clone(key));
        self.epochs.push(epoch);
    }

    /// Frees them while their leases last, as soon as the server answers.
    pub(super) fn free(self, database: &Shared) {
        if self.names.is_empty() {
            return;
        }
        let database = Arc::clone(database);
        tokio::spawn(async move {
            let (until, mut pause) = (Instant::now() + database.lease, FIRST_LOOK);
            while Instant::now() < until && !database.closed.load(Ordering::Acquire) {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_LOOK);
                match self.free_now(&database).await {
                    Ok(freed) if freed > 0 => {
                        database.rows_wait();
                        if freed == self.names.len() {
                            return;
                        }
                    }
                    Ok(_) => {}
                    Err(error) => tracing::debug!(%error, "rows without an answer are not free yet"),
                }
            }
        });
    }

    async fn free_now(&self, database: &Database) -> Result<usize, StoreError> {
        let names: Vec<&[u8]> = self.names.iter().map(Vec::as_slice).collect();
        let keys: Vec<&[u8]> = self.keys.iter().map(|key| key.as_bytes()).collect();
        let lease = database.lease_secs();
        let params: [Param<'_>; 5] = [&names, &keys, &self.epochs, &database.holder, &lease];
        let freed = change!(
            database,
            connection,
            connection
                .locked(&names, &connection.sql.free_first, &params)
                .await
        )?;
        Ok(freed.len())
    }
}
