//! Turns whose commit failed for now, kept for when their events are claimed again.
//!
//! Whether a commit that failed was made after all is not always known. Were it, a second one under the same
//! lease would consume the next event, since that keeps the epoch. So the conversation is given back, and the turn
//! kept by the key of its event: where that is claimed again, nothing was committed, and what came of it can be.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::store::{EventKey, Turn};

/// How often a commit is tried before its event counts as tried and its handler runs again.
const TRIES: u32 = 30;
/// How long a turn is kept whose event is not claimed here again: another node may have handled it.
const KEPT: Duration = Duration::from_secs(300);

/// A turn and how often its commit has failed.
pub(super) struct Attempt {
    pub(super) turn: Turn,
    pub(super) failures: u32,
}

impl From<Turn> for Attempt {
    fn from(turn: Turn) -> Self {
        Self { turn, failures: 0 }
    }
}

/// The turns that are kept.
pub(super) struct Unfinished {
    most: usize,
    turns: Mutex<HashMap<EventKey, (Attempt, Instant)>>,
}

impl Unfinished {
    /// Keeps `most` turns at most.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            turns: Mutex::default(),
        }
    }

    /// Keeps what came of the event, unless its commit has failed too often or there is no room; whether it does.
    pub(super) fn keep(&self, event: EventKey, failed: Attempt) -> bool {
        if failed.failures >= TRIES {
            return false;
        }
        let now = Instant::now();
        let mut turns = self.lock();
        turns.retain(|_, (_, since)| now - *since < KEPT);
        let has_room = turns.len() < self.most;
        if has_room {
            turns.insert(event, (failed, now));
        }
        has_room
    }

    /// What came of the event when it was handled before.
    pub(super) fn take(&self, event: &EventKey) -> Option<Attempt> {
        let (attempt, since) = self.lock().remove(event)?;
        (since.elapsed() < KEPT).then_some(attempt)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<EventKey, (Attempt, Instant)>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Unfinished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unfinished")
            .field("turns", &self.lock().len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        event::Object,
        store::{Conversation, Lease},
    };

    fn attempt(failures: u32) -> Attempt {
        let conversation = Conversation {
            object: Object::Page,
            page: "1".into(),
            person: None,
        };
        let turn = Turn {
            lease: Lease {
                conversation: Arc::new(conversation),
                epoch: 1,
            },
            state: None,
            rows: Vec::new(),
            timers: Vec::new(),
            unreadable: Vec::new(),
            failed: None,
            send: false,
        };
        Attempt { turn, failures }
    }

    #[tokio::test(start_paused = true)]
    async fn turns_are_kept_within_bounds() {
        let unfinished = Unfinished::new(2);
        assert!(!unfinished.keep([0; 16], attempt(TRIES)), "it failed too often");
        assert!(unfinished.keep([1; 16], attempt(1)));
        assert!(unfinished.keep([2; 16], attempt(TRIES - 1)));
        assert!(!unfinished.keep([3; 16], attempt(1)), "there is no room");
        assert_eq!(
            unfinished.take(&[2; 16]).map(|kept| kept.failures),
            Some(TRIES - 1)
        );
        assert!(unfinished.take(&[2; 16]).is_none(), "it is taken once");
        tokio::time::advance(KEPT).await;
        assert!(unfinished.take(&[1; 16]).is_none(), "it is too old");
    }
}
