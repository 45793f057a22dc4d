//! Work that is done once for all who ask for it at the same time.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use futures_util::{
    FutureExt as _,
    future::{Shared, WeakShared},
};

use super::GraphError;
use crate::BoxFuture;

type Flight<T> = BoxFuture<'static, Result<T, GraphError>>;
type UnderWay<T> = HashMap<(String, String), WeakShared<Flight<T>>>;

/// What is under way, by page and key. It goes on while anybody waits for it.
pub(super) struct Flights<T: Clone>(Mutex<UnderWay<T>>);

impl<T: Clone> Default for Flights<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Flights<T> {
    /// What is under way for this page and key, or else a new flight.
    pub(super) fn join(&self, page: &str, key: &str, begin: impl FnOnce() -> Flight<T>) -> Shared<Flight<T>> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, flight| flight.upgrade().is_some());
        let key = (page.to_owned(), key.to_owned());
        if let Some(flight) = flights.get(&key).and_then(WeakShared::upgrade) {
            return flight;
        }
        let flight = begin().shared();
        if let Some(weak) = flight.downgrade() {
            flights.insert(key, weak);
        }
        flight
    }
}
