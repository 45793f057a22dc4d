//! How much goes on side by side.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

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

/// Places for sends. A Graph API that answers within milliseconds keeps the processor busy with a few
/// connections, and more would only take memory and hold up acknowledgements; one that takes its time
/// needs many. So most places are given away only while sends are slow.
#[derive(Debug)]
pub(super) struct SendPlaces {
    first: Places,
    more: Places,
    /// How many sends were slow since the last one that was not.
    slow: AtomicUsize,
}

/// How many sends are on their way at once while the Graph API is fast, and how many more while it is not.
const FIRST: usize = 64;
const MORE: usize = 192;
/// From how long on a send is slow. The Graph API takes longer; a loaded machine seldom.
const SLOW: Duration = Duration::from_millis(50);
/// How long a turn waits for a place to send in.
const SOON: Duration = Duration::from_millis(20);

impl SendPlaces {
    pub(super) fn new() -> Self {
        Self {
            first: Places::new(FIRST),
            more: Places::new(MORE),
            slow: AtomicUsize::new(0),
        }
    }

    /// Waits until every place is free again.
    pub(super) async fn all_back(&self) {
        self.first.all_back().await;
        self.more.all_back().await;
    }

    /// Notes how long a send took.
    pub(super) fn took(&self, time: Duration) {
        if time >= SLOW {
            self.slow.fetch_add(1, Ordering::Relaxed);
        } else {
            self.slow.store(0, Ordering::Relaxed);
        }
    }

    /// A place, if one becomes free in a moment. The wait keeps handlers from running far ahead of what can
    /// be sent while the processor is what is short, and hardly holds them up while it is the Graph API.
    pub(super) async fn soon(&self) -> Option<OwnedSemaphorePermit> {
        match self.first.free(1) {
            None => timeout(SOON, self.first.some(1)).await.ok().flatten(),
            place => place,
        }
    }

    /// Waits for a place and takes up to `most`.
    pub(super) async fn some(&self, most: usize) -> Option<OwnedSemaphorePermit> {
        loop {
            let is_slow = self.slow.load(Ordering::Relaxed) >= FIRST;
            tokio::select! {
                biased;
                places = self.first.some(most) => return places,
                places = self.more.some(most), if is_slow => return places,
                () = sleep(SLOW), if !is_slow => self.slow.store(FIRST, Ordering::Relaxed),
            }
        }
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

    #[tokio::test]
    async fn whoever_waits_for_the_suspects_place_is_told_when_it_is_free() {
        let (places, ended) = (Places::new(1), Arc::default());
        let place = SuspectPlace::take(&places, &ended).expect("it is free");
        assert!(SuspectPlace::take(&places, &ended).is_none());
        assert!(ended.notified().now_or_never().is_none());
        drop(place);
        assert!(ended.notified().now_or_never().is_some() && places.has_free());
    }

    #[tokio::test(start_paused = true)]
    async fn more_sends_are_under_way_only_while_they_are_slow() {
        let places = SendPlaces::new();
        let mut held = vec![places.some(1000).await.expect("all the first")];
        assert_eq!(held[0].num_permits(), FIRST);
        let started = Instant::now();
        held.push(places.some(100).await.expect("after a while, some of the others"));
        assert_eq!((held[1].num_permits(), started.elapsed()), (100, SLOW));
        held.push(places.some(100).await.expect("the others, at once"));
        assert_eq!((held[2].num_permits(), started.elapsed()), (MORE - 100, SLOW));
        drop(held);
        places.took(Duration::from_millis(1));
        let held = places.some(1000).await.expect("the first");
        assert_eq!(held.num_permits(), FIRST);
        assert!(timeout(SLOW / 2, places.some(1)).await.is_err());
    }
}
