//! A bounded cache of profiles, in which everything grows old.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Profile;
use crate::graph::GraphError;

type Known = Result<Arc<Profile>, GraphError>;
/// Page and person.
type Key = (Arc<str>, Arc<str>);

pub(in crate::graph) struct ProfileCache {
    keep: Duration,
    keep_failed: Duration,
    people: usize,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    known: HashMap<Key, (u64, Instant, Known)>,
    /// Keys from the oldest on, with the number of their entry: one that was replaced has another number.
    order: VecDeque<(u64, Key)>,
    next: u64,
}

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
            people,
            entries: Mutex::default(),
        }
    }

    pub(super) fn get(&self, page: &Arc<str>, psid: &str) -> Option<Known> {
        let key = (Arc::clone(page), Arc::from(psid));
        let entries = self.entries();
        let (_, until, known) = entries.known.get(&key)?;
        (Instant::now() < *until).then(|| known.clone())
    }

    pub(super) fn put(&self, page: Arc<str>, psid: &str, known: Known) {
        if self.people == 0 {
            return;
        }
        let keep = if known.is_ok() {
            self.keep
        } else {
            self.keep_failed
        };
        let key: Key = (page, Arc::from(psid));
        let mut entries = self.entries();
        let number = entries.next;
        entries.next += 1;
        entries
            .known
            .insert(key.clone(), (number, Instant::now() + keep, known));
        entries.order.push_back((number, key));
        while entries.known.len() > self.people || entries.order.len() > self.people.saturating_mul(2) {
            let Some((number, key)) = entries.order.pop_front() else {
                break;
            };
            if entries
                .known
                .get(&key)
                .is_some_and(|(current, ..)| *current == number)
            {
                entries.known.remove(&key);
            }
        }
    }

    pub(super) fn forget(&self, page: &Arc<str>, psid: &str) {
        let key = (Arc::clone(page), Arc::from(psid));
        self.entries().known.remove(&key);
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
            .field("people", &self.people)
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
    async fn it_never_grows_past_its_bound_and_drops_the_oldest() {
        let (cache, page) = cache(3);
        for n in 0..1000 {
            cache.put(Arc::clone(&page), &format!("p{}", n % 5), fine());
            let entries = cache.entries();
            assert!(entries.known.len() <= 3 && entries.order.len() <= 6);
        }
        assert!(cache.get(&page, "p4").is_some(), "the newest is kept");
        for _ in 0..100 {
            cache.put(Arc::clone(&page), "p4", fine());
        }
        assert!(
            cache.entries().order.len() <= 6,
            "asking for one person again and again takes no room"
        );
        cache.forget(&page, "p4");
        assert!(cache.get(&page, "p4").is_none());
        assert!(
            cache.get(&Arc::from("other"), "p3").is_none(),
            "people are known by page"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_kept_where_there_is_no_room() {
        let (cache, page) = cache(0);
        cache.put(Arc::clone(&page), "ann", fine());
        assert!(cache.get(&page, "ann").is_none());
    }
}
