//! Sends what the turns left in the outbox, in order, one at a time for each conversation.
//!
//! * [`policy`] says before each try whether a row may still leave, and after it how often it is tried.
//! * [`pages`] holds back the rows of a page whose token is dead.
//! * [`waiting`] queues from outside a commit, for those who want to know what becomes of it.
//! * [`mod@call`] makes the call, [`ended`] is how it ended, [`settling`] ends the row by that in the
//!   store. [`given_up`] is how a bot hears of what will never arrive.

mod call;
mod ended;
mod given_up;
mod pages;
mod policy;
mod settling;
#[cfg(test)]
mod tests;
mod waiting;

use std::{
    fmt,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use ended::Ended;
use futures_util::FutureExt as _;
pub use given_up::GivenUp;
use given_up::GivenUpHook;
pub use pages::PausedPage;
use pages::{Admission, Fingerprint, Pages, Probe, Reason};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, sleep},
};
pub use waiting::SendError;
use waiting::{Became, Waiters};

use self::call::call;
use super::{Counters, Engine, Held, Leases, Phase, Places, Settings, StoreHealth, turn::graph_of};
use crate::{
    Bot, Clock, Provider,
    config::SendWaits,
    event::Object,
    fail_points::crash_point,
    graph::{self, Client, GraphError},
    message::Action,
    store::{Conversation, Enqueue, Enqueued, Row, Settlement, Store},
};

/// When a row is due that was given back: at once, but not so that the store hands it out again to whoever gives it.
const GIVEN_BACK: Duration = Duration::from_millis(1);

/// How many conversations send at once. Each waits for the Graph API and for its commit's way to the disk, so that few
/// would leave the processor idle.
const SENDS: usize = 256;

/// The way out: the outbox and those who wait for a row of it.
pub(crate) struct Outgoing {
    pub(super) store: Arc<dyn Store>,
    pub(super) client: Client,
    pub(super) counters: Arc<Counters>,
    pub(super) places: Places,
    provider: Arc<dyn Provider>,
    clock: Arc<dyn Clock>,
    waits: SendWaits,
    pages: Pages,
    waiters: Waiters,
    leases: Arc<Leases>,
    health: Arc<StoreHealth>,
    on_given_up: OnceLock<GivenUpHook>,
    /// How many sends have begun, and how many of these have ended.
    begun: AtomicU64,
    ended: AtomicU64,
    /// Whether no echo can come in any more.
    deaf: AtomicBool,
    random: Mutex<fastrand::Rng>,
}

impl Outgoing {
    pub(super) fn new(
        store: Arc<dyn Store>,
        client: Client,
        provider: Arc<dyn Provider>,
        counters: Arc<Counters>,
        leases: Arc<Leases>,
        health: Arc<StoreHealth>,
        settings: &Settings,
    ) -> Self {
        Self {
            store,
            client,
            counters,
            places: Places::new(SENDS),
            provider,
            clock: Arc::clone(&settings.clock),
            waits: settings.waits,
            pages: Pages::new(settings.waits.probe),
            waiters: Waiters::default(),
            leases,
            health,
            on_given_up: OnceLock::new(),
            begun: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            deaf: AtomicBool::new(false),
            random: Mutex::new(fastrand::Rng::with_seed(settings.seed)),
        }
    }

    /// Has the hook told of each message that becomes a dead letter; only the first one counts.
    pub(crate) fn tell_given_up(&self, hook: GivenUpHook) {
        drop(self.on_given_up.set(hook));
    }

    /// How many sends have begun so far, and whether any is under way.
    pub(super) fn activity(&self) -> (u64, bool) {
        let ended = self.ended.load(Ordering::SeqCst);
        let begun = self.begun.load(Ordering::SeqCst);
        (begun, begun != ended)
    }

    /// Queues rows behind all that the conversation has still to send; what became of each.
    pub(crate) async fn enqueue(&self, enqueue: Enqueue) -> Result<Vec<Enqueued>, SendError> {
        Ok(self.store.enqueue(enqueue).await?)
    }

    /// The webhook is closed: what is in doubt waits for the next start, since its echo cannot tell now.
    pub(super) fn hears_no_echoes(&self) {
        self.deaf.store(true, Ordering::Relaxed);
    }

