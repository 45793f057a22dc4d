//! What nobody asks for: rows left in flight, keys and letters past their time, the count of what waits, and the
//! hints between nodes.

use std::{future::poll_fn, sync::atomic::Ordering, time::Duration};

use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::{AsyncMessage, Config, error::SqlState, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    database::{Database, Shared, change, seconds},
    fault::describe,
    sends,
};
use crate::store::StoreError;

/// How long it is remembered when somebody opened the conversation, where nothing else is kept of it.
const OPENED: Duration = Duration::from_secs(8 * 24 * 3600);
/// How much one statement deletes or looks at.
const SLICE: i64 = 1_000;
/// For how long a pass goes on with each, slice by slice.
const BUDGET: Duration = Duration::from_millis(250);
/// The waiting events are counted this often.
const COUNT: Duration = Duration::from_millis(900);
/// The wait between passes that found nothing to delete.
const PASS: Duration = Duration::from_secs(30);
/// Hints follow one another no faster.
const HINT: Duration = Duration::from_millis(20);
/// The wait before the connection for hints is made again.
const HINT_AGAIN: Duration = Duration::from_secs(5);

/// What is kept for how long, and how much of it.
pub(super) struct Bounds {
    /// For how long the keys of events are known.
    pub(super) window: Duration,
    /// For how long dead letters are kept.
    pub(super) dead_for: Duration,
    /// How many of them.
    pub(super) dead: i64,
}

/// Looks after the tables until it is aborted.
pub(super) async fn keep(database: Shared, bounds: Bounds) {
    let often = (database.lease / 10).clamp(Duration::from_millis(20), Duration::from_secs(1));
    let (mut next_count, mut next_pass, mut after) = (Instant::now() + COUNT, Instant::now(), Vec::new());
    loop {
        sleep(often).await;
        if let Err(error) = sends::doubt(&database).await {
            tracing::debug!(%error, "rows left in flight could not be looked for");
            continue;
        }
        if Instant::now() >= next_count {
            next_count = Instant::now() + COUNT;
            if let Err(error) = recount(&database).await {
                tracing::debug!(%error, "the waiting events could not be counted");
            }
        }
        if Instant::now() < next_pass {
            continue;
        }
        match pass(&database, &bounds, &mut after).await {
            // More is left.
            Ok(true) => {}
            Ok(false) => next_pass = Instant::now() + PASS,
            Err(error) => {
                tracing::warn!(%error, "what is past its time could not be deleted");
                next_pass = Instant::now() + PASS;
            }
        }
    }
}

/// Counts what waits.
pub(super) async fn recount(database: &Database) -> Result<(), StoreError> {
    let most = 1_000_000_i64;
    let (events, rows) = change!(database, connection, {
        let rows = connection.query(&connection.kept.waiting, &[&most]).await?;
        Ok(rows.first().map_or((0, 0), |row| (row.get(0), row.get(1))))
    })?;
    database.waiting.store(events, Ordering::Relaxed);
    database.rows_waiting.store(rows, Ordering::Relaxed);
    Ok(())
}

/// Deletes what is past its time; whether more is left.
async fn pass(database: &Database, bounds: &Bounds, after: &mut Vec<u8>) -> Result<bool, StoreError> {
    let (until, mut beyond) = (Instant::now() + BUDGET, 0);
    let is_more = loop {
        let (most, letters) = slice(database, bounds).await?;
        beyond += letters;
        if most < SLICE.cast_unsigned() {
            break false;
        }
        if Instant::now() >= until {
            break true;
        }
    };
    if beyond > 0 {
        tracing::warn!(
            deleted = beyond,
            kept = bounds.dead,
            "there were more dead letters than are kept; the oldest were deleted"
        );
    }
    let until = Instant::now() + BUDGET;
    loop {
        *after = forget_idle(database, std::mem::take(after)).await?;
        if after.is_empty() || Instant::now() >= until {
            return Ok(is_more);
        }
    }
}

