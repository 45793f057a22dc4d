//! Where attachment ids are kept.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use crate::BoxFuture;

/// Keeps the ids of uploads, so that [`Graph::attachment_id`](super::super::Graph::attachment_id) uploads the
/// same content once. Set by [`ClientBuilder::attachment_cache`](super::super::ClientBuilder::attachment_cache).
///
/// A key names the platform, the kind and the content, such as `messenger/image/9f86d081884c7d65..`; an id
/// belongs to one page. What is older than 90 days is not used, whether it is still kept or not. A cache
/// that fails answers nothing: then the content is uploaded once more.
pub trait AttachmentCache: fmt::Debug + Send + Sync + 'static {
    /// What is kept for the page under this key.
    fn get<'a>(&'a self, page: &'a str, key: &'a str) -> BoxFuture<'a, Option<CachedAttachment>>;

    /// Keeps it, in place of what was kept before.
    fn put<'a>(&'a self, page: &'a str, key: &'a str, attachment: CachedAttachment) -> BoxFuture<'a, ()>;

    /// Forgets an id of the page, which the platform no longer takes.
    fn forget<'a>(&'a self, page: &'a str, id: &'a str) -> BoxFuture<'a, ()>;
}

/// An attachment id, and since when there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedAttachment {
    /// The attachment id.
    pub id: String,
    /// When the upload began.
    pub uploaded: SystemTime,
}

/// Page and key.
type Key = (Box<str>, Box<str>);

/// Keeps attachment ids in memory, the oldest giving way to new ones.
pub struct MemoryAttachmentCache {
    room: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    attachments: HashMap<Key, (u64, CachedAttachment)>,
    /// Keys from the oldest on, with the number of their entry: one that was replaced has another number.
    order: VecDeque<(u64, Key)>,
    next: u64,
}

impl MemoryAttachmentCache {
    /// Room for so many ids, of all pages together.
    #[must_use]
    pub fn new(room: usize) -> Self {
        Self {
            room,
            kept: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Room for 10,000 ids.
impl Default for MemoryAttachmentCache {
    fn default() -> Self {
        Self::new(10_000)
    }
}

impl AttachmentCache for MemoryAttachmentCache {
    fn get<'a>(&'a self, page: &'a str, key: &'a str) -> BoxFuture<'a, Option<CachedAttachment>> {
        let kept = self.kept();
        let attachment = kept.attachments.get(&(page.into(), key.into()));
        let attachment = attachment.map(|(_, attachment)| attachment.clone());
        Box::pin(std::future::ready(attachment))
    }

    fn put<'a>(&'a self, page: &'a str, key: &'a str, attachment: CachedAttachment) -> BoxFuture<'a, ()> {
        let key: Key = (page.into(), key.into());
        let mut kept = self.kept();
        let number = kept.next;
        kept.next += 1;
        kept.attachments.insert(key.clone(), (number, attachment));
        kept.order.push_back((number, key));
        while kept.attachments.len() > self.room || kept.order.len() > self.room.saturating_mul(2) {
            let Some((number, key)) = kept.order.pop_front() else {
                break;
            };
            let is_current = kept
                .attachments
                .get(&key)
                .is_some_and(|(current, _)| *current == number);
            if is_current {
                kept.attachments.remove(&key);
            }
        }
        Box::pin(std::future::ready(()))
    }

    fn forget<'a>(&'a self, page: &'a str, id: &'a str) -> BoxFuture<'a, ()> {
        self.kept()
            .attachments
            .retain(|(of, _), (_, attachment)| **of != *page || attachment.id != id);
        Box::pin(std::future::ready(()))
    }
}

impl fmt::Debug for MemoryAttachmentCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryAttachmentCache")
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attachment(id: &str) -> CachedAttachment {
        CachedAttachment {
            id: id.to_owned(),
            uploaded: SystemTime::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn it_never_grows_past_its_room_and_drops_the_oldest() {
        let cache = MemoryAttachmentCache::new(3);
        for n in 0..1000 {
            cache.put("1", &format!("k{}", n % 5), attachment("a")).await;
            let kept = cache.kept();
            assert!(kept.attachments.len() <= 3 && kept.order.len() <= 6);
        }
        assert!(cache.get("1", "k4").await.is_some(), "the newest is kept");
        assert!(cache.get("1", "k0").await.is_none(), "the oldest is not");
        for _ in 0..100 {
            cache.put("1", "k4", attachment("a")).await;
        }
        assert!(cache.kept().order.len() <= 6);
        let none = MemoryAttachmentCache::new(0);
        none.put("1", "k", attachment("a")).await;
        assert!(none.get("1", "k").await.is_none());
    }

    #[tokio::test]
    async fn an_id_is_forgotten_for_its_page_alone() {
        let cache = MemoryAttachmentCache::default();
        for page in ["1", "2"] {
            cache.put(page, "k", attachment("a")).await;
            cache.put(page, "l", attachment("b")).await;
        }
        cache.forget("1", "a").await;
        assert!(cache.get("1", "k").await.is_none());
        assert!(cache.get("1", "l").await.is_some());
        assert!(cache.get("2", "k").await.is_some());
    }
}