    /// No row is settled here any more: whoever waits for one is told so.
    pub(super) fn ends_waits(&self) {
        self.waiters.close();
    }

    /// Whether the conversation's page cannot send for now.
    pub(super) fn is_paused(&self, conversation: &Conversation) -> bool {
        self.pages.is_paused(conversation)
    }

    /// The pages that cannot send for now.
    pub(crate) fn paused_pages(&self) -> Vec<PausedPage> {
        self.pages.list()
    }

    /// Sends `row` and those behind it until one has to wait, in one place.
    pub(super) async fn send_from(&self, row: Row, held: Held, place: OwnedSemaphorePermit) {
        let mut next = Some((row, held));
        while let Some((row, held)) = next {
            if !held.may_send() {
                self.count_lost(&held);
                self.give_back(row).await;
                return;
            }
            let started = Instant::now();
            let under_way = UnderWay::begin(self);
            crash_point!("outbox.claimed");
            let ended = self.attempt(&row).await;
            crash_point!("outbox.tried");
            let took = started.elapsed();
            self.counters.times.send.observe(took);
            self.count_lost(&held);
            next = self.settle(row, ended).await;
            drop(under_way);
            crash_point!("outbox.settled");
        }
        drop(place);
    }

    /// Counts a row that somebody else has, or may have; to be called once for each that was claimed.
    fn count_lost(&self, held: &Held) {
        if !held.is_good() {
            self.counters.sends_lost.one();
        }
    }

    /// Gives a row back of which nothing left, so that it is not in doubt. Where somebody else has it by now, this
    /// changes nothing.
    pub(super) async fn give_back(&self, row: Row) {
        let mut next = Some(row);
        while let Some(row) = next {
            let key = Arc::clone(&row.new.key);
            next = match self.store.settle(row, Settlement::Postponed(GIVEN_BACK)).await {
                Ok(settled) => {
                    if settled.echoed {
                        self.echoed(&key);
                    }
                    // The row's echo had come, and the one behind it is leased now.
                    settled.next
                }
                Err(error) => {
                    self.health.failed("a message could not be given back", &error);
                    None
                }
            };
        }
    }

    /// A row left the outbox because the platform has echoed its message.
    pub(super) fn echoed(&self, key: &str) {
        self.counters.sent.one();
        self.waiters.tell(key, Ok(Became::Taken));
    }

    async fn attempt(&self, row: &Row) -> Ended {
        // A request hook, provider or clock of the user's may panic; the rows behind this one must go on.
        AssertUnwindSafe(self.send(row))
            .catch_unwind()
            .await
            .unwrap_or_else(|_panic| Ended::GivenUp(policy::panicked(), None))
    }

    async fn send(&self, row: &Row) -> Ended {
        if let Action::Pause(pause) = row.new.action {
            return if row.attempts == 0 {
                Ended::Pausing(pause)
            } else {
                Ended::Paused
            };
        }
        if row.doubts > 0 && self.deaf.load(Ordering::Relaxed) {
            return Ended::Paced(self.waits.echo);
        }
        if let Some(cause) = policy::forbids(row, self.clock.now()) {
            return Ended::GivenUp(cause, None);
        }
        let token = self.pages.token_of(&*self.provider, &row.conversation.page);
        let probe = match self.pages.admit(&row.conversation, token, self.share(row)) {
            Admission::Open => None,
            Admission::Probe(probe) => {
                self.counters.page_probes.one();
                Some(probe)
            }
            Admission::Wait(wait) => return Ended::PagePaused(wait),
        };
        let graph = graph_of(&self.client, &row.conversation).once();
        self.waiters.begun(&row.new.key);
        crash_point!("outbox.sending");
        let result = call(&graph, row).await;
        crash_point!("outbox.sent");
        match result {
            Ok(()) => {
                self.got_through(row, probe).await;
                Ended::Sent
            }
            Err(error) => self.failed(row, error, token, probe).await,
        }
    }

