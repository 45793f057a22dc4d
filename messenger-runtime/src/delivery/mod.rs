//! The delivery engine: events in, turns, messages out.
//!
//! ```text
//!  webhook ──► inbox ──► store ──► turn ──► store ──► outbox ──► graph
//!              parse     append    route,   commit    in order,
//!              and key             handler            retried
//! ```
//!
//! * [`inbox`] turns a verified body into events, each with its conversation and the key by which it is
//!   known when it comes again, and keeps them. Only then the platform gets its 200.
//! * [`turn`] runs one event of one conversation: `before`, the route that fits, its handler within its
//!   time, `on_error` where it fails. Turns of one conversation follow one another; those of different
//!   conversations run side by side, up to a bound.
//! * [`commit`] ends a turn: in one step of the store, or not at all; [`unfinished`] keeps those that failed for now.
//! * [`outbox`] sends what was committed, one message in flight for each conversation: within its [`window`],
//!   while its page can send, and again where the error table of the Graph API says so.
//! * [`chat`] is the `Chat` extractor: it sends through the same outbox while a handler still runs.
//! * [`watchdog`] ends the process where a handler does not let go of its thread.
//! * [`leases`] is what this process may work on, and until when; [`health`] what the store's errors lead to.
//! * [`drain`] is the way to the end, [`places`] bounds how many turns and sends go on side by side.
//!
//! While there are free places, an event needs no queue to be looked at on its way: the request that brought
//! it starts its turn, and the turn's task sends the reply. Two loops claim what had to wait.
//!
//! # What becomes of an event
//!
//! | what happens | what becomes of it |
//! |---|---|
//! | its handler ends well, or there is none for it | consumed |
//! | its handler fails, panics, overruns, is refused an argument or breaks a limit | `on_error` once, then a dead letter with the cause |
//! | something else panics in its turn | a dead letter (MSG625) |
//! | its handler neither awaits nor ends | the [`watchdog`] ends the process |
//! | the process dies over it, more than [`max_claims`](crate::config::Config::max_claims) times | a dead letter without a turn (MSG620) |
//! | the store refuses the result of its turn | a dead letter (MSG626) |
//! | its commit fails for now | what came of it is kept and committed when the event is claimed again, 30 times; then the claim counts and the handler runs again |
//! | the lease is lost, the store cannot be reached, the bot stops | the turn is dropped, the event comes again |
//!
//! In every case the conversation goes on with its next event. From its third claim on an event is a suspect:
//! of these one is at work at a time, so that one that ends the process takes no others with it.
//!
//! # What is bounded
//!
//! | what waits | its bound |
//! |---|---|
//! | requests | connections and bytes of bodies, by the webhook's [`Limits`](crate::webhook::Limits) |
//! | events that the store is keeping | 64 MiB of bodies, whether or not their senders have hung up; then 503 |
//! | events that are kept | the store's bound; then 503 |
//! | rows that the store keeps | twice the store's bound; then 503, and what is sent outside a turn is refused |
//! | turns | [`concurrent_turns`](crate::config::Config::concurrent_turns), a task each; what is claimed has its place |
//! | sends | 256, a task each |
//! | who waits for a row | the handlers at work |
//!
//! There is no channel that holds events or rows: what has no place stays in the store.

mod chat;
mod commit;
mod counters;
mod drain;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzz;
#[cfg(test)]
mod golden;
mod health;
mod inbox;
mod keep;
mod leases;
mod memory;
mod outbox;
mod places;
mod recipient;
mod times;
mod turn;
mod unfinished;
mod watchdog;
mod window;

use std::{fmt, sync::Arc, time::Duration};

pub use chat::Chat;
pub(crate) use counters::Counters;
pub use counters::Counts;
use drain::Phase;
use health::StoreHealth;
pub(crate) use inbox::sink;
use leases::{Held, Leases};
pub(crate) use outbox::Outgoing;
pub use outbox::{GivenUp, PausedPage, SendError};
use places::{Places, SuspectPlace};
#[cfg(feature = "metrics")]
pub(crate) use times::Histogram;
pub(crate) use times::Times;
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, watch},
    time::Instant,
};
use unfinished::Unfinished;
use watchdog::Watchdog;

use crate::{
    Bot, Clock, Provider,
    config::SendWaits,
    fail_points::crash_point,
    flow::Flows,
    graph::Client,
    routing::{Router, session::Sessions},
    store::{Claim, Row, Store, StoreError},
};

