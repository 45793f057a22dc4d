//! Where the time of day comes from, so that tests own it.

use std::{fmt, time::SystemTime};

/// The time of day.
///
/// Deadlines and waits follow [`tokio::time`], which tests can pause; this is for everything that is
/// compared with a timestamp of the platform.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> SystemTime;
}

/// The clock of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}