    async fn failed(
        &self,
        row: &Row,
        error: GraphError,
        token: Fingerprint,
        probe: Option<Probe<'_>>,
    ) -> Ended {
        let reason = match error.action() {
            graph::Action::TokenDead => Reason::TokenDead,
            graph::Action::PausePage => Reason::Restricted,
            graph::Action::Retry { after } => return self.again(row, error, after),
            _ => {
                // Whatever it says, the platform took the token and looked at the message.
                if error.code().is_some() {
                    self.got_through(row, probe).await;
                }
                return Ended::GivenUp(policy::cause_of(&error), Some(error));
            }
        };
        let when = (self.clock.now(), self.share(row));
        let (wait, news) = self.pages.pause(
            &row.conversation,
            reason,
            error.to_string(),
            token,
            probe.is_some(),
            when,
        );
        let Conversation { object, page, .. } = &*row.conversation;
        if news {
            self.counters.page_pauses.one();
            self.waiters.tell_paused(&row.conversation);
            tracing::error!(?object, %page, cause = error.id(), %error, "the page cannot send; its messages wait");
        } else if probe.is_some() {
            tracing::warn!(?object, %page, cause = error.id(), %error, "the page still cannot send");
        }
        Ended::PagePaused(wait)
    }

    /// What comes of a send that may be tried again.
    fn again(&self, row: &Row, error: GraphError, after: Option<Duration>) -> Ended {
        if error.is_paced() {
            return Ended::Paced(after.unwrap_or_default());
        }
        if error.is_doubtful() && matches!(row.new.action, Action::Send { .. }) {
            tracing::warn!(conversation = ?row.conversation, cause = error.id(), %error, "a send is in doubt; waiting for its echo");
            return Ended::InDoubt;
        }
        if policy::is_exhausted(row, &error) {
            return Ended::GivenUp(policy::cause_of(&error), Some(error));
        }
        let wait = self.backoff(row.attempts).max(after.unwrap_or_default());
        tracing::warn!(conversation = ?row.conversation, cause = error.id(), %error, ?wait, "a send is tried again");
        Ended::Again(wait)
    }

    /// The platform took a message of the page. Where that was a probe, the page goes on.
    async fn got_through(&self, row: &Row, probe: Option<Probe<'_>>) {
        let Conversation { object, page, .. } = &*row.conversation;
        let resumes = probe.is_some() && self.pages.resume(&row.conversation);
        if resumes {
            tracing::info!(?object, %page, "the page can send again");
        }
        if self.pages.is_first_through(&row.conversation) || resumes {
            self.hasten(*object, page).await;
        }
    }

    /// Makes the page's rows due. Where that fails, they are in their time.
    async fn hasten(&self, object: Object, page: &str) {
        if let Err(error) = self.store.hasten(object, page).await {
            tracing::warn!(%error, "the messages of a page could not be made due at once");
        }
    }

    fn random(&self) -> f64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }

    /// Where among those that wait for a page's probe a row comes back. One in doubt is not made due when the page
    /// resumes, so it comes first.
    fn share(&self, row: &Row) -> f64 {
        if row.doubts > 0 { 0.0 } else { self.random() }
    }

    /// Full jitter: anything between zero and the doubled wait.
    fn backoff(&self, attempts: u32) -> Duration {
        let SendWaits {
            backoff, backoff_cap, ..
        } = self.waits;
        let cap = backoff.saturating_mul(1 << attempts.min(16)).min(backoff_cap);
        cap.mul_f64(self.random())
    }

    /// Makes the rows of paused pages due as soon as there is another token.
    async fn look_for_tokens(&self) {
        self.pages.until_some().await;
        sleep(self.waits.token_look).await;
        let look = || self.pages.with_another_token(&*self.provider);
        // The provider is the user's.
        let changed = std::panic::catch_unwind(AssertUnwindSafe(look)).unwrap_or_default();
        for (object, page) in changed {
            tracing::info!(?object, %page, "there is another token for the page; trying it");
            self.hasten(object, &page).await;
        }
    }
}

impl<B: Bot> Engine<B> {
    /// Looks after the tokens of paused pages.
    pub(super) async fn run_outbox_watch(self: Arc<Self>) {
        let tokens = async {
            loop {
                self.outgoing.look_for_tokens().await;
            }
        };
        tokio::select! {
            () = self.until(Phase::Stopped) => {}
            () = tokens => {}
        }
    }
}

/// A send under way, however it ends.
struct UnderWay<'o>(&'o Outgoing);

impl<'o> UnderWay<'o> {
    fn begin(outgoing: &'o Outgoing) -> Self {
        outgoing.begun.fetch_add(1, Ordering::SeqCst);
        Self(outgoing)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::SeqCst);
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
