//! What can be set about a store in a file.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock, mpsc},
    time::Duration,
};

use super::{
    SqliteStore,
    engine::{Ahead, Engine},
    file,
    reader::Readers,
    schema,
    writer::{Waiting, Writer},
};
use crate::{Clock, SystemClock, store::OpenError};

/// Settings of a [`SqliteStore`], about to be opened. Made by [`SqliteStore::at`].
#[derive(Debug, Clone)]
#[must_use = "settings do nothing until the store is opened"]
pub struct SqliteOptions(Settings);

/// The settings, as every part of the store reads them.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) path: PathBuf,
    pub(super) duplicate_window: Duration,
    pub(super) queue_bound: usize,
    pub(super) free_space: u64,
    pub(super) dead_letters: u64,
    pub(super) dead_letters_for: Duration,
    pub(super) any_file_system: bool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) clock_is_ahead: Ahead,
}

impl Settings {
    /// From how many rows on nothing is taken that may bring more.
    pub(super) fn row_bound(&self) -> usize {
        self.queue_bound.saturating_mul(2).max(1)
    }
}

impl SqliteOptions {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(Settings {
            path,
            duplicate_window: Duration::from_secs(7 * 24 * 60 * 60),
            queue_bound: 100_000,
            free_space: 64 << 20,
            dead_letters: 10_000,
            dead_letters_for: Duration::from_secs(30 * 24 * 60 * 60),
            any_file_system: false,
            clock: Arc::new(SystemClock),
            clock_is_ahead: Ahead::default(),
        })
    }

    /// For how long an event is known as a duplicate when it comes again, and for twice as long at most.
    /// Default: 7 days. A key takes about 30 bytes of the file.
    pub fn duplicate_window(mut self, window: Duration) -> Self {
        self.0.duplicate_window = window;
        self
    }

    /// How many events may wait before [`StoreError::Full`](crate::store::StoreError::Full), and half of how many
    /// messages to send: where twice as many wait, neither events nor messages from outside a turn are taken.
    /// Default: 100,000.
    pub fn queue_bound(mut self, events: usize) -> Self {
        self.0.queue_bound = events;
        self
    }

    /// How many bytes of the disk have to be free for new events to be taken; below it they are refused with
    /// [`StoreError::NoSpace`](crate::store::StoreError::NoSpace), while what waits is still handled and sent.
    /// Default: 64 MiB, to which the log may grow meanwhile. It is looked at once a second.
    pub fn free_space(mut self, bytes: u64) -> Self {
        self.0.free_space = bytes;
        self
    }

    /// How many dead letters are kept, and for how long. Default: 10,000 for 30 days.
    pub fn dead_letters(mut self, number: usize, kept_for: Duration) -> Self {
        self.0.dead_letters = number as u64;
        self.0.dead_letters_for = kept_for;
        self
    }

    /// Opens the file on whatever file system it is, also where the locks of this kind are known to fail or
    /// their writes not to be durable. Only for those that are told to be remote and are not.
    pub fn any_file_system(mut self) -> Self {
        self.0.any_file_system = true;
        self
    }

    /// The time of day. Default: the system's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.0.clock = clock;
        self
    }

    /// Opens the store; the file and its directory are made where they are missing.
    ///
    /// After a stop without [`close`](crate::store::Store::close) the file is looked through for damage,
    /// which takes about a second for each gigabyte, and what its log holds is written to the disk anew: some
    /// of it may never have got there. That waits 10 seconds for programs that read the file.
    ///
    /// # Errors
    ///
    /// [`OpenError`], for every reason that it names.
    pub async fn open(self) -> Result<SqliteStore, OpenError> {
        let opened = tokio::task::spawn_blocking(move || open(self.0)).await;
        opened.unwrap_or_else(|panic| Err(OpenError::Thread(std::io::Error::other(panic))))
    }
}

fn open(mut settings: Settings) -> Result<SqliteStore, OpenError> {
    // Options may be opened more than once, and each store has its own.
    settings.clock_is_ahead = Ahead::default();
    let (lock, path) = file::prepare(&settings.path, settings.any_file_system)?;
    settings.path = path;
    let conn = schema::writer(&settings.path)?;
    schema::migrate(&conn, &settings.path)?;
    file::sync_directory(&settings.path)?;
    let settings = Arc::new(settings);
    let broken = |error: rusqlite::Error| OpenError::from_sqlite(&settings.path, &error);
    let engine = Engine::new(conn, Arc::clone(&settings)).map_err(broken)?;
    let (tell, inbox) = mpsc::channel();
    let failed = Arc::new(OnceLock::new());
    let writer = Writer {
        engine,
        inbox,
        back: tell.clone(),
        broken: Arc::clone(&failed),
        _lock: lock,
        waiting: Waiting::default(),
    };
    let thread = std::thread::Builder::new()
        .name("messenger-store".to_owned())
        .spawn(move || writer.run())
        .map_err(OpenError::Thread)?;
    Ok(SqliteStore::new(
        tell,
        failed,
        Readers::new(settings.path.clone()),
        settings,
        thread,
    ))
}
