//! The pool of connections, and how a change is made on one of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use deadpool_postgres::{Object, Pool, PoolError};
use futures_util::future::{join, join4, try_join};
use tokio::{
    sync::Notify,
    time::{error::Elapsed, sleep},
};
use tokio_postgres::{Row, types::ToSql};

use super::{
    fault::{Fault, describe},
    kept::Kept,
    sends::Unanswered,
    statements::Statements,
};
use crate::store::StoreError;

/// How often a change that met another one is tried.
const TRIES: u32 = 10;

pub(super) type Param<'p> = &'p (dyn ToSql + Sync);

/// What all parts of the store share.
pub(super) struct Database {
    pub(super) pool: Pool,
    pub(super) sql: Statements,
    pub(super) kept: Kept,
    pub(super) lease: Duration,
    /// A change that takes longer is given up.
    pub(super) patience: Duration,
    /// This store among those on the same tables.
    pub(super) holder: i64,
    /// Conversations may be claimable, rows sendable.
    pub(super) events: Notify,
    pub(super) rows: Notify,
    /// The other nodes are to be told so.
    pub(super) hint: Notify,
    /// About how many events wait.
    pub(super) waiting: AtomicI64,
    /// About how many rows.
    pub(super) rows_waiting: AtomicI64,
    pub(super) unanswered: Unanswered,
    pub(super) closed: AtomicBool,
}

impl Database {
    /// A connection for one change.
    pub(super) async fn connection(&self) -> Result<Connection<'_>, Fault> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Fault::unavailable("the store was closed"));
        }
        self.any_connection().await
    }

    /// The same, for a store that closes.
    pub(super) async fn any_connection(&self) -> Result<Connection<'_>, Fault> {
        let object = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => Fault::unavailable(describe(&error)),
            PoolError::Timeout(_) => {
                Fault::unavailable("no connection to the server was free or made in time")
            }
            other => Fault::unavailable(other.to_string()),
        })?;
        Ok(Connection {
            object: Some(object),
            sql: &self.sql,
            kept: &self.kept,
        })
    }

    /// The time that a lease holds, for the statements.
    pub(super) fn lease_secs(&self) -> f64 {
        seconds(self.lease)
    }

    /// Wakes those who wait for events, here and elsewhere.
    pub(super) fn events_wait(&self) {
        self.events.notify_one();
        self.hint.notify_one();
    }

    /// The same for rows.
    pub(super) fn rows_wait(&self) {
        self.rows.notify_one();
        self.hint.notify_one();
    }

    pub(super) fn count(&self, change: i64) {
        self.waiting.fetch_add(change, Ordering::Relaxed);
    }

    /// Rows that were queued; those that leave are seen at the next look.
    pub(super) fn count_rows(&self, queued: i64) {
        self.rows_waiting.fetch_add(queued, Ordering::Relaxed);
    }
}

/// Makes a change on a connection of its own, again where it met another one, and gives up when it takes too long.
macro_rules! change {
    ($database:expr, $connection:ident, $body:expr) => {
        $crate::store::postgres::database::change!($database, connection, $connection, $body)
    };
    ($database:expr, $from:ident, $connection:ident, $body:expr) => {{
        let mut tries = $crate::store::postgres::database::Tries::default();
        loop {
            let once = async {
                let owned = $database.$from().await?;
                let $connection = &owned;
                let made: Result<_, $crate::store::postgres::fault::Fault> = async { $body }.await;
                owned.end(made).await
            };
            let made = tokio::time::timeout($database.patience, once).await;
            if let Some(made) = tries.ended(made).await {
                break made;
            }
        }
    }};
}
pub(super) use change;

/// How often a change was tried.
#[derive(Default)]
pub(super) struct Tries(u32);

