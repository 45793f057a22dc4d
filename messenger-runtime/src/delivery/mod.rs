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
//!   time, `on_error` where it fails, and the commit. Turns of one conversation follow one another; those
//!   of different conversations run side by side, up to a bound.
//! * [`outbox`] sends what was committed, one message in flight for each conversation, and tries again
//!   where the error table of the Graph API says so.
//! * [`chat`] is the `Chat` extractor: it sends through the same outbox while a handler still runs.
//! * [`places`] bounds how many turns and sends go on side by side.
//!
//! While there are free places, an event needs no queue to be looked at on its way: the request that brought
//! it starts its turn, and the turn's task sends the reply. Two loops claim what had to wait.

mod chat;
mod counters;
mod inbox;
mod memory;
mod outbox;
mod places;
mod recipient;
mod turn;
mod window;

use std::{fmt, sync::Arc, time::Duration};

pub use chat::Chat;
pub(crate) use counters::Counters;
pub use counters::Counts;
pub(crate) use inbox::sink;
pub(crate) use outbox::Outgoing;
use places::{Places, SendPlaces};
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::{sleep, timeout},
};

use crate::{
    Bot, Clock, Provider,
    graph::Client,
    routing::{
        Router,
        session::{Sessions, UnreadableHook},
    },
    store::{Backlog, Claim, Row, Store},
};

/// How long a stopping bot lets handlers finish, and then how long it goes on sending.
const DRAIN_TURNS: Duration = Duration::from_secs(20);
const DRAIN_SENDS: Duration = Duration::from_secs(15);
/// How many conversations or messages are claimed at once. So many places wait with the claim, too.
const CLAIM_BATCH: usize = 16;
/// The wait after a store refused a claim.
const CLAIM_AGAIN: Duration = Duration::from_secs(1);

/// What the engine takes from the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) turn_timeout: Duration,
    pub(crate) pause: Duration,
    pub(crate) turns: usize,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) seed: u64,
}

/// A bot at work.
pub(crate) struct Engine<B: Bot> {
    pub(crate) router: Router<B::State>,
    pub(crate) state: B::State,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) client: Client,
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) settings: Settings,
    pub(crate) counters: Arc<Counters>,
    pub(crate) outgoing: Arc<Outgoing>,
    sessions: Arc<Sessions>,
    turns: Places,
    stop: watch::Sender<Phase>,
}

/// How far the engine has come towards its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Phase {
    Working,
    /// No new events; those that are kept are handled.
    Draining,
    /// No new turns.
    Resting,
    /// No new sends either.
    Stopped,
}

impl<B: Bot> Engine<B> {
    pub(crate) fn new(
        state: B::State,
        store: Arc<dyn Store>,
        client: Client,
        provider: Arc<dyn Provider>,
        settings: Settings,
        on_unreadable: Option<UnreadableHook>,
    ) -> Arc<Self> {
        let counters = Arc::<Counters>::default();
        let outgoing = Outgoing::new(
            Arc::clone(&store),
            client.clone(),
            Arc::clone(&counters),
            &settings,
        );
        Arc::new(Self {
            router: Router::new(B::TABLE),
            state,
            store,
            client,
            provider,
            counters,
            outgoing: Arc::new(outgoing),
            sessions: Sessions::new(Arc::clone(&settings.clock), on_unreadable),
            turns: Places::new(settings.turns),
            settings,
            stop: watch::Sender::new(Phase::Working),
        })
    }

    /// Starts to work on what the store has, on the current runtime.
    pub(crate) fn start(self: &Arc<Self>) {
        tokio::spawn(Arc::clone(self).run_turns());
        tokio::spawn(Arc::clone(self).run_sends());
    }

