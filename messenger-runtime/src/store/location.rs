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
/// assert!("mysql://db".parse::<StoreLocation>().is_err());
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum StoreLocation {
    /// `memory`: gone with the process.
    Memory,
    /// `sqlite:PATH`: a file, for one process.
    Sqlite(PathBuf),
    /// `postgres://..` or `postgresql://..`: a database, for several processes. The address may hold a password.
    Postgres(SecretString),
}

/// The text names no store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownStore;

impl fmt::Display for UnknownStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a store is `sqlite:PATH`, `postgres://..` or `memory`")
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
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(SecretString::from(text)))
            }
            _ => Err(UnknownStore),
        }
    }
}

/// Why a store cannot be opened. No password is shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// This program was built without it (MSG610).
    #[error("MSG610: this program was built without the feature `{0}`, which its store needs")]
    NotBuilt(&'static str),
}

/// Opens the store at `location`, with room for `queue_limit` events that wait.
pub(crate) async fn open(location: &StoreLocation, queue_limit: usize) -> Result<Arc<dyn Store>, OpenError> {
    match location {
        StoreLocation::Memory => Ok(Arc::new(MemoryStore::new().queue_bound(queue_limit))),
        StoreLocation::Sqlite(_) => Err(OpenError::NotBuilt("sqlite")),
        StoreLocation::Postgres(_) => Err(OpenError::NotBuilt("postgres")),
    }
}