impl Tries {
    /// How the change ended, or `None`, after a while, where it is to be tried again.
    pub(super) async fn ended<T>(
        &mut self,
        made: Result<Result<T, Fault>, Elapsed>,
    ) -> Option<Result<T, StoreError>> {
        self.0 += 1;
        match made {
            Ok(Ok(made)) => Some(Ok(made)),
            Ok(Err(Fault::Again(_))) if self.0 < TRIES => {
                // Full jitter, up to about half a second.
                let most = 2_000_u64 << self.0.min(8);
                sleep(Duration::from_micros(fastrand::u64(..most))).await;
                None
            }
            Ok(Err(fault)) => Some(Err(fault.into())),
            Err(_) => Some(Err(StoreError::Unavailable(
                "the server did not answer in time".to_owned(),
            ))),
        }
    }
}

/// Seconds for the statements; what is longer than a hundred years is a hundred years.
pub(super) fn seconds(time: Duration) -> f64 {
    time.as_secs_f64().min(3.2e9)
}

/// A connection that is given back only when it is known to be between transactions.
pub(super) struct Connection<'d> {
    object: Option<Object>,
    pub(super) sql: &'d Statements,
    pub(super) kept: &'d Kept,
}

impl Connection<'_> {
    fn object(&self) -> &Object {
        self.object
            .as_ref()
            .expect("the object leaves only when the connection is dropped")
    }

    pub(super) async fn query(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, Fault> {
        let statement = self.object().prepare_cached(sql).await?;
        Ok(self.object().query(&statement, params).await?)
    }

    pub(super) async fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<u64, Fault> {
        let statement = self.object().prepare_cached(sql).await?;
        Ok(self.object().execute(&statement, params).await?)
    }

    /// One statement by its text.
    pub(super) async fn plain(&self, sql: &str) -> Result<(), Fault> {
        Ok(self.object().batch_execute(sql).await?)
    }

    /// Begins a transaction.
    pub(super) async fn begin(&self) -> Result<(), Fault> {
        self.plain("BEGIN").await
    }

    /// Begins a transaction and locks the conversations, in one way to the server and back.
    pub(super) async fn begin_locked(&self, conversations: &[&[u8]]) -> Result<(), Fault> {
        let lock = self.object().prepare_cached(&self.sql.lock).await?;
        let params: [Param<'_>; 1] = [&conversations];
        let (begun, locked) = join(
            self.object().batch_execute("BEGIN"),
            self.object().execute(&lock, &params),
        )
        .await;
        begun?;
        locked?;
        Ok(())
    }

    /// Locks the conversations, makes one change to them and commits it, in one way to the server and back.
    pub(super) async fn locked(
        &self,
        conversations: &[&[u8]],
        sql: &str,
        params: &[Param<'_>],
    ) -> Result<Vec<Row>, Fault> {
        let object = self.object();
        let (lock, statement) =
            try_join(object.prepare_cached(&self.sql.lock), object.prepare_cached(sql)).await?;
        let to_lock: [Param<'_>; 1] = [&conversations];
        // The server takes them in this order. Where one fails, those behind it do too, and `COMMIT` undoes all.
        let (begun, locked, changed, committed) = join4(
            object.batch_execute("BEGIN"),
            object.execute(&lock, &to_lock),
            object.query(&statement, params),
            object.batch_execute("COMMIT"),
        )
        .await;
        begun?;
        locked?;
        let changed = changed?;
        committed?;
        Ok(changed)
    }

    pub(super) async fn commit(&self) -> Result<(), Fault> {
        self.plain("COMMIT").await
    }

    /// Leaves the transaction that failed.
    pub(super) async fn end<T>(mut self, made: Result<T, Fault>) -> Result<T, Fault> {
        if made.is_ok() || (!self.object().is_closed() && self.plain("ROLLBACK").await.is_ok()) {
            // Dropped on the way back to the pool.
            drop(self.object.take());
        }
        made
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        // Given up half way: nobody knows what the server still does on it.
        if let Some(object) = self.object.take() {
            drop(Object::take(object));
        }
    }
}

/// A shared handle.
pub(super) type Shared = Arc<Database>;