/// Deletes a slice of the keys and letters past their time; how much of the kind of which there was most, and how many
/// letters because there were too many.
async fn slice(database: &Database, bounds: &Bounds) -> Result<(u64, u64), StoreError> {
    let (window, dead_for) = (seconds(bounds.window), seconds(bounds.dead_for));
    change!(database, connection, {
        let kept = connection.kept;
        let keys = connection.execute(&kept.forget_known, &[&window, &SLICE]).await?;
        let letters = connection
            .execute(&kept.forget_dead, &[&dead_for, &SLICE])
            .await?;
        let beyond = connection
            .execute(&kept.bound_dead, &[&bounds.dead, &SLICE])
            .await?;
        Ok((keys.max(letters).max(beyond), beyond))
    })
}

/// Looks at a slice of the conversations behind `from` and deletes those of which nothing is kept; the last one, or
/// nothing behind the last of all.
async fn forget_idle(database: &Database, from: Vec<u8>) -> Result<Vec<u8>, StoreError> {
    let opened = i64::try_from(OPENED.as_nanos()).unwrap_or(i64::MAX);
    change!(database, connection, {
        let (sql, kept) = (connection.sql, connection.kept);
        let rows = connection.query(&kept.look, &[&from, &SLICE, &opened]).await?;
        let idle: Vec<&[u8]> = (rows.iter().filter(|row| row.get(1)))
            .map(|row| row.get(0))
            .collect();
        if !idle.is_empty() {
            connection.begin().await?;
            let held = connection.query(&sql.lock_free, &[&idle]).await?;
            let held: Vec<&[u8]> = held.iter().map(|row| row.get(0)).collect();
            connection.execute(&kept.forget_idle, &[&held, &opened]).await?;
            connection.commit().await?;
        }
        let last: Option<&[u8]> = rows.last().map(|last| last.get(0));
        Ok(last.map(<[u8]>::to_vec).unwrap_or_default())
    })
}

/// Tells the other nodes that something waits, and listens to them, until it is aborted or the server cannot.
pub(super) async fn hint(database: Shared, config: Config, tls: MakeRustlsConnect, channel: String) {
    loop {
        let ended = listen(&database, &config, tls.clone(), &channel).await;
        if let Err(error) = ended {
            let text = describe(&error);
            // A server that only speaks PostgreSQL's language may have no such statement.
            if matches!(
                error.code(),
                Some(&SqlState::FEATURE_NOT_SUPPORTED | &SqlState::SYNTAX_ERROR)
            ) {
                tracing::info!(
                    error = text,
                    "the server has no LISTEN: work of other nodes is found by looking"
                );
                return;
            }
            tracing::debug!(error = text, "no hints from other nodes for now");
        }
        sleep(HINT_AGAIN).await;
    }
}

async fn listen<T>(
    database: &Database,
    config: &Config,
    tls: T,
    channel: &str,
) -> Result<(), tokio_postgres::Error>
where
    T: MakeTlsConnect<tokio_postgres::Socket>,
    T::Stream: Unpin,
{
    let (client, mut connection) = config.connect(tls).await?;
    let own = database.holder.to_string();
    let heard = async {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notification(hint) = message?
                && hint.payload() != own
            {
                database.events.notify_one();
                database.rows.notify_one();
            }
        }
        Ok(())
    };
    let told = async {
        client.batch_execute(&format!("LISTEN \"{channel}\"")).await?;
        let notify = format!("NOTIFY \"{channel}\", '{own}'");
        loop {
            database.hint.notified().await;
            sleep(HINT).await;
            // One that was asked for meanwhile is this one.
            let _ = timeout(Duration::ZERO, database.hint.notified()).await;
            client.batch_execute(&notify).await?;
        }
    };
    tokio::select! {
        ended = heard => ended,
        ended = told => ended,
    }
}
