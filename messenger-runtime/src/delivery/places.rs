//! How much goes on side by side.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How long [`Places::soon`] waits.
const SOON: Duration = Duration::from_millis(20);

/// Room for work; each permit is a place.
#[derive(Debug, Clone)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    all: u32,
}

impl Places {
    pub(super) fn new(count: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(count)),
            all: u32::try_from(count).unwrap_or(u32::MAX),
        }
    }

    /// Waits until every place is free again; until then none is given away any more.
    pub(super) async fn all_back(&self) {
        // The semaphore is never closed.
        drop(self.free.acquire_many(self.all).await);
    }

    /// Up to `most` of the free places; `None` where there is none.
    pub(super) fn free(&self, most: usize) -> Option<OwnedSemaphorePermit> {
        let count = self.free.available_permits().min(most);
        if count == 0 {
            return None;
        }
        // Somebody may have been faster, but hardly for all of them.
        self.exactly(count).or_else(|| self.exactly(1))
    }

    pub(super) fn has_free(&self) -> bool {
        self.free.available_permits() > 0
    }

    /// As many places as this, if so many are free.
    pub(super) fn exactly(&self, count: usize) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free)
            .try_acquire_many_owned(u32::try_from(count).ok()?)
            .ok()
    }

    /// A place, if one becomes free in a moment.
    pub(super) async fn soon(&self) -> Option<OwnedSemaphorePermit> {
        match self.free(1) {
            None => timeout(SOON, self.some(1)).await.ok().flatten(),
            place => place,
        }
    }

    /// Waits for a place and takes up to `most`.
    pub(super) async fn some(&self, most: usize) -> Option<OwnedSemaphorePermit> {
        let mut places = Arc::clone(&self.free).acquire_owned().await.ok()?;
        if let Some(more) = self.free(most - 1) {
            places.merge(more);
        }
        Some(places)
    }
}

/// The place of the suspect at work. Whoever waits for it is told when it is free again, however that comes.
#[derive(Debug)]
pub(super) struct SuspectPlace {
    place: Option<OwnedSemaphorePermit>,
    ended: Arc<Notify>,
}

impl SuspectPlace {
    pub(super) fn take(places: &Places, ended: &Arc<Notify>) -> Option<Self> {
        let place = places.exactly(1)?;
        Some(Self {
            place: Some(place),
            ended: Arc::clone(ended),
        })
    }
}

impl Drop for SuspectPlace {
    fn drop(&mut self) {
        drop(self.place.take());
        self.ended.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn places_come_back_one_by_one() {
        let places = Places::new(3);
        let mut taken = places.some(5).await.expect("three are free");
        assert_eq!(taken.num_permits(), 3);
        assert!(places.free(1).is_none());
        drop(taken.split(1));
        assert_eq!(places.free(5).map(|free| free.num_permits()), Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_is_waited_for_a_moment_only() {
        let places = Places::new(1);
        let only = places.soon().await.expect("it is free");
        let started = Instant::now();
        assert!(places.soon().await.is_none());
        assert_eq!(started.elapsed(), SOON);
        let (place, ()) = tokio::join!(places.soon(), async { drop(only) });
        assert!(place.is_some());
    }

    #[tokio::test]
    async fn whoever_waits_for_the_suspects_place_is_told_when_it_is_free() {
        let (places, ended) = (Places::new(1), Arc::default());
        let place = SuspectPlace::take(&places, &ended).expect("it is free");
        assert!(SuspectPlace::take(&places, &ended).is_none());
        assert!(ended.notified().now_or_never().is_none());
        drop(place);
        assert!(ended.notified().now_or_never().is_some() && places.has_free());
    }
}
