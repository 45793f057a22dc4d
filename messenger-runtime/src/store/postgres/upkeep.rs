//! What nobody asks for: rows left in flight, keys and letters past their time, the count of what waits, and the
//! hints between nodes.

use std::{future::poll_fn, sync::atomic::Ordering, time::Duration};

use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::{AsyncMessage, Config, error::SqlState, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    database::{Database, Shared, change, seconds},
    fault::{Fault, describe},
    sends,
};
use crate::store::StoreError;

/// How long it is remembered when somebody opened the conversation, where nothing else is kept of it.
const OPENED: Duration = Duration::from_secs(8 * 24 * 3600);
/// How much one pass deletes of each.
const SLICE: i64 = 1_000;
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
        let rows = connection.query(&connection.sql.waiting, &[&most]).await?;
        Ok(rows.first().map_or((0, 0), |row| (row.get(0), row.get(1))))
    })?;
    database.waiting.store(events, Ordering::Relaxed);
    database.rows_waiting.store(rows, Ordering::Relaxed);
    Ok(())
}

/// Deletes one slice of what is past its time; whether more is left.
async fn pass(database: &Database, bounds: &Bounds, after: &mut Vec<u8>) -> Result<bool, StoreError> {
    let (window, dead_for) = (seconds(bounds.window), seconds(bounds.dead_for));
    let (forgotten, beyond) = change!(database, connection, {
        let sql = connection.sql;
        let keys = connection.execute(&sql.forget_known, &[&window, &SLICE]).await?;
        let letters = connection.execute(&sql.forget_dead, &[&dead_for, &SLICE]).await?;
        let beyond = connection
            .execute(&sql.bound_dead, &[&bounds.dead, &SLICE])
            .await?;
        Ok((keys.max(letters).max(beyond), beyond))
    })?;
    if beyond > 0 {
        tracing::warn!(
            deleted = beyond,
            kept = bounds.dead,
            "there were more dead letters than are kept; the oldest were deleted"
        );
    }
    let before = std::time::SystemTime::now()
        .checked_sub(OPENED)
        .map_or(0, super::turns::opened_in);
    let from = std::mem::take(after);
    *after = change!(database, connection, {
        let sql = connection.sql;
        let rows = connection.query(&sql.names, &[&from, &SLICE]).await?;
        let names: Vec<&[u8]> = rows.iter().map(|row| row.get(0)).collect();
        connection.execute(&sql.forget_idle, &[&names, &before]).await?;
        Ok::<_, Fault>(names.last().map(|last| last.to_vec()).unwrap_or_default())
    })?;
    Ok(forgotten >= SLICE.cast_unsigned())
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