/// How many conversations or messages are claimed at once. So many places wait with the claim, too.
const CLAIM_BATCH: usize = 16;
/// From which claim of an event on it is a suspect: it may be what ended the process before.
const SUSPECT_CLAIMS: u32 = 3;
/// How many KiB of bodies the store is keeping at once, those included whose senders have hung up.
const KEEPING: usize = 64 << 10;

/// What the engine takes from the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) turn_timeout: Duration,
    pub(crate) typing_after: Option<Duration>,
    /// How much longer a handler may keep its thread to itself.
    pub(crate) watchdog: Option<Duration>,
    pub(crate) pause: Duration,
    pub(crate) turns: usize,
    pub(crate) max_claims: u32,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seed: u64,
    pub(crate) waits: SendWaits,
}

/// A bot at work.
pub(crate) struct Engine<B: Bot> {
    pub(crate) router: Router<B::State>,
    pub(crate) flows: Flows<B::State>,
    pub(crate) state: B::State,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) client: Client,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) settings: Settings,
    pub(crate) counters: Arc<Counters>,
    pub(crate) outgoing: Arc<Outgoing>,
    sessions: Arc<Sessions>,
    health: Arc<StoreHealth>,
    leases: Arc<Leases>,
    turns: Places,
    unfinished: Unfinished,
    watchdog: Arc<Watchdog>,
    /// One place, for the suspect at work.
    suspect: Places,
    suspect_ended: Arc<Notify>,
    keeping: Places,
    phase: watch::Sender<Phase>,
}

impl<B: Bot> Engine<B> {
    pub(crate) fn new(
        state: B::State,
        store: Arc<dyn Store>,
        client: Client,
        provider: Arc<dyn Provider>,
        settings: Settings,
        sessions: Arc<Sessions>,
    ) -> Arc<Self> {
        let steps = B::FLOWS.iter().flat_map(|flow| flow.graph.steps);
        let handlers = B::TABLE
            .entries
            .iter()
            .map(|entry| entry.route.handler)
            .chain(steps.map(|step| step.handler));
        let counters = Arc::new(Counters {
            times: Times::of(handlers),
            ..Counters::default()
        });
        let health = Arc::new(StoreHealth::new(Arc::clone(&counters), settings.seed));
        let leases = Leases::new(store.lease());
        let outgoing = Outgoing::new(
            Arc::clone(&store),
            client.clone(),
            Arc::clone(&provider),
            Arc::clone(&counters),
            Arc::clone(&leases),
            Arc::clone(&health),
            &settings,
        );
        Arc::new(Self {
            router: Router::new(B::TABLE),
            flows: Flows::new(B::FLOWS),
            state,
            store,
            client,
            provider,
            counters,
            outgoing: Arc::new(outgoing),
            sessions,
            health,
            leases,
            turns: Places::new(settings.turns),
            unfinished: Unfinished::new(settings.turns),
            watchdog: Watchdog::new(
                settings
                    .watchdog
                    .map(|grace| settings.turn_timeout.saturating_add(grace)),
            ),
            suspect: Places::new(1),
            suspect_ended: Arc::default(),
            keeping: Places::new(KEEPING),
            settings,
            phase: watch::Sender::new(Phase::Working),
        })
    }

    /// Starts to work on what the store has, on the current runtime.
    pub(crate) fn start(self: &Arc<Self>) {
        self.watchdog.start();
        tokio::spawn(Arc::clone(self).run_turns());
        tokio::spawn(Arc::clone(self).run_sends());
        tokio::spawn(Arc::clone(self).run_outbox_watch());
        if self.leases.are_shared() {
            tokio::spawn(Arc::clone(self).run_renewals());
        }
    }

    /// Waits until the store can not be trusted any more; why.
    pub(crate) async fn until_broken(&self) -> StoreError {
        self.health.until_broken().await
    }

    async fn run_renewals(self: Arc<Self>) {
        let stopped = async {
            self.until(Phase::Stopped).await;
            // What is cut off then is given back under its lease.
            self.turns.all_back().await;
            self.outgoing.places.all_back().await;
        };
        tokio::select! {
            () = stopped => {}
            _ = self.health.until_broken() => {}
            () = self.leases.keep_renewing(&*self.store, &self.health) => {}
        }
    }

    async fn run_turns(self: Arc<Self>) {
        loop {
            let (mut claims, places, asked) = tokio::select! {
                biased;
                () = self.until(self.last_claims()) => return,
                _ = self.health.until_broken() => return,
                claimed = self.claim() => claimed,
            };
            let asked = self
                .leases
                .confirm_turns(&*self.store, &self.health, &mut claims, asked)
                .await;
            self.begin(claims, places, asked);
        }
    }

