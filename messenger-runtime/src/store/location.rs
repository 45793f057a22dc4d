//! Where a bot keeps what it keeps: `MESSENGER_STORE`.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc};

use secrecy::SecretString;

use super::{MemoryStore, Store};

/// Where a bot keeps its events, conversations and messages.
///
/// ```
/// use messenger_runtime::store::StoreLocation;
///
/// assert!(matches!("memory".parse(), Ok(StoreLocation::Memory)));
/// assert!(matches!("sqlite:/var/lib/shop/bot.db".parse(), Ok(StoreLocation::Sqlite(_))));
/// assert!(matches!("postgres://shop@db/shop".parse(), Ok(StoreLocation::Postgres(_))));
/// for none in ["mysql://db", "sqlite:", "sqlite::memory:", "sqlite://bot.db", "sqlite:bot.db?mode=memory"] {
///     assert!(none.parse::<StoreLocation>().is_err(), "{none}");
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum StoreLocation {
    /// `memory`: gone with the process.
    Memory,
    /// `sqlite:PATH`: a file, for one process. As in an address the path may have `//` before its own `/`
    /// (`sqlite:///var/lib/shop/bot.db`). It takes no parameters after a `?`, and `:memory:` is no path.
    Sqlite(PathBuf),
    /// `postgres://..` or `postgresql://..`: a database, for several processes. The address may hold a password.
    Postgres(SecretString),
}

/// The text names no store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownStore;

impl fmt::Display for UnknownStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a store is `sqlite:PATH` without parameters, `postgres://..`, or `memory`, which keeps nothing",
        )
    }
}

impl std::error::Error for UnknownStore {}

impl FromStr for StoreLocation {
    type Err = UnknownStore;

    fn from_str(text: &str) -> Result<Self, UnknownStore> {
        if text == "memory" {
            return Ok(Self::Memory);
        }
        match text.split_once(':') {
            Some(("sqlite", path)) => file(path).map(Self::Sqlite).ok_or(UnknownStore),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(SecretString::from(text)))
            }
            _ => Err(UnknownStore),
        }
    }
}

impl StoreLocation {
    /// Where it is, for people to read: no password, and nothing else of an address that may hold one.
    #[cfg(feature = "cli")]
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Memory => "memory".to_owned(),
            Self::Sqlite(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                format!("sqlite:{}", path.display())
            }
            Self::Postgres(url) => {
                use secrecy::ExposeSecret as _;
                let url = url::Url::parse(url.expose_secret()).ok();
                let place = url.as_ref().and_then(|url| Some((url.host_str()?, url.path())));
                place.map_or_else(
                    || "a PostgreSQL database".to_owned(),
                    |(host, path)| format!("postgres://{host}{path}"),
                )
            }
        }
    }
}

/// What `path` names, unless it has a meaning of its own for SQLite or in addresses.
fn file(path: &str) -> Option<PathBuf> {
    let path = match path.strip_prefix("//") {
        // What follows would be a host in an address.
        Some(path) if !path.starts_with('/') => return None,
        Some(path) => path,
        None => path,
    };
    let is_plain = !path.trim().is_empty() && !path.starts_with(':') && !path.contains('?');
    is_plain.then(|| path.into())
}

/// Why a store cannot be opened. No password is shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// This program was built without it (MSG610).
    #[error("MSG610: this program was built without the feature `{0}`, which its store needs")]
    NotBuilt(&'static str),
    /// Another process has the file (MSG611).
    #[error(
        "MSG611: {} is in use by another process; stop it, or give each bot a file of its own by MESSENGER_STORE", .0.display()
    )]
    Locked(PathBuf),
    /// The file is on a file system that several machines share (MSG612).
    #[error(
        "MSG612: {} is on a network file system ({kind}), where locks and writes cannot be relied on; \
         put it on a disk of this machine, or use PostgreSQL", path.display()
    )]
    NetworkFileSystem {
        /// The file.
        path: PathBuf,
        /// What kind of file system it is.
        kind: String,
    },
    /// The SQLite that this program was linked with is too old (MSG613).
    #[error("MSG613: SQLite {0} can damage files of this kind; build with 3.51.3 or newer")]
    OldSqlite(&'static str),
    /// A newer version of this program has changed the tables (MSG614).
    #[error(
        "MSG614: {store} has the tables of a newer version of this program ({found}, this one knows {known}); \
         run that version"
    )]
    Newer {
        /// The file, or the schema of the database.
        store: String,
        /// The version of its tables.
        found: i64,
        /// The newest version that this build knows.
        known: i64,
    },
    /// The file is damaged, or something else than a store (MSG615).
    #[error("MSG615: {} cannot be used: {what}; move it away, or put a copy of the store in its place", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The file cannot be made, opened or kept from others (MSG616).
    #[error("MSG616: {} cannot be made or opened: {error}; see who owns the directory and whether there is room", path.display())]
    CannotCreate {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// The thread of the store cannot be started (MSG619).
    #[error("MSG619: the thread of the store cannot be started: {0}")]
    Thread(#[source] std::io::Error),
    /// The server of the store cannot be reached, or refuses the log-in (MSG617).
    #[error(
        "MSG617: the store's server cannot be reached: {0}; check the address, the password and that it runs"
    )]
    Unreachable(String),
    /// The server is too old, takes no writes, or the settings do not suit it (MSG618).
    #[error("MSG618: the store's server cannot be used: {0}")]
    Unfit(String),
}

#[cfg(feature = "sqlite")]
impl OpenError {
    /// What an error of SQLite means for a file that is being opened.
    pub(super) fn from_sqlite(path: &std::path::Path, error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked(path),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                path,
                what: error.to_string(),
            },
            Some(_) => Self::CannotCreate {
                path,
                error: std::io::Error::other(error.to_string()),
            },
            None => Self::Damaged {
                path,
                what: error.to_string(),
            },
        }
    }
}

/// Opens the store at `location`, with room for `queue_limit` events that wait.
pub(crate) async fn open(location: &StoreLocation, queue_limit: usize) -> Result<Arc<dyn Store>, OpenError> {
    match location {
        StoreLocation::Memory => Ok(Arc::new(MemoryStore::new().queue_bound(queue_limit))),
        #[cfg(feature = "sqlite")]
        StoreLocation::Sqlite(path) => {
            let store = super::SqliteStore::at(path).queue_bound(queue_limit);
            Ok(Arc::new(store.open().await?))
        }
        #[cfg(not(feature = "sqlite"))]
        StoreLocation::Sqlite(_) => Err(OpenError::NotBuilt("sqlite")),
        #[cfg(feature = "postgres")]
        StoreLocation::Postgres(url) => {
            use secrecy::ExposeSecret as _;
            let options = super::PostgresStore::at(url.expose_secret()).queue_bound(queue_limit);
            Ok(Arc::new(options.connect().await?))
        }
        #[cfg(not(feature = "postgres"))]
        StoreLocation::Postgres(_) => Err(OpenError::NotBuilt("postgres")),
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_without_its_password() {
        for (location, shown) in [
            ("memory", "memory"),
            ("sqlite:/var/lib/shop/bot.db", "sqlite:/var/lib/shop/bot.db"),
            ("sqlite:///var/lib/shop/bot.db", "sqlite:/var/lib/shop/bot.db"),
            (
                "postgres://shop:canary@db.example:5432/shop?password=canary",
                "postgres://db.example/shop",
            ),
            ("postgres://shop:canary@a:1,b:2/shop", "a PostgreSQL database"),
        ] {
            let location: StoreLocation = location.parse().unwrap();
            assert_eq!(location.shown(), shown);
        }
    }
}
