//! A bot at work.

use std::{fmt, sync::Arc};

use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use super::{Bot, Handle, StartError};
use crate::{
    config::Config,
    delivery::{Engine, GivenUp, Settings, sink},
    graph::Client,
    operator::{self, Access, OperatorError, Running, Subject},
    routing::session::Sessions,
    store::{Backlog, Store, StoreError},
    webhook::{self, Server, Signals, WebhookError},
};

/// A bot that handles what its store has; made by [`BotBuilder::start`](super::BotBuilder::start).
///
/// Dropping it does not stop the bot; [`drain`](Self::drain) does.
pub struct BotService<B: Bot> {
    engine: Arc<Engine<B>>,
    config: Config,
    subject: Arc<Subject>,
}

impl<B: Bot> BotService<B> {
    pub(super) fn new(
        state: B::State,
        store: Arc<dyn Store>,
        client: Client,
        config: Config,
        subject: Arc<Subject>,
        sessions: Arc<Sessions>,
        is_own_program: bool,
    ) -> Self {
        let provider = Arc::clone(&config.provider);
        if provider.app_id().is_none() {
            tracing::warn!(
                "MESSENGER_APP_ID is not set: messages of people in the inbox cannot be told from the bot's own, \
                 so the bot does not pause for them"
            );
        }
        let settings = Settings {
            turn_timeout: config.turn_timeout,
            typing_after: config.typing_after,
            watchdog: config.watchdog.grace(is_own_program),
            pause: config.human_pause,
            turns: config.concurrent_turns,
            max_claims: config.max_claims,
            clock: Arc::clone(&config.clock),
            seed: config.seed,
            waits: config.send_waits,
        };
        #[cfg(feature = "metrics")]
        let (store, seen) = operator::Observed::look_at(store);
        let engine = Engine::new(state, store, client, provider, settings, sessions);
        subject.runs(Running {
            store: Arc::clone(&engine.store),
            is_draining: {
                let engine = Arc::clone(&engine);
                Box::new(move || engine.is_draining())
            },
            outgoing: Some(Arc::clone(&engine.outgoing)),
            #[cfg(feature = "metrics")]
            counters: Arc::clone(&engine.counters),
            #[cfg(feature = "metrics")]
            seen,
        });
        Self {
            engine,
            config,
            subject,
        }
    }

    /// Has the hook told of messages that are given up, with a handle that does not keep the bot alive.
    pub(super) fn tell_given_up(&self, hook: impl Fn(&GivenUp, &Handle) + Send + Sync + 'static) {
        let engine = Arc::downgrade(&self.engine);
        self.engine.outgoing.tell_given_up(Arc::new(move |given_up| {
            if let Some(engine) = engine.upgrade() {
                hook(given_up, &Handle::of(&engine));
            }
        }));
    }

    /// Begins to handle what the store has.
    pub(super) async fn begin(&self) {
        self.engine.look_for_room().await;
        self.engine.start();
    }

    /// The webhook, for a router of your own: nest or merge it. It answers on the configured path alone.
    ///
    /// The deadlines for header and idle connections and the connection cap are the
    /// [`Server`]'s; behind a server of your own, see to them there.
    ///
    /// # Errors
    ///
    /// There is no app secret or verify token, or the path is not plain.
    pub fn router(&self) -> Result<axum::Router, WebhookError> {
        webhook::router(
            Arc::clone(&self.config.provider),
            sink(&self.engine),
            &self.config.webhook_path,
            self.config.webhook.clone(),
        )
    }

    /// `GET /healthz` (200 while the process lives) and `GET /readyz` (200 while events can be taken, else 503),
    /// for probes; a word each and no details. [`serve`](Self::serve) and [`run`](super::BotBuilder::run) answer
    /// them beside the webhook.
    pub fn health_router(&self) -> axum::Router {
        operator::public(Arc::clone(&self.subject))
    }

    /// What the [operator listener](crate::operator) answers, for a router of your own.
    ///
    /// # Errors
    ///
    /// [`OperatorError::NoToken`] without a [`Config::operator_token`] of 16 characters: only the bot's own listener knows who
    /// can reach it.
    pub fn operator_router(&self) -> Result<axum::Router, OperatorError> {
        let token = self.config.operator_token.clone().ok_or(OperatorError::NoToken)?;
        Ok(operator::router(Arc::clone(&self.subject), Access::token(token)?))
    }