    /// Takes no more events, handles those that were acknowledged and sends what comes of them, both within
    /// bounds; what is still waiting then stays in the store.
    pub(crate) async fn drain(&self) -> Backlog {
        self.stop.send_replace(Phase::Draining);
        if timeout(DRAIN_TURNS, self.until(|left| left.events == 0))
            .await
            .is_err()
        {
            tracing::warn!("events were still waiting or at work after {DRAIN_TURNS:?}");
        }
        self.stop.send_replace(Phase::Resting);
        if timeout(DRAIN_SENDS, self.until(|left| left.rows == 0))
            .await
            .is_err()
        {
            tracing::warn!("messages were still waiting after {DRAIN_SENDS:?}");
        }
        self.stop.send_replace(Phase::Stopped);
        self.store.backlog().await.unwrap_or_default()
    }

    async fn until(&self, is_so: impl Fn(Backlog) -> bool) {
        while !self.store.backlog().await.is_ok_and(&is_so) {
            sleep(Duration::from_millis(5)).await;
        }
    }

    async fn run_turns(self: Arc<Self>) {
        let mut stop = self.stop.subscribe();
        loop {
            tokio::select! {
                biased;
                _ = stop.wait_for(|phase| *phase >= Phase::Resting) => return,
                (claims, places) = self.claim() => self.begin(claims, places),
            }
        }
    }

    /// As many conversations as there is room for, with their places.
    async fn claim(&self) -> (Vec<Claim>, Option<OwnedSemaphorePermit>) {
        let places = self.turns.some(CLAIM_BATCH).await;
        match self.store.claim(count(places.as_ref()), true).await {
            Ok(claims) => (claims, places),
            Err(error) => {
                tracing::error!(%error, "no event could be claimed");
                sleep(CLAIM_AGAIN).await;
                (Vec::new(), None)
            }
        }
    }

    /// Goes to work on the claims, each in one of the places.
    fn begin(self: &Arc<Self>, claims: Vec<Claim>, mut places: Option<OwnedSemaphorePermit>) {
        for claim in claims {
            let place = places.as_mut().and_then(|places| places.split(1));
            tokio::spawn(Arc::clone(self).converse(claim, place));
        }
    }

    /// Handles a conversation's events until none is left or the bot stops, and sends what is its to send.
    async fn converse(self: Arc<Self>, claim: Claim, place: Option<OwnedSemaphorePermit>) {
        let mut next = Some(claim);
        while let Some(claim) = next {
            if *self.stop.borrow() >= Phase::Resting {
                if let Err(error) = self.store.release(claim.lease, false).await {
                    tracing::warn!(%error, "a conversation could not be given back");
                }
                return;
            }
            let ended = match self.turn(claim).await {
                Ok(ended) => ended,
                Err(error) => {
                    tracing::error!(%error, "a turn could not be committed");
                    return;
                }
            };
            next = ended.next;
            if let Some((row, sending)) = ended.send {
                if next.is_none() {
                    drop(place);
                    // In a box of its own, since most of a turn's future would be room for it.
                    Box::pin(self.outgoing.send_from(row, sending)).await;
                    return;
                }
                self.send_aside(row, sending);
            }
        }
    }

    async fn run_sends(self: Arc<Self>) {
        let mut stop = self.stop.subscribe();
        loop {
            let (rows, mut places) = tokio::select! {
                biased;
                _ = stop.wait_for(|phase| *phase >= Phase::Stopped) => return,
                claimed = self.claim_rows() => claimed,
            };
            for row in rows {
                if let Some(place) = places.as_mut().and_then(|places| places.split(1)) {
                    self.send_aside(row, place);
                }
            }
        }
    }

    fn send_aside(&self, row: Row, place: OwnedSemaphorePermit) {
        let outgoing = Arc::clone(&self.outgoing);
        tokio::spawn(async move { outgoing.send_from(row, place).await });
    }

    async fn claim_rows(&self) -> (Vec<Row>, Option<OwnedSemaphorePermit>) {
        let places = self.outgoing.places.some(CLAIM_BATCH).await;
        match self.store.claim_outbox(count(places.as_ref())).await {
            Ok(rows) => (rows, places),
            Err(error) => {
                tracing::error!(%error, "no message could be claimed");
                sleep(CLAIM_AGAIN).await;
                (Vec::new(), None)
            }
        }
    }

    /// Whether the bot takes no events any more.
    pub(crate) fn is_draining(&self) -> bool {
        *self.stop.borrow() >= Phase::Draining
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
