//! The store that `MESSENGER_STORE` names, with the leases of the rig.

use std::{env, sync::Arc, time::Duration};

use messenger_runtime::store::{MemoryStore, PostgresStore, SqliteStore, Store, StoreLocation};

use crate::Problem;

/// How many dead letters are kept, and for how long: all that a run makes, since each is counted.
const DEAD_LETTERS: (usize, Duration) = (1_000_000, Duration::from_hours(24));

/// Opens it.
pub(crate) async fn open() -> Result<Arc<dyn Store>, Problem> {
    let location = env::var("MESSENGER_STORE")?;
    let (letters, kept_for) = DEAD_LETTERS;
    Ok(match location.parse()? {
        StoreLocation::Memory => Arc::new(MemoryStore::new()),
        StoreLocation::Sqlite(path) => {
            let options = SqliteStore::at(path).dead_letters(letters, kept_for);
            Arc::new(options.open().await?)
        }
        StoreLocation::Postgres(_) => {
            let lease = Duration::from_millis(env::var("CRASH_LEASE_MS")?.parse()?);
            let options = PostgresStore::at(&location)
                .lease(lease)
                .dead_letters(letters, kept_for);
            Arc::new(options.connect().await?)
        }
        other => return Err(format!("{other:?} is no store of this bot").into()),
    })
}