    /// Serves the webhook and the [health paths](Self::health_router) until `shutdown` resolves, then drains.
    ///
    /// # Errors
    ///
    /// As [`router`](Self::router), where the webhook's path is one of the health paths, and
    /// [`StartError::Broken`] as soon as the store cannot be trusted any more.
    pub async fn serve(&self, server: Server, shutdown: impl Future<Output = ()>) -> Result<(), StartError> {
        let path = &self.config.webhook_path;
        if [operator::HEALTHZ, operator::READYZ].contains(&&**path) {
            return Err(OperatorError::Path { path: path.clone() }.into());
        }
        let router = self.router()?.merge(self.health_router());
        let stop = async {
            tokio::select! {
                () = shutdown => {}
                _ = self.engine.until_broken() => {}
            }
            // Before the port is closed, so that no probe finds a bot ready that takes no more connections.
            self.engine.leave();
        };
        let drained = server
            .serve(router, self.config.webhook.limits.clone(), stop)
            .await;
        tracing::info!(?drained, "the server has stopped");
        let left = self.drain().await;
        if let Some(error) = self.engine.until_broken().now_or_never() {
            return Err(StartError::Broken(error));
        }
        if !left.is_empty() {
            tracing::warn!("stopped with work left: {}", Left(left));
        }
        Ok(())
    }

    /// Resolves when the store cannot be trusted any more, because a write could not be made durable or what it
    /// kept is damaged; why. From then on the webhook answers 500 and the program has to end: a new process
    /// finds what was acknowledged. [`serve`](Self::serve) returns by itself; this is for a bot within
    /// another server.
    ///
    /// ```no_run
    /// # use messenger_runtime::prelude::*;
    /// # bot! { Echo; echo }
    /// # #[fallback]
    /// # async fn echo(text: Text) -> String { text.into_string() }
    /// # async fn example(listener: tokio::net::TcpListener) -> Result<(), Box<dyn std::error::Error>> {
    /// let service = Echo::stateless().start().await?;
    /// let app = axum::Router::<()>::new().merge(service.router()?);
    /// tokio::select! {
    ///     served = axum::serve(listener, app) => served?,
    ///     why = service.failed() => return Err(why.into()),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn failed(&self) -> impl Future<Output = StoreError> + Send + 'static + use<B> {
        let engine = Arc::clone(&self.engine);
        async move { engine.until_broken().await }
    }

    /// As [`serve`](Self::serve) until the first signal; a second one cuts the draining short.
    pub(crate) async fn serve_until_told(
        &self,
        server: Server,
        mut signals: Signals,
    ) -> Result<(), StartError> {
        let (tell, told) = oneshot::channel::<()>();
        let told_again = async move {
            signals.next().await;
            // The server may have stopped by itself.
            let _ = tell.send(());
            signals.next().await;
        };
        self.serve_or_cut(server, async { drop(told.await) }, told_again)
            .await
    }

    async fn serve_or_cut(
        &self,
        server: Server,
        shutdown: impl Future<Output = ()>,
        cut: impl Future<Output = ()>,
    ) -> Result<(), StartError> {
        tokio::select! {
            served = self.serve(server, shutdown) => served,
            () = cut => {
                Err(StartError::Cut(self.engine.stop().await))
            }
        }
    }

    /// Takes no more events (503, so the platform keeps them), handles those that were acknowledged (20 s at
    /// most) and sends what comes of them and is due (15 s at most); what waits in a store that other processes work on as
    /// well is left to them. What is left then is given back, and the store is closed.
    pub async fn drain(&self) -> Backlog {
        self.engine.drain().await
    }

    /// A way to look at the bot from outside its turns. Cheap to clone.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::of(&self.engine)
    }
}

/// What was not done, in words.
pub(super) struct Left(pub(super) Backlog);

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Backlog { events, rows, .. } = self.0;
        let s = |count| if count == 1 { "" } else { "s" };
        write!(f, "{events} event{}, {rows} message{}", s(events), s(rows))
    }
}

impl<B: Bot> fmt::Debug for BotService<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotService")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}
