//! The cases that every engine passes.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::rig::Directory;
use crate::store::{
    SqliteStore,
    conformance::{self, Bench, Options},
};

/// Stores in directories of their own.
#[derive(Default)]
struct Files {
    directories: Mutex<HashMap<std::path::PathBuf, Directory>>,
    reopened: AtomicUsize,
}

impl Bench for std::sync::Arc<Files> {
    type Store = SqliteStore;

    async fn fresh(&self) -> SqliteStore {
        let directory = Directory::new();
        let file = directory.file();
        self.directories.lock().unwrap().insert(file.clone(), directory);
        SqliteStore::open(file).await.unwrap()
    }

    async fn bounded(&self, events: usize) -> Option<SqliteStore> {
        let directory = Directory::new();
        let options = SqliteStore::at(directory.file()).queue_bound(events);
        self.directories
            .lock()
            .unwrap()
            .insert(directory.file(), directory);
        Some(options.open().await.unwrap())
    }

    async fn reopen(&self, store: SqliteStore) -> Option<SqliteStore> {
        let file = store.settings.path.clone();
        drop(store);
        self.reopened.fetch_add(1, Ordering::Relaxed);
        Some(SqliteStore::open(file).await.unwrap())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_clause_of_the_contract_holds() {
    let files = std::sync::Arc::new(Files::default());
    let report = conformance::run(std::sync::Arc::clone(&files), Options::default()).await;
    report.assert();
    assert!(files.reopened.load(Ordering::Relaxed) > 0, "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_histories_are_those_of_the_model() {
    let files = std::sync::Arc::new(Files::default());
    conformance::histories(files, Options::default(), 100, 1)
        .await
        .assert();
}
