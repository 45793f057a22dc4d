//! Writes to a SQLite store for the tests of power cuts: `disk-writer DIR FIRST END [SYNC]`.
//!
//! The events are numbered from FIRST until END. Where SYNC is given, the sync of that number fails.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64},
};

use messenger_disk_tests::{Fault, fail as fail_disk, workload};
use messenger_runtime::store::SqliteStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let _scenario = fail::FailScenario::setup();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (dir, first, end, sync) = match &arguments[..] {
        [dir, first, end] => (PathBuf::from(dir), first.parse()?, end.parse()?, None),
        [dir, first, end, sync] => (
            PathBuf::from(dir),
            first.parse()?,
            end.parse()?,
            Some(sync.parse()?),
        ),
        _ => return Err("usage: disk-writer DIR FIRST END [SYNC]".into()),
    };
    if let Some(sync) = sync {
        fail_disk(&dir, Fault::Sync, sync);
    }
    let store = Arc::new(SqliteStore::open(dir.join("bot.db")).await?);
    let next = Arc::new(AtomicU64::new(first));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (store, dir, next) = (Arc::clone(&store), dir.clone(), Arc::clone(&next));
            tokio::spawn(async move { workload::write(&*store, &dir, &next, end).await })
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    // The process ends without closing the store, as one that is cut off does.
    Ok(())
}
