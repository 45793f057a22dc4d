//! Claims of conversations, and how they are given back.

use std::{collections::HashMap, sync::Arc, time::SystemTime};

use super::{
    database::{Database, change},
    fault::Fault,
    name,
    turns::{bury_unreadable, epoch_in, opened_at},
};
use crate::{
    fail_points::crash_point,
    store::{Claim, Lease, StoreError, StoredEvent},
};

/// A claim as it is kept.
pub(super) enum Claimed {
    Readable(Claim),
    /// This program does not know the form of its event.
    Unreadable(Lease),
}

impl Claimed {
    pub(super) fn read(
        lease: Lease,
        key: &[u8],
        body: &[u8],
        claims: i64,
        state: Option<&[u8]>,
        opened: Option<SystemTime>,
    ) -> Self {
        let (Ok(event), Ok(key)) = (serde_json::from_slice::<StoredEvent>(body), key.try_into()) else {
            return Self::Unreadable(lease);
        };
        Self::Readable(Claim {
            lease,
            key,
            event: Arc::new(event),
            claims: claims.try_into().unwrap_or(u32::MAX),
            state: state.map(Arc::from),
            opened,
        })
    }

    /// The claim, or that of the next event where this one cannot be read: it becomes a dead letter.
    pub(super) async fn readable(self, database: &Database) -> Option<Claim> {
        let mut next = Some(self);
        while let Some(claimed) = next.take() {
            match claimed {
                Self::Readable(claim) => return Some(claim),
                Self::Unreadable(lease) => next = bury_unreadable(database, lease).await,
            }
        }
        None
    }
}

/// Leases what is claimable now.
pub(super) async fn claim_now(
    database: &Database,
    limit: usize,
    suspects: bool,
) -> Result<Vec<Claim>, StoreError> {
    let lease = database.lease_secs();
    let claimed = change!(database, connection, {
        connection.begin().await?;
        let sql = connection.sql;
        let mut rows = Vec::new();
        if suspects && limit > 0 {
            let one = 1_i64;
            rows = connection
                .query(&sql.claim_suspect, &[&one, &database.holder, &lease])
                .await?;
        }
        let rest = i64::try_from(limit.saturating_sub(rows.len())).unwrap_or(i64::MAX);
        if rest > 0 {
            let others = connection
                .query(&sql.claim, &[&rest, &database.holder, &lease])
                .await?;
            rows.extend(others);
        }
        // They come back in any order.
        rows.sort_by_key(|row| row.get::<_, SystemTime>(6));
        if rows.is_empty() {
            connection.commit().await?;
            return Ok(Vec::new());
        }
        let ids: Vec<&[u8]> = rows.iter().map(|row| row.get(0)).collect();
        let heads: Vec<i64> = rows.iter().map(|row| row.get(5)).collect();
        let events = if ids.is_empty() {
            Vec::new()
        } else {
            connection.query(&sql.events, &[&ids, &heads]).await?
        };
        let events: HashMap<&[u8], &tokio_postgres::Row> =
            events.iter().map(|event| (event.get(0), event)).collect();
        let (mut claims, mut strange) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in &rows {
            let id: &[u8] = row.get(0);
            let event = events
                .get(id)
                .ok_or_else(|| Fault::damaged("an event is counted that is not there"))?;
            let Some(conversation) = name::decode(id) else {
                strange.push(id);
                continue;
            };
            let lease = Lease {
                conversation: Arc::new(conversation),
                epoch: row.get::<_, i64>(1).cast_unsigned(),
            };
            let opened = row.get::<_, Option<i64>>(4).map(opened_at);
            claims.push(Claimed::read(
                lease,
                event.get(1),
                event.get(2),
                row.get(2),
                row.get(3),
                opened,
            ));
        }
        if !strange.is_empty() {
            name::of_another_version(&strange);
            connection
                .execute(&sql.put_off_turns, &[&strange, &lease])
                .await?;
        }
        crash_point!("postgres.claim");
        connection.commit().await?;
        crash_point!("postgres.claimed");
        Ok(claims)
    })?;
    let mut claims = Vec::with_capacity(claimed.len());
    for claimed in claimed {
        claims.extend(claimed.readable(database).await);
    }
    Ok(claims)
}

/// Moves the events of timers that ran out into their queues; whether there were any. Those of a conversation that
/// somebody changes at this moment are left to the next look.
pub(super) async fn fire(database: &Database) -> Result<bool, StoreError> {
    let most = 100_i64;
    let fired = change!(database, connection, {
        crash_point!("postgres.fire");
        let sql = connection.sql;
        let due = connection.query(&sql.due_timers, &[&most]).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let due: Vec<&[u8]> = due.iter().map(|row| row.get(0)).collect();
        connection.begin().await?;
        let held = connection.query(&sql.lock_free, &[&due]).await?;
        let held: Vec<&[u8]> = held.iter().map(|row| row.get(0)).collect();
        let fired = connection.query(&sql.fire, &[&held]).await?;
        connection.commit().await?;
        Ok(fired.first().map_or(0, |row| row.get::<_, i64>(0)))
    })?;
    database.count(fired);
    Ok(fired > 0)
}

/// In how long the next conversation and the next timer are due.
pub(super) async fn next_claim(
    database: &Database,
    suspects: bool,
) -> Result<(Option<f64>, Option<f64>), StoreError> {
    change!(database, connection, {
        let rows = connection.query(&connection.sql.next_claim, &[&suspects]).await?;
        Ok(rows.first().map_or((None, None), |row| (row.get(0), row.get(1))))
    })
}

/// Frees a conversation.
pub(super) async fn release(database: &Database, lease: &Lease, tried: bool) -> Result<(), StoreError> {
    let name = name::encode(&lease.conversation);
    let epoch = epoch_in(lease.epoch);
    let uncounted = i64::from(!tried);
    let freed = change!(database, connection, {
        connection
            .execute(&connection.sql.release, &[&name, &epoch, &uncounted])
            .await
    })?;
    crash_point!("postgres.released");
    if freed == 0 {
        return Err(StoreError::LeaseLost);
    }
    database.events_wait();
    Ok(())
}

/// Frees a conversation that its claimer did not wait for.
pub(super) async fn give_back(database: &Database, lease: &Lease) {
    if let Err(error) = release(database, lease, false).await {
        tracing::debug!(%error, "a conversation stays leased until its time is over");
    }
}
