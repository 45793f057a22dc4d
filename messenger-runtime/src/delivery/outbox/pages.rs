//! Pages that cannot send for now: nothing of theirs leaves but a probe from time to time.
//!
//! A page is paused when the platform says that its token is dead or that it may not send. Its rows keep
//! their places and wait, those of other pages go on. One row in all goes out as a probe, a minute later,
//! or as soon as the provider has another token than the one that died; a page that is restricted is probed
//! every ten minutes, since calling on prolongs the restriction. When a probe gets through, all rows are due.
//! Until then they wait, however long it takes: only their window ends that.
//!
//! Each process finds out for itself: with several, each probes. One that was started since makes the page's
//! rows due when the first of them gets through, for the one before it may have told them to wait.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher as _, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use secrecy::ExposeSecret as _;
use tokio::{sync::Notify, time::Instant};

use crate::{Provider, event::Object, store::Conversation};

/// How many times longer a restricted page waits for its probe.
const RESTRICTED: u32 = 10;
/// The rows that are not the probe come back after up to so many probes: they are made due when the page
/// resumes, and until then they would only keep the store busy.
const ROUNDS: f64 = 9.0;

/// A page whose messages wait, because its token is dead or the platform restricted it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PausedPage {
    /// Page or Instagram account.
    pub object: Object,
    /// Its id.
    pub page: Arc<str>,
    /// Why, and what to do.
    pub why: String,
    /// Since when.
    pub since: SystemTime,
}

/// What tells one token from another without being one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint(Option<u64>);

/// Why a page is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    TokenDead,
    Restricted,
}

struct Pause {
    reason: Reason,
    why: String,
    since: SystemTime,
    /// The token that died.
    died: Fingerprint,
    /// The last other token that its rows were made due for.
    noticed: Fingerprint,
    next_probe: Instant,
    probing: bool,
}

type Key = (Object, Arc<str>);

/// The pages that are paused.
pub(super) struct Pages {
    paused: Mutex<HashMap<Key, Pause>>,
    /// How many, to be read without the lock.
    count: AtomicUsize,
    probe: Duration,
    /// The pages that have sent something since the start.
    proven: Mutex<HashSet<Key>>,
    hash: RandomState,
    some: Notify,
}

/// Whether a row may leave.
pub(super) enum Admission<'p> {
    Open,
    /// It may, to see whether the page can send again.
    Probe(Probe<'p>),
    /// Not before this time.
    Wait(Duration),
}

/// A probe under way. When it ends without news of the page, the next one comes in its time.
pub(super) struct Probe<'p> {
    pages: &'p Pages,
    key: Key,
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        if let Some(pause) = self.pages.lock().get_mut(&self.key) {
            pause.probing = false;
        }
    }
}

