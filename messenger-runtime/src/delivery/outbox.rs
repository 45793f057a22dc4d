//! Sends what the turns left in the outbox, in order, one at a time for each conversation.

use std::{
    collections::HashMap,
    fmt,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    time::Instant,
};

use super::{Counters, Held, Leases, SendPlaces, Settings, StoreHealth, turn::graph_of};
use crate::{
    event::Object,
    fail_points::crash_point,
    graph::{self, Client, Graph, GraphError, INSTAGRAM_INBOX, PAGE_INBOX},
    message::{Action, BoxError, Keyed, Recipient},
    store::{Conversation, Enqueue, NewRow, Row, Settlement, Store},
};

/// How often a send is tried before it is given up.
const ATTEMPTS: u32 = 8;
/// The same for sends that may have arrived each time: without echoes each try may be one copy more.
const DOUBTFUL_ATTEMPTS: u32 = 3;
/// The wait before the second attempt; it doubles up to the cap, and each wait is drawn between zero and it.
const BACKOFF: Duration = Duration::from_millis(500);
const BACKOFF_CAP: Duration = Duration::from_secs(60);
/// How long a doubtful send waits for its echo.
const ECHO_WAIT: Duration = Duration::from_secs(10);

/// What became of a row, for whoever waits for it.
type Settled = Result<(), GraphError>;

/// The way out: the outbox and those who wait for a row of it.
pub(crate) struct Outgoing {
    pub(super) store: Arc<dyn Store>,
    pub(super) client: Client,
    pub(super) counters: Arc<Counters>,
    pub(super) places: SendPlaces,
    leases: Arc<Leases>,
    health: Arc<StoreHealth>,
    waiting: Mutex<HashMap<Arc<str>, oneshot::Sender<Settled>>>,
    random: Mutex<fastrand::Rng>,
}

impl Outgoing {
    pub(super) fn new(
        store: Arc<dyn Store>,
        client: Client,
        counters: Arc<Counters>,
        leases: Arc<Leases>,
        health: Arc<StoreHealth>,
        settings: &Settings,
    ) -> Self {
        Self {
            store,
            client,
            counters,
            places: SendPlaces::new(),
            leases,
            health,
            waiting: Mutex::default(),
            random: Mutex::new(fastrand::Rng::with_seed(settings.seed)),
        }
    }

    /// Sends the rows behind all that the conversation has still to send, and waits until they are settled.
    pub(crate) async fn send_and_wait(
        &self,
        conversation: &Arc<Conversation>,
        rows: Vec<NewRow>,
    ) -> Result<(), BoxError> {
        let waits: Vec<_> = rows.iter().map(|row| self.wait_for(&row.key)).collect();
        let enqueue = Enqueue {
            conversation: Arc::clone(conversation),
            rows,
            turn: None,
            once: None,
        };
        self.store.enqueue(enqueue).await?;
        for wait in waits {
            wait.await
                .map_err(|_| "the message was not sent: the bot has stopped, or sending it panicked")??;
        }
        Ok(())
    }

    fn wait_for(&self, key: &Arc<str>) -> oneshot::Receiver<Settled> {
        let (done, wait) = oneshot::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(Arc::clone(key), done);
        wait
    }

    fn tell(&self, key: &str, result: Settled) {
        let waiting = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(key);
        if let Some(waiting) = waiting {
            // Nobody listens any more where the handler has overrun its time.
            let _ = waiting.send(result);
        }
    }

    /// Sends `row` and those behind it until one has to wait, in one place.
    pub(super) async fn send_from(&self, row: Row, held: Held, place: OwnedSemaphorePermit) {
        let mut next = Some((row, held));
        while let Some((row, held)) = next {
            if !held.may_send() {
                // Nothing left, so it is not in doubt; where somebody else has it by now, this changes nothing.
                if let Err(error) = self
                    .store
                    .settle(row, Settlement::Postponed(Duration::ZERO))
                    .await
                {
                    self.health.failed("a message could not be given back", &error);
                }
                return;
            }
            let started = Instant::now();
            crash_point!("outbox.sending");
            let ended = self.send(&row).await;
            crash_point!("outbox.sent");
            self.places.took(started.elapsed());
            let (key, settlement) = (Arc::clone(&row.new.key), ended.settlement());
            let asked = Instant::now();
            next = match self.store.settle(row, settlement).await {
                Ok(settled) => {
                    self.health.worked();
                    self.account(&key, if settled.echoed { Ended::Sent } else { ended });
                    settled.next.map(|row| {
                        let held = self.leases.row(&row, asked);
                        (row, held)
                    })
                }
                Err(error) => {
                    self.health
                        .failed("a send could not be settled; its row is in doubt", &error);
                    None
                }
            };
        }
        drop(place);
    }

