//! Whether there is room for more.

use std::{sync::atomic::Ordering, time::Duration};

use tokio::{sync::Mutex, time::Instant};

use super::{database::Database, upkeep};
use crate::store::StoreError;

/// A full store is counted again no faster: each time reads both tables, and those who are refused come fast.
const AGAIN: Duration = Duration::from_millis(200);

pub(super) struct Room {
    /// How many events may wait, and half of how many rows.
    bound: i64,
    /// When it was last counted because it was full; locked while it is.
    counted: Mutex<Option<Instant>>,
}

impl Room {
    pub(super) fn new(bound: usize) -> Self {
        Self {
            bound: i64::try_from(bound).unwrap_or(i64::MAX),
            counted: Mutex::new(None),
        }
    }

    /// Whether `more` events fit.
    pub(super) async fn for_events(&self, database: &Database, more: usize) -> Result<(), StoreError> {
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        self.unless(database, || {
            let waiting = database.waiting.load(Ordering::Relaxed);
            waiting > 0 && waiting.saturating_add(more) > self.bound || self.has_many_rows(database)
        })
        .await
    }

    /// Whether rows outside of turns do.
    pub(super) async fn for_rows(&self, database: &Database) -> Result<(), StoreError> {
        self.unless(database, || self.has_many_rows(database)).await
    }

    /// Whether turns may make no more rows, for they leave more slowly than they come.
    fn has_many_rows(&self, database: &Database) -> bool {
        let rows = database.rows_waiting.load(Ordering::Relaxed);
        rows > 0 && rows >= self.bound.saturating_mul(2)
    }

    async fn unless(&self, database: &Database, full: impl Fn() -> bool) -> Result<(), StoreError> {
        if full()
            && let Ok(mut last) = self.counted.try_lock()
            && last.is_none_or(|last| last.elapsed() >= AGAIN)
        {
            // Others may have made room since.
            let counted = upkeep::recount(database).await;
            *last = Some(Instant::now());
            counted?;
        }
        if full() { Err(StoreError::Full) } else { Ok(()) }
    }
}