    /// As many conversations as there is room for, with their places.
    async fn claim(&self) -> (Vec<Claim>, Option<OwnedSemaphorePermit>, Instant) {
        let places = self.turns.some(CLAIM_BATCH).await;
        loop {
            let suspects = self.suspect.has_free();
            let asked = Instant::now();
            let claimed = tokio::select! {
                biased;
                claimed = self.store.claim(count(places.as_ref()), suspects) => claimed,
                () = self.suspect_ended.notified(), if !suspects => continue,
            };
            match claimed {
                Ok(claims) => {
                    self.health.worked();
                    return (claims, places, asked);
                }
                Err(error) => {
                    self.health.failed("no event could be claimed", &error);
                    self.health.pause().await;
                }
            }
        }
    }

    /// Goes to work on the claims, each in one of the places; the store was asked for them at `asked`.
    fn begin(self: &Arc<Self>, claims: Vec<Claim>, mut places: Option<OwnedSemaphorePermit>, asked: Instant) {
        for claim in claims {
            let place = places.as_mut().and_then(|places| places.split(1));
            let held = self.leases.turn(&claim.lease, asked);
            // Taken here, so that the next claim knows of it.
            let suspect = (claim.claims >= SUSPECT_CLAIMS)
                .then(|| SuspectPlace::take(&self.suspect, &self.suspect_ended))
                .flatten();
            tokio::spawn(Arc::clone(self).converse(claim, held, place, suspect));
        }
    }

    /// Handles a conversation's events until none is left or the bot stops, and sends what is its to send.
    async fn converse(
        self: Arc<Self>,
        claim: Claim,
        held: Held,
        place: Option<OwnedSemaphorePermit>,
        mut suspect: Option<SuspectPlace>,
    ) {
        let mut next = Some(claim);
        while let Some(claim) = next {
            // Whoever was stopped for longer than the lease starts nothing on it; it may be somebody else's.
            if self.phase() >= self.last_claims() || !held.is_good() {
                self.give_back(claim.lease, false).await;
                crash_point!("drain.released");
                return;
            }
            let ended = self.turn(claim, &held).await;
            drop(suspect.take());
            let Some(ended) = ended else { return };
            next = ended.next;
            if let Some((row, held, sending)) = ended.send {
                if next.is_none() {
                    drop(place);
                    // In a box of its own, since most of a turn's future would be room for it.
                    Box::pin(self.outgoing.send_from(row, held, sending)).await;
                    return;
                }
                self.send_aside(row, held, sending);
            }
        }
    }

    async fn run_sends(self: Arc<Self>) {
        loop {
            let (mut rows, mut places, asked) = tokio::select! {
                biased;
                () = self.until(self.last_row_claims()) => return,
                _ = self.health.until_broken() => return,
                claimed = self.claim_rows() => claimed,
            };
            let asked = self
                .leases
                .confirm_rows(&*self.store, &self.health, &mut rows, asked)
                .await;
            for row in rows {
                let held = self.leases.row(&row, asked);
                match places.as_mut().and_then(|places| places.split(1)) {
                    Some(place) => self.send_aside(row, held, place),
                    // The store gave more than it was asked for; kept, it would be in doubt when its lease is over.
                    None => self.outgoing.give_back(row).await,
                }
            }
        }
    }

    fn send_aside(&self, row: Row, held: Held, place: OwnedSemaphorePermit) {
        let outgoing = Arc::clone(&self.outgoing);
        tokio::spawn(async move { outgoing.send_from(row, held, place).await });
    }

    async fn claim_rows(&self) -> (Vec<Row>, Option<OwnedSemaphorePermit>, Instant) {
        let places = self.outgoing.places.some(CLAIM_BATCH).await;
        loop {
            let asked = Instant::now();
            match self.store.claim_outbox(count(places.as_ref())).await {
                Ok(rows) => {
                    self.health.worked();
                    return (rows, places, asked);
                }
                Err(error) => {
                    self.health.failed("no message could be claimed", &error);
                    self.health.pause().await;
                }
            }
        }
    }
}

fn count(places: Option<&OwnedSemaphorePermit>) -> usize {
    places.map_or(0, OwnedSemaphorePermit::num_permits)
}

impl<B: Bot> fmt::Debug for Engine<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("store", &self.store)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
