//! How much room the disk has.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use crate::store::StoreError;

/// For how long an answer of the file system holds.
const HOLDS: Duration = Duration::from_secs(1);

/// Asks the file system for room, about once a second.
#[derive(Debug)]
pub(super) struct Space {
    path: PathBuf,
    at_least: u64,
    known: Option<(Instant, Result<(), StoreError>)>,
}

impl Space {
    pub(super) fn new(path: PathBuf, at_least: u64) -> Self {
        Self {
            path,
            at_least,
            known: None,
        }
    }

    /// Whether there is as much room as there has to be.
    pub(super) fn enough(&mut self) -> Result<(), StoreError> {
        if let Some((when, known)) = &self.known
            && when.elapsed() < HOLDS
        {
            return known.clone();
        }
        let found = self.ask();
        self.known = Some((Instant::now(), found.clone()));
        found
    }

    fn ask(&self) -> Result<(), StoreError> {
        match free(&self.path) {
            Some(free) if free < self.at_least => Err(StoreError::NoSpace(format!(
                "{} MiB free, at least {} wanted",
                free >> 20,
                self.at_least >> 20
            ))),
            // Where the file system does not tell, its own refusal has to do.
            _ => Ok(()),
        }
    }
}

#[cfg(unix)]
fn free(path: &std::path::Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free(_path: &std::path::Path) -> Option<u64> {
    None
}
