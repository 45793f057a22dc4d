//! The store of several nodes: PostgreSQL.
//!
//! # Databases that speak PostgreSQL's language
//!
//! All tests run on PostgreSQL. CockroachDB and YugabyteDB have not been tried: what the table says of them comes from the
//! pages below it, and where none of these speaks of it, from what is commonly known.
//!
//! | used | CockroachDB | YugabyteDB |
//! |---|---|---|
//! | `FOR UPDATE SKIP LOCKED` | from 22.2 | yes |
//! | `INSERT .. ON CONFLICT`, `RETURNING`, `UPDATE .. FROM`, `DELETE .. USING` | yes | yes |
//! | `unnest` of several arrays `WITH ORDINALITY` | from 20.1 | yes |
//! | `WITH` that changes data | each table once in a statement, as all here do | yes |
//! | partial indexes, `CREATE .. IF NOT EXISTS` | yes | yes |
//! | read committed | from 24.1, else serializable: changes that meet fail with 40001, at `COMMIT` too | by a flag of the server, else snapshots, the same |
//! | `CREATE TABLE` in a transaction | commits what came before it | a transaction of its own |
//! | `SET LOCAL`, `lock_timeout` | from 21.2 | yes, the second one without effect before 2.25.2 |
//! | `LISTEN`, `NOTIFY` | none | from 2025.2.3 |
//!
//! So a change is made again after 40001 wherever it came; a migration may stop and be begun again at any statement; and
//! without `LISTEN` the nodes look every half second. Advisory locks, sequences, storage parameters, triggers and extensions
//! are not used: leases are rows, and the numbers of dead letters come from a row, too.
//!
//! * <https://www.cockroachlabs.com/docs/stable/postgresql-compatibility>
//! * <https://www.cockroachlabs.com/docs/stable/session-variables>
//! * <https://www.cockroachlabs.com/docs/stable/set-vars>
//! * <https://github.com/cockroachdb/cockroach/pull/41557>, <https://github.com/cockroachdb/docs/issues/14770>
//! * <https://docs.yugabyte.com/stable/explore/transactions>
//! * <https://docs.yugabyte.com/stable/api/ysql/the-sql-language/statements/cmd_listen_notify/>
//! * <https://github.com/yugabyte/yugabyte-db/releases/tag/2.25.2.0-b321>

mod append;
mod batch;
mod claims;
mod connect;
mod database;
mod echoes;
mod enqueue;
mod fault;
mod handed;
mod kept;
mod name;
mod options;
mod people;
mod room;
mod sends;
mod statements;
mod turns;
mod upkeep;
mod waiting;

