//! Where attachment ids are kept.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use crate::{BoxFuture, graph::bounded::Bounded};

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
    kept: Mutex<Kept>,
}

type Kept = Bounded<Key, CachedAttachment>;

impl MemoryAttachmentCache {
    /// Room for so many ids, of all pages together.
    #[must_use]
    pub fn new(room: usize) -> Self {
        Self {
            kept: Mutex::new(Bounded::new(room)),
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
        let attachment = self.kept().get(&(page.into(), key.into())).cloned();
        Box::pin(std::future::ready(attachment))
    }

    fn put<'a>(&'a self, page: &'a str, key: &'a str, attachment: CachedAttachment) -> BoxFuture<'a, ()> {
        self.kept().put((page.into(), key.into()), attachment);
        Box::pin(std::future::ready(()))
    }

    fn forget<'a>(&'a self, page: &'a str, id: &'a str) -> BoxFuture<'a, ()> {
        self.kept()
            .retain(|(of, _), attachment| **of != *page || attachment.id != id);
        Box::pin(std::future::ready(()))
    }
}

impl fmt::Debug for MemoryAttachmentCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryAttachmentCache")
            .field("room", &self.kept().room())
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
    async fn the_oldest_gives_way() {
        let cache = MemoryAttachmentCache::new(2);
        for key in ["a", "b", "c"] {
            cache.put("1", key, attachment(key)).await;
        }
        assert!(cache.get("1", "a").await.is_none());
        assert_eq!(cache.get("1", "c").await, Some(attachment("c")));
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
