//! How a store in PostgreSQL is set up.

use std::{fmt, time::Duration};

use secrecy::SecretString;

use super::PostgresStore;
use crate::store::OpenError;

/// A [`PostgresStore`] to be opened; see there for what each setting means.
#[must_use]
pub struct PostgresOptions {
    pub(super) url: SecretString,
    pub(super) schema: String,
    pub(super) lease: Duration,
    pub(super) pool_size: usize,
    pub(super) listen: bool,
    pub(super) duplicate_window: Duration,
    pub(super) queue_bound: usize,
    pub(super) dead_letters: usize,
    pub(super) dead_letters_for: Duration,
    pub(super) patience: Duration,
}

impl PostgresOptions {
    pub(super) fn new(url: SecretString) -> Self {
        Self {
            url,
            schema: "messenger".to_owned(),
            lease: Duration::from_secs(30),
            pool_size: 8,
            listen: true,
            duplicate_window: Duration::from_secs(7 * 24 * 3600),
            queue_bound: 10_000,
            dead_letters: 10_000,
            dead_letters_for: Duration::from_secs(30 * 24 * 3600),
            patience: Duration::from_secs(10),
        }
    }

    /// The schema in which the tables are, `messenger` unless told otherwise: 1 to 40 of `a` to `z`, `0` to `9` and `_`,
    /// not beginning with a digit. It is made where it is missing.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = schema.into();
        self
    }

    /// How long turns and rows are leased unless renewed: 30 seconds unless told otherwise, at least 100 ms. What a node
    /// that died was at work on waits as long.
    pub fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease.max(Duration::from_millis(100));
        self
    }

    /// How many connections this node keeps at most, 8 unless told otherwise, at least 2. One more is for the hints.
    pub fn pool_size(mut self, connections: usize) -> Self {
        self.pool_size = connections.max(2);
        self
    }

    /// Whether the nodes tell each other by `LISTEN` and `NOTIFY` that something waits: yes unless told otherwise.
    /// Without it, or where the server has no such thing, what another node cannot handle itself is found within half
    /// a second. Poolers in transaction mode need `false`.
    pub fn listen(mut self, listen: bool) -> Self {
        self.listen = listen;
        self
    }

    /// For how long an event is known as a duplicate when it comes again: 7 days unless told otherwise.
    pub fn duplicate_window(mut self, window: Duration) -> Self {
        self.duplicate_window = window;
        self
    }

    /// How many events may wait, in the queues of all nodes together, before [`StoreError::Full`]: 10,000 unless told
    /// otherwise. Each node counts its own and looks at the whole about once a second, so that several nodes
    /// may go beyond it by what they take in that second. Room that others made is seen within a fifth of a second.
    ///
    /// Where twice as many outgoing rows wait, nothing is taken in either until some have left, nor are rows
    /// [queued](crate::store::Store::enqueue) outside a turn. Those of turns always are.
    ///
    /// [`StoreError::Full`]: crate::store::StoreError::Full
    pub fn queue_bound(mut self, events: usize) -> Self {
        self.queue_bound = events;
        self
    }

    /// How many dead letters are kept, and for how long: the last 10,000 of all nodes together, each for 30 days, unless
    /// told otherwise. Those beyond are deleted within half a minute, with a warning in the log.
    pub fn dead_letters(mut self, number: usize, kept_for: Duration) -> Self {
        self.dead_letters = number;
        self.dead_letters_for = kept_for;
        self
    }

    /// After how long a connection, a statement or a try of a change is given up: 10 seconds unless told otherwise. Opening
    /// the store is given up after six times as long, with what a new version changes in the tables.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.patience = timeout.max(Duration::from_millis(100));
        self
    }

    /// Connects, checks the server and brings the tables up to date.
    ///
    /// # Errors
    ///
    /// [`OpenError::Unreachable`], [`OpenError::Unfit`], [`OpenError::Newer`].
    pub async fn connect(self) -> Result<PostgresStore, OpenError> {
        PostgresStore::open(self).await
    }
}

/// Whether a schema's name needs no quoting and leaves room for what is added to it.
pub(super) fn is_name(schema: &str) -> bool {
    let mut bytes = schema.bytes();
    (1..=40).contains(&schema.len())
        && bytes
            .next()
            .is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("schema", &self.schema)
            .field("lease", &self.lease)
            .field("pool_size", &self.pool_size)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}
