//! A bounded cache of profiles, in which everything grows old.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Profile;
use crate::graph::{GraphError, bounded::Bounded};

type Known = Result<Arc<Profile>, GraphError>;
/// Page and person.
type Key = (Arc<str>, Arc<str>);

pub(in crate::graph) struct ProfileCache {
    keep: Duration,
    keep_failed: Duration,
    entries: Mutex<Entries>,
}

type Entries = Bounded<Key, (Instant, Known)>;

impl Default for ProfileCache {
    fn default() -> Self {
        Self::new(Duration::from_hours(1), Duration::from_mins(1), 10_000)
    }
}

impl ProfileCache {
    pub(in crate::graph) fn new(keep: Duration, keep_failed: Duration, people: usize) -> Self {
        Self {
            keep,
            keep_failed,
            entries: Mutex::new(Bounded::new(people)),
        }
    }

    pub(super) fn get(&self, page: &Arc<str>, psid: &str) -> Option<Known> {
        let key = (Arc::clone(page), Arc::from(psid));
        let entries = self.entries();
        let (until, known) = entries.get(&key)?;
        (Instant::now() < *until).then(|| known.clone())
    }

    pub(super) fn put(&self, page: Arc<str>, psid: &str, known: Known) {
        let keep = if known.is_ok() {
            self.keep
        } else {
            self.keep_failed
        };
        let key = (page, Arc::from(psid));
        self.entries().put(key, (Instant::now() + keep, known));
    }

    pub(super) fn forget(&self, page: &Arc<str>, psid: &str) {
        let key = (Arc::clone(page), Arc::from(psid));
        self.entries().remove(&key);
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ProfileCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileCache")
            .field("keep", &self.keep)
            .field("keep_failed", &self.keep_failed)
            .field("people", &self.entries().room())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(people: usize) -> (ProfileCache, Arc<str>) {
        (
            ProfileCache::new(Duration::from_hours(1), Duration::from_secs(60), people),
            Arc::from("page"),
        )
    }

    fn fine() -> Known {
        Ok(Arc::default())
    }

    #[tokio::test(start_paused = true)]
    async fn profiles_and_failures_grow_old() {
        let (cache, page) = cache(10);
        cache.put(Arc::clone(&page), "ann", fine());
        cache.put(Arc::clone(&page), "ben", Err(GraphError::request("no", None)));
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(cache.get(&page, "ann").is_some_and(|known| known.is_ok()));
        assert!(cache.get(&page, "ben").is_some_and(|known| known.is_err()));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(cache.get(&page, "ben").is_none(), "a failure is kept briefly");
        tokio::time::advance(Duration::from_hours(1)).await;
        assert!(cache.get(&page, "ann").is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_gives_way_and_people_are_known_by_page() {
        let (cache, page) = cache(2);
        for person in ["ann", "ben", "cem"] {
            cache.put(Arc::clone(&page), person, fine());
        }
        assert!(cache.get(&page, "ann").is_none());
        assert!(cache.get(&page, "ben").is_some());
        cache.forget(&page, "cem");
        assert!(cache.get(&page, "cem").is_none());
        assert!(cache.get(&Arc::from("other"), "ben").is_none());
    }
}