use std::{
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

pub use options::PostgresOptions;
use secrecy::SecretString;
use tokio::{sync::Notify, task::AbortHandle, time::Instant};

use self::{
    append::Append,
    batch::Batches,
    database::{Database, change},
    kept::Kept,
    room::Room,
    sends::{Settle, Unanswered},
    statements::Statements,
    turns::Commit,
};
use super::{
    Accepted, Backlog, Claim, Committed, Conversation, DeadLetter, DeadLetters, Dossier, Enqueue, Enqueued,
    Lease, Lost, NewEvent, OpenError, Replayed, Row, Settled, Settlement, Store, StoreError, Turn,
};
use crate::{BoxFuture, event::Object};

/// Keeps everything in a PostgreSQL database, for any number of nodes.
///
/// ```no_run
/// use std::time::Duration;
///
/// use messenger_runtime::store::PostgresStore;
///
/// # async fn open() -> Result<(), messenger_runtime::store::OpenError> {
/// let store = PostgresStore::connect("postgres://shop:secret@db.example/shop?sslmode=require").await?;
///
/// let other = PostgresStore::at("postgres:///shop?host=/var/run/postgresql")
///     .schema("shop_bot")
///     .lease(Duration::from_secs(10))
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// **Servers**: PostgreSQL 14 or later, the primary alone. The tables are made and brought up to date when the store
/// is opened, in a schema of their own, by one node at a time; a schema that a newer version has made is refused.
///
/// **Encryption**, by the `sslmode` of the address: `disable` uses none. `prefer`, the default, encrypts where the
/// server offers it, and goes on in plain text where it does not. `require` refuses such a server. Whenever TLS is used,
/// the certificate must be valid for the host name and signed by an authority that the operating system trusts
/// (on Linux also one in the file that `SSL_CERT_FILE` names): `require` verifies what `verify-full` does elsewhere, and both
/// words are taken. Over a Unix socket there is no TLS.
///
/// **Durability**: `synchronous_commit` is never `off` for this store. Where the server fails over to a standby that does not
/// commit synchronously, what it had not yet passed on is lost with the primary.
///
/// **Leases** are counted on the server's clock alone. A suspect is leased one at a time for each call of
/// [`claim`](Store::claim), so that several nodes may each have one.
///
/// **Duplicates** are known for 7 days; of dead letters the last 10,000 are kept, each for 30 days. When somebody last opened a conversation is known for 8
/// days where nothing else is kept of it.
///
/// **Erased** rows leave the database's files when `VACUUM` has come by and their space is used again; `VACUUM FULL` or
/// `pg_repack` does so at once. Write-ahead logs, replicas and backups keep them as long as they are kept.
pub struct PostgresStore {
    database: Arc<Database>,
    appends: Batches<Append>,
    commits: Batches<Commit>,
    settles: Batches<Settle>,
    room: Room,
    schema: String,
    fired: Mutex<Option<Instant>>,
    tasks: Vec<AbortHandle>,
}

impl PostgresStore {
    /// Opens the store at a `postgres://` address, with the settings of [`at`](Self::at).
    ///
    /// # Errors
    ///
    /// [`OpenError::Unreachable`], [`OpenError::Unfit`], [`OpenError::Newer`].
    pub async fn connect(url: impl Into<String>) -> Result<Self, OpenError> {
        Self::at(url).connect().await
    }

    /// A store at a `postgres://` address, to be set up and then [connected](PostgresOptions::connect).
    pub fn at(url: impl Into<String>) -> PostgresOptions {
        PostgresOptions::new(SecretString::from(url.into()))
    }

    /// The schema in which its tables are.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }

    async fn open(options: PostgresOptions) -> Result<Self, OpenError> {
        if !options::is_name(&options.schema) {
            return Err(OpenError::Unfit(
                "its schema needs a name of 1 to 40 of a-z, 0-9 and _, not beginning with a digit".to_owned(),
            ));
        }
        let config = connect::config(&options.url, options.patience)?;
        let tls = connect::tls()?;
        connect::prepare(&config, &tls, &options).await?;
        let database = Arc::new(Database {
            pool: connect::pool(&config, &tls, &options)?,
            sql: Statements::new(&options.schema),
            kept: Kept::new(&options.schema),
            lease: options.lease,
            patience: options.patience,
            holder: fastrand::i64(1..),
            events: Notify::new(),
            rows: Notify::new(),
            hint: Notify::new(),
            waiting: AtomicI64::new(0),
            rows_waiting: AtomicI64::new(0),
            unanswered: Unanswered::default(),
            closed: AtomicBool::new(false),
        });
        let counted = upkeep::recount(&database).await;
        counted.map_err(|error| OpenError::Unreachable(error.to_string()))?;
        let bounds = upkeep::Bounds {
            window: options.duplicate_window,
            dead_for: options.dead_letters_for,
            dead: i64::try_from(options.dead_letters).unwrap_or(i64::MAX),
        };
        let keep = upkeep::keep(Arc::clone(&database), bounds);
        let mut tasks = vec![tokio::spawn(keep).abort_handle()];
        if options.listen {
            let channel = format!("{}_waits", options.schema);
            let hint = upkeep::hint(Arc::clone(&database), config, tls, channel);
            tasks.push(tokio::spawn(hint).abort_handle());
        }
        Ok(Self {
            appends: Batches::start(&database),
            commits: Batches::start(&database),
            settles: Batches::start(&database),
            room: Room::new(options.queue_bound),
            schema: options.schema,
            fired: Mutex::new(None),
            database,
            tasks,
        })
    }

    /// Keeps events, or where there is no room settles the echoes among them: with the next delivery they would come too
    /// late.
    async fn append_where_room(&self, events: Vec<NewEvent>, claim: usize) -> Result<Accepted, StoreError> {
        let more = events.len();
        let append = Append::new(events, claim);
        let echoes = append.echoes();
        let kept = match self.room.for_events(&self.database, more).await {
            Ok(()) => self.appends.call(append).await,
            Err(full) => Err(full),
        };
        if let Err(StoreError::Full | StoreError::NoSpace(_)) = kept {
            echoes::settle_alone(&self.database, &echoes).await;
        }
        kept
    }

    async fn renew_now(&self, turns: Vec<Lease>, rows: Vec<Row>) -> Result<Lost, StoreError> {
        let turn_names: Vec<Vec<u8>> = turns
            .iter()
            .map(|lease| name::encode(&lease.conversation))
            .collect();
        let turn_epochs: Vec<i64> = turns.iter().map(|lease| turns::epoch_in(lease.epoch)).collect();
        let row_names: Vec<Vec<u8>> = rows.iter().map(|row| name::encode(&row.conversation)).collect();
        let row_epochs: Vec<i64> = rows.iter().map(|row| turns::epoch_in(row.epoch)).collect();
        let lease = self.database.lease_secs();
        let (held_turns, held_rows) = change!(self.database, connection, {
            let names: Vec<&[u8]> = turn_names.iter().chain(&row_names).map(Vec::as_slice).collect();
            let sql = connection.sql;
            connection.begin_locked(&names).await?;
            let turns = connection
                .query(&sql.renew_turns, &[&turn_names, &turn_epochs, &lease])
                .await?;
            let rows = connection
                .query(&sql.renew_rows, &[&row_names, &row_epochs, &lease])
                .await?;
            connection.commit().await?;
            let ids = |rows: Vec<tokio_postgres::Row>| -> Vec<Vec<u8>> {
                rows.iter().map(|row| row.get(0)).collect()
            };
            Ok((ids(turns), ids(rows)))
        })?;
        let lost = |name: &Vec<u8>, held: &[Vec<u8>]| !held.contains(name);
        Ok(Lost {
            turns: (turns.into_iter().zip(&turn_names))
                .filter(|(_, name)| lost(name, &held_turns))
                .map(|(lease, _)| lease)
                .collect(),
            rows: (rows.iter().zip(&row_names))
                .filter(|(_, name)| lost(name, &held_rows))
                .map(|(row, _)| Arc::clone(&row.new.key))
                .collect(),
        })
    }

    async fn hasten_now(&self, page: Vec<u8>) -> Result<(), StoreError> {
        // People of the page are named `page/..`: all that sorts from there to the character behind the slash.
        let (from, to) = ([&*page, b"/"].concat(), [&*page, b"0"].concat());
        change!(self.database, connection, {
            connection
                .execute(&connection.sql.hasten, &[&page, &from, &to])
                .await
        })?;
        self.database.rows_wait();
        Ok(())
    }

    async fn close_now(&self) -> Result<(), StoreError> {
        self.stop();
        if self.database.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let holder = self.database.holder;
        let freed = change!(self.database, any_connection, connection, {
            let sql = connection.sql;
            connection.execute(&sql.free_turns, &[&holder]).await?;
            connection.execute(&sql.free_rows, &[&holder]).await
        });
        self.database.pool.close();
        freed.map(drop)
    }

    fn stop(&self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Store for PostgresStore {
    fn lease(&self) -> Option<Duration> {
        Some(self.database.lease)
    }

    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        Box::pin(async move {
            if events.is_empty() {
                return Ok(Accepted::default());
            }
            self.append_where_room(events, claim).await
        })
    }

    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        Box::pin(self.claim_when_due(limit, suspects))
    }

    fn renew(&self, turns: Vec<Lease>, rows: Vec<Row>) -> BoxFuture<'_, Result<Lost, StoreError>> {
        Box::pin(self.renew_now(turns, rows))
    }

    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(async move {
            let committed = self.commits.call(Commit::new(turn)).await?;
            committed.ok_or(StoreError::LeaseLost)
        })
    }

    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { claims::release(&self.database, &lease, tried).await })
    }

    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        Box::pin(async move {
            if enqueue.turn.is_none() {
                self.room.for_rows(&self.database).await?;
            }
            enqueue::enqueue(&self.database, &enqueue).await
        })
    }

    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        Box::pin(self.claim_outbox_when_due(limit))
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        Box::pin(self.settles.call(Settle::new(row, settlement)))
    }

    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.hasten_now(name::of_page(object, page)))
    }

    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        Box::pin(async move { people::dead_letters(&self.database, &which).await })
    }

    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        Box::pin(people::dead_letter(&self.database, id))
    }

    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        Box::pin(people::replay(&self.database, id))
    }

    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(people::discard(&self.database, id))
    }

    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        let conversation = conversation.clone();
        Box::pin(async move { people::dossier(&self.database, &conversation).await })
    }

    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        let conversation = conversation.clone();
        Box::pin(async move { people::erase(&self.database, &conversation).await })
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        Box::pin(people::backlog(&self.database))
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            upkeep::recount(&self.database).await?;
            self.room.for_events(&self.database, 1).await
        })
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.close_now())
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("schema", &self.schema)
            .field("lease", &self.database.lease)
            .field("about_waiting", &self.database.waiting)
            .finish_non_exhaustive()
    }
}
