//! The store that `MESSENGER_STORE` names, with the leases of the rig.

use std::{env, sync::Arc, time::Duration};

use messenger_runtime::store::{MemoryStore, PostgresStore, SqliteStore, Store, StoreLocation};

use crate::Problem;

/// Opens it.
pub(crate) async fn open() -> Result<Arc<dyn Store>, Problem> {
    let location = env::var("MESSENGER_STORE")?;
    Ok(match location.parse()? {
        StoreLocation::Memory => Arc::new(MemoryStore::new()),
        StoreLocation::Sqlite(path) => Arc::new(SqliteStore::at(path).open().await?),
        StoreLocation::Postgres(_) => {
            let lease = Duration::from_millis(env::var("CRASH_LEASE_MS")?.parse()?);
            Arc::new(PostgresStore::at(&location).lease(lease).connect().await?)
        }
        other => return Err(format!("{other:?} is no store of this bot").into()),
    })
}