impl Pages {
    pub(super) fn new(probe: Duration) -> Self {
        Self {
            paused: Mutex::default(),
            count: AtomicUsize::new(0),
            probe,
            proven: Mutex::default(),
            hash: RandomState::new(),
            some: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Pause>> {
        // No code that can panic runs under the lock half way through a change.
        self.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the provider gives for the page now.
    pub(super) fn token_of(&self, provider: &dyn Provider, page: &str) -> Fingerprint {
        let token = provider.access_token(page);
        Fingerprint(token.map(|token| self.hash.hash_one(token.expose_secret())))
    }

    fn is_any_paused(&self) -> bool {
        self.count.load(Ordering::Acquire) > 0
    }

    pub(super) fn is_paused(&self, conversation: &Conversation) -> bool {
        self.is_any_paused() && self.lock().contains_key(&key_of(conversation))
    }

    /// Whether a row of this conversation may leave with this token; `share` is drawn from zero to one.
    pub(super) fn admit(&self, conversation: &Conversation, token: Fingerprint, share: f64) -> Admission<'_> {
        if !self.is_any_paused() {
            return Admission::Open;
        }
        let key = key_of(conversation);
        let mut paused = self.lock();
        let Some(pause) = paused.get_mut(&key) else {
            return Admission::Open;
        };
        let now = Instant::now();
        if pause.probing || !pause.may_probe(token, now) {
            return Admission::Wait(self.wait_behind(pause, now, share));
        }
        pause.probing = true;
        pause.next_probe = now + self.between(pause.reason);
        drop(paused);
        Admission::Probe(Probe { pages: self, key })
    }

    /// Pauses the page, or goes on pausing it. How long the row that found out waits, and whether that is news.
    pub(super) fn pause(
        &self,
        conversation: &Conversation,
        reason: Reason,
        why: String,
        died: Fingerprint,
        is_probe: bool,
        (clock, share): (SystemTime, f64),
    ) -> (Duration, bool) {
        let now = Instant::now();
        let between = self.between(reason);
        let mut paused = self.lock();
        let news = !paused.contains_key(&key_of(conversation));
        let pause = paused.entry(key_of(conversation)).or_insert_with(|| Pause {
            reason,
            why: String::new(),
            since: clock,
            died,
            noticed: died,
            next_probe: now,
            probing: false,
        });
        if !news && !is_probe {
            return (self.wait_behind(pause, now, share), false);
        }
        pause.reason = reason;
        pause.why = why;
        pause.died = died;
        pause.next_probe = now + between;
        self.count.store(paused.len(), Ordering::Release);
        drop(paused);
        if news {
            self.some.notify_one();
        }
        // A little longer, so that the probe is allowed when the row comes back for it.
        (between + between / 50, news)
    }

    /// Whether nothing of this page got through before.
    pub(super) fn is_first_through(&self, conversation: &Conversation) -> bool {
        let mut proven = self.proven.lock().unwrap_or_else(PoisonError::into_inner);
        proven.insert(key_of(conversation))
    }

    /// The page can send again; whether it was paused.
    pub(super) fn resume(&self, conversation: &Conversation) -> bool {
        let mut paused = self.lock();
        let was = paused.remove(&key_of(conversation)).is_some();
        self.count.store(paused.len(), Ordering::Release);
        was
    }

    /// Whether a row that was told to wait would be admitted now.
    pub(super) fn admits_by_now(&self, conversation: &Conversation, token: Fingerprint) -> bool {
        let paused = self.lock();
        paused
            .get(&key_of(conversation))
            .is_none_or(|pause| !pause.probing && pause.has_another(token))
    }

    /// Waits until some page is paused.
    pub(super) async fn until_some(&self) {
        while !self.is_any_paused() {
            self.some.notified().await;
        }
    }

    /// The pages for which the provider has another token now, each once for each token.
    pub(super) fn with_another_token(&self, provider: &dyn Provider) -> Vec<Key> {
        let keys: Vec<Key> = self.lock().keys().cloned().collect();
        let is_news = |key: &Key| {
            // The provider is the user's; it is not asked under the lock.
            let token = self.token_of(provider, &key.1);
            let mut paused = self.lock();
            let Some(pause) = paused.get_mut(key) else {
                return false;
            };
            pause.has_another(token) && std::mem::replace(&mut pause.noticed, token) != token
        };
        keys.into_iter().filter(is_news).collect()
    }

    /// Those that are paused now.
    pub(super) fn list(&self) -> Vec<PausedPage> {
        let paused = self.lock();
        let mut list: Vec<_> = paused
            .iter()
            .map(|((object, page), pause)| PausedPage {
                object: *object,
                page: Arc::clone(page),
                why: pause.why.clone(),
                since: pause.since,
            })
            .collect();
        drop(paused);
        list.sort_by(|a, b| a.page.cmp(&b.page));
        list
    }

    fn between(&self, reason: Reason) -> Duration {
        match reason {
            Reason::TokenDead => self.probe,
            Reason::Restricted => self.probe * RESTRICTED,
        }
    }

    fn wait_behind(&self, pause: &Pause, now: Instant, share: f64) -> Duration {
        let between = self.between(pause.reason);
        pause.next_probe.saturating_duration_since(now) + between.mul_f64(ROUNDS * share) + between / 20
    }
}

impl Pause {
    fn has_another(&self, token: Fingerprint) -> bool {
        self.reason == Reason::TokenDead && token != self.died
    }

    fn may_probe(&self, token: Fingerprint, now: Instant) -> bool {
        now >= self.next_probe || self.has_another(token)
    }
}

fn key_of(conversation: &Conversation) -> Key {
    (conversation.object, Arc::clone(&conversation.page))
}
