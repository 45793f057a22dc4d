//! Where a bot under measurement keeps its events.

use std::{
    fs, io,
    path::PathBuf,
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
};

/// What a bot is told by `MESSENGER_STORE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Store {
    #[default]
    Memory,
    /// A file, a new one for each start.
    Sqlite,
    /// A server, which the bot knows by this address.
    Postgres(String),
}

impl FromStr for Store {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        match given {
            "memory" => Ok(Self::Memory),
            "sqlite" => Ok(Self::Sqlite),
            _ if given.starts_with("postgres://") => Ok(Self::Postgres(given.to_owned())),
            _ => Err("expected memory, sqlite or postgres://..".to_owned()),
        }
    }
}

/// A folder for the file of one start, removed when dropped.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes it beside this program: folders for temporary files may be in memory, where no write is durable.
    pub(crate) fn new() -> Result<Self, io::Error> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let program = std::env::current_exe()?;
        let beside = program.parent().unwrap_or(&program);
        let folder = beside.join(format!("load-{}-{number}", std::process::id()));
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("bot.db")
    }

    /// How many bytes the database and its write-ahead log take.
    pub(crate) fn sizes(&self) -> Result<(u64, u64), io::Error> {
        let database = fs::metadata(self.database())?.len();
        let log = fs::metadata(self.0.join("bot.db-wal"))?.len();
        Ok((database, log))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is in the build folder, and goes with it.
        let _left = fs::remove_dir_all(&self.0);
    }
}