    /// A row left the outbox because the platform has echoed its message.
    pub(super) fn echoed(&self, key: &str) {
        self.counters.sent.one();
        self.tell(key, Ok(()));
    }

    async fn send(&self, row: &Row) -> Ended {
        let graph = graph_of(&self.client, &row.conversation).once();
        // A request hook or provider of the user's may panic; the rows behind this one must go on.
        match AssertUnwindSafe(call(&graph, row)).catch_unwind().await {
            Ok(Ok(())) => Ended::Sent,
            Ok(Err(error)) => self.failed(row, error),
            Err(_panic) => Ended::GivenUp(None),
        }
    }

    fn failed(&self, row: &Row, error: GraphError) -> Ended {
        let graph::Action::Retry { after } = error.action() else {
            return Ended::GivenUp(Some(error));
        };
        if error.is_paced() {
            return Ended::Postponed(after.unwrap_or_default());
        }
        let doubtful = error.is_doubtful() && matches!(row.new.action, Action::Send { .. });
        if row.attempts + 1 >= ATTEMPTS || (doubtful && row.doubts + 1 >= DOUBTFUL_ATTEMPTS) {
            Ended::GivenUp(Some(error))
        } else if doubtful {
            tracing::warn!(%error, "a send is in doubt; waiting for its echo");
            Ended::InDoubt
        } else {
            let wait = self.backoff(row.attempts).max(after.unwrap_or_default());
            tracing::warn!(%error, ?wait, "a send is tried again");
            Ended::Again(wait)
        }
    }

    /// Counts how a send ended and tells whoever waits for it.
    fn account(&self, key: &str, ended: Ended) {
        match ended {
            Ended::Sent => {
                self.counters.sent.one();
                self.tell(key, Ok(()));
            }
            Ended::Postponed(_) => {}
            Ended::Again(_) | Ended::InDoubt => self.counters.retried.one(),
            Ended::GivenUp(Some(error)) => {
                self.counters.given_up.one();
                tracing::error!(%error, "a send was given up");
                self.tell(key, Err(error));
            }
            Ended::GivenUp(None) => {
                self.counters.given_up.one();
                tracing::error!("a send panicked and was given up");
                self.waiting
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(key);
            }
        }
    }

    /// Full jitter: anything between zero and the doubled wait.
    fn backoff(&self, attempts: u32) -> Duration {
        let cap = BACKOFF.saturating_mul(1 << attempts.min(16)).min(BACKOFF_CAP);
        let share = self.random.lock().unwrap_or_else(PoisonError::into_inner).f64();
        cap.mul_f64(share)
    }
}

/// How a send ended.
enum Ended {
    Sent,
    /// To be tried again after this time.
    Again(Duration),
    /// It did not leave, for its page's turn comes after this time.
    Postponed(Duration),
    /// It may have arrived; its echo would tell.
    InDoubt,
    /// Refused for good, or too often; without an error it panicked.
    GivenUp(Option<GraphError>),
}

impl Ended {
    fn settlement(&self) -> Settlement {
        match self {
            Self::Sent | Self::GivenUp(_) => Settlement::Done,
            Self::Again(wait) => Settlement::Retry(*wait),
            Self::Postponed(wait) => Settlement::Postponed(*wait),
            Self::InDoubt => Settlement::Doubtful(ECHO_WAIT),
        }
    }
}

/// Makes the call that a row stands for.
async fn call(graph: &Graph, row: &Row) -> Result<(), GraphError> {
    let NewRow { key, to, action } = &*row.new;
    match action {
        Action::Send { message, options } => {
            // The platform repeats the metadata in its echo, by which a send in doubt is settled.
            graph
                .send_keyed(to, Keyed { message, key }, options)
                .await
                .map(drop)
        }
        Action::SenderAction(action) => graph.sender_action(to, action).await.map(drop),
        Action::PassThreadControl {
            target_app_id,
            metadata,
        } => {
            let target = target_app_id.as_deref().unwrap_or(match row.conversation.object {
                Object::Page => PAGE_INBOX,
                Object::Instagram => INSTAGRAM_INBOX,
            });
            graph
                .pass_thread_control(psid(to)?, Some(target), metadata.as_deref())
                .await
        }
        Action::TakeThreadControl { metadata } => {
            graph.take_thread_control(psid(to)?, metadata.as_deref()).await
        }
        Action::ReleaseThreadControl => graph.release_thread_control(psid(to)?, None).await,
    }
}

/// The id that thread control goes by: only a person has one who wrote, not yet the author of a comment.
fn psid(to: &Recipient) -> Result<&str, GraphError> {
    match to {
        Recipient::Id(id) => Ok(id),
        _ => Err(GraphError::request(
            "a conversation is passed on by a person's id, and this event has none",
            None,
        )),
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
