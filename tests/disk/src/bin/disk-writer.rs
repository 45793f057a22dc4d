//! Writes to a SQLite store for the test of power cuts: `disk-writer DIR EVENTS`.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64},
};

use messenger_disk_tests::workload;
use messenger_runtime::store::SqliteStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let _scenario = fail::FailScenario::setup();
    let mut arguments = std::env::args().skip(1);
    let (Some(dir), Some(events)) = (arguments.next(), arguments.next()) else {
        return Err("usage: disk-writer DIR EVENTS".into());
    };
    let (dir, events) = (PathBuf::from(dir), events.parse()?);
    let store = Arc::new(SqliteStore::open(dir.join("bot.db")).await?);
    let next = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (store, dir, next) = (Arc::clone(&store), dir.clone(), Arc::clone(&next));
            tokio::spawn(async move { workload::write(&*store, &dir, &next, events).await })
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    // The process ends without closing the store, as one that is cut off does.
    Ok(())
}
