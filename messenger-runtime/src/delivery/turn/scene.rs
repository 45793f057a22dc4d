//! An event in its turn: who takes it, and what they say.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;

use super::{Handled, check, flow::Playing};
use crate::{
    Bot, BoxFuture,
    delivery::{Engine, memory::Memory},
    event::{Event, Kind},
    graph::Graph,
    message::Reply,
    routing::{
        Captures, ChatPort, Context, Declined, EchoOf, Entry, Fit, HandlerError, Outcome, Route, RouteKind,
        Running, Situation, Timers, Trace,
        dialog::{OwnedWay, Waiting},
        echo_of, said_by_a_person,
        session::Workspace,
    },
    store::Cause,
};

/// Who takes an event.
enum Taken<'a> {
    Handler(usize, Running<'a>),
    Flow(OwnedWay),
}

/// An event in its turn.
pub(super) struct Scene<'s, B: Bot> {
    pub(super) engine: &'s Engine<B>,
    pub(super) event: &'s Event<'s>,
    pub(super) graph: &'s Graph,
    pub(super) chat: &'s Arc<dyn ChatPort>,
    pub(super) workspace: &'s Arc<Workspace>,
}

impl<B: Bot> Scene<'_, B> {
    /// Runs the handlers of the event.
    pub(super) async fn handle(&self, memory: &mut Memory) -> Handled {
        let engine = self.engine;
        let now = engine.settings.clock.now();
        let own_app = engine.provider.app_id();
        let event = self.event;
        if event.is_echo() {
            if echo_of(event, own_app.as_deref()) == EchoOf::Other {
                memory.pause(now, engine.settings.pause);
            }
        } else if !event.is_standby() {
            if gives_control_to(event, own_app.as_deref()) {
                memory.resume();
            } else if memory.is_paused(now) {
                engine.counters.paused.one();
                self.postpone(memory.pause_left(now));
                return Handled::default();
            } else {
                memory.resume();
            }
            if let Some(handled) = self.before().await {
                if handled.failed.is_some() {
                    engine.counters.handled.one();
                    engine.counters.turns_failed.one();
                } else {
                    engine.counters.stopped.one();
                }
                return handled;
            }
        }
        let own_app = own_app.as_deref();
        if event.is_echo() || event.is_standby() {
            // Somebody else has the word, and the bot does not speak of its flow.
            let playing = self.playing(memory).unwrap_or_default();
            return self.routed(memory, playing, own_app, Reply::default()).await;
        }
        let ended = match self.playing(memory) {
            Err(lost) if said_by_a_person(event) || self.expiry().is_some() => self.lost(memory, lost).await,
            Err(_) => return self.routed(memory, None, own_app, Reply::default()).await,
            Ok(Some(playing)) if self.is_expired(&playing) => self.expire(memory, playing).await,
            // The question was answered, and asked again or followed by another.
            Ok(_) if self.expiry().is_some() => return Handled::default(),
            Ok(playing) => return self.routed(memory, playing, own_app, Reply::default()).await,
        };
        if self.expiry().is_some() || ended.failed.is_some() || memory.flow.is_some() {
            engine.counters.handled.one();
            return ended;
        }
        self.routed(memory, None, own_app, ended.reply).await
    }

    /// Finds who takes the event, and lets them. Where a flow has just ended, `told` is what the person is told of that:
    /// then nobody says besides that they do not understand.
    async fn routed(
        &self,
        memory: &mut Memory,
        playing: Option<Playing<B::State>>,
        own_app: Option<&str>,
        told: Reply,
    ) -> Handled {
        let is_told = !told.is_empty();
        let handled = self.taken(memory, playing, own_app, is_told).await;
        Handled {
            reply: told.then(handled.reply),
            ..handled
        }
    }

    async fn taken(
        &self,
        memory: &mut Memory,
        playing: Option<Playing<B::State>>,
        own_app: Option<&str>,
        is_told: bool,
    ) -> Handled {
        let engine = self.engine;
        let context = self.context(None);
        let now = engine.settings.clock.now();
        let flow = playing
            .as_ref()
            .and_then(|playing| engine.flows.asker(&playing.kept, playing.loaded.step, now));
        let situation = Situation {
            offered: &memory.offered,
            own_app,
            flow: flow.as_ref().map(|flow| flow as &dyn Waiting),
        };
        let taken = engine
            .router
            .route(self.event, situation, &mut Trace::off(), &mut |fit| match fit {
                Fit::Entry(index, captures) => {
                    let running = call(engine.router.entry(index), &context, captures)?;
                    Ok(Taken::Handler(index, running))
                }
                Fit::Flow(way) => Ok(Taken::Flow(way.into_owned())),
            });
        match (taken, playing) {
            (Some(Taken::Flow(way)), Some(playing)) => {
                engine.counters.handled.one();
                self.play(memory, playing, way.borrowed()).await
            }
            (Some(Taken::Handler(index, running)), playing) => {
                engine.counters.handled.one();
                let Route { handler, kind, .. } = engine.router.entry(index).route;
                if is_told && kind == RouteKind::Fallback {
                    return Handled::default();
                }
                let outcome = self.guard((index, handler), running).await;
                let handled = match outcome.and_then(|outcome| self.checked(outcome)) {
                    Ok(Outcome::Reply(reply)) => {
                        let playing = if kind == RouteKind::GetStarted {
                            memory.flow = None;
                            None
                        } else {
                            playing
                        };
                        self.after_handler(memory, playing, reply).await
                    }
                    Ok(Outcome::Continue) => Handled::default(),
                    Err(error) => {
                        engine.counters.turns_failed.one();
                        self.on_error(handler, error).await
                    }
                };
                Handled {
                    handler: Some(handler),
                    ..handled
                }
            }
            (_, playing) => {
                engine.counters.unhandled.one();
                match self.forgotten_timer() {
                    None => self.after_handler(memory, playing, Reply::default()).await,
                    failed => Handled {
                        failed,
                        ..Handled::default()
                    },
                }
            }
        }
    }

    /// The handlers ahead of routing; what came of it where one of them stops the event.
    async fn before(&self) -> Option<Handled> {
        let router = &self.engine.router;
        for &index in router.of_kind(RouteKind::Before) {
            let context = self.context(None);
            let Ok(running) = call(router.entry(index), &context, &Captures::none()) else {
                continue;
            };
            let handler = router.entry(index).route.handler;
            let outcome = self.guard((index, handler), running).await;
            let handled = match outcome.and_then(|outcome| self.checked(outcome)) {
                Ok(Outcome::Continue) => continue,
                Ok(Outcome::Reply(reply)) => reply.asking(Reply::default()).into(),
                Err(error) => self.on_error(handler, error).await,
            };
            return Some(Handled {
                handler: Some(handler),
                ..handled
            });
        }
        None
    }

    /// Runs a handler or a step within its time, and keeps a panic from going further.
    pub(super) async fn guard<O>(
        &self,
        (place, handler): (usize, &'static str),
        running: BoxFuture<'_, Result<O, HandlerError>>,
    ) -> Result<O, HandlerError> {
        let started = Instant::now();
        let limit = self.engine.settings.turn_timeout;
        let watched = self.engine.watchdog.watch(
            handler,
            self.workspace.conversation(),
            AssertUnwindSafe(running).catch_unwind(),
        );
        let outcome = match tokio::time::timeout(limit, watched).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_panic)) => Err(HandlerError::Panicked),
            Err(_elapsed) => Err(HandlerError::TimedOut(limit)),
        };
        self.engine.counters.times.handler(place, started.elapsed());
        let outcome = outcome?;
        let ended = self.workspace.end();
        ended.map_err(|error| HandlerError::Failed(Arc::new(error)))?;
        Ok(outcome)
    }

    /// Refuses a reply that breaks a limit.
    pub(super) fn checked(&self, outcome: Outcome) -> Result<Outcome, HandlerError> {
        if let Outcome::Reply(reply) = &outcome {
            check(reply, self.event.object()).map_err(HandlerError::Limits)?;
        }
        Ok(outcome)
    }

    /// Why a timer that no handler takes is a dead letter: whoever set it meant something by it.
    fn forgotten_timer(&self) -> Option<Cause> {
        let Kind::Timer(timer) = self.event.kind() else {
            return None;
        };
        let name = timer.name.as_deref().unwrap_or_default();
        let cause = Cause::new(
            "MSG635",
            format!("no `#[on_timer]` takes the timer {name:?}: a handler was renamed or misspelt"),
        );
        let conversation = self.workspace.conversation();
        tracing::error!(?conversation, cause = &*cause.code, "{cause}");
        Some(cause)
    }

    /// Has a timer come again when the pause is over; what people say meanwhile is for others to answer.
    fn postpone(&self, pause: Duration) {
        if let Kind::Timer(timer) = self.event.kind() {
            self.workspace.begin();
            Timers::of(self.workspace).set_again(timer, pause);
            self.workspace
                .end()
                .expect("a timer that was set once has no fault");
        }
    }

    /// The context of the handler that begins now.
    pub(super) fn context(&self, error: Option<HandlerError>) -> Context<'_, B::State> {
        self.workspace.begin();
        Context {
            event: self.event,
            state: &self.engine.state,
            graph: self.graph,
            chat: self.chat,
            workspace: self.workspace,
            error,
        }
    }
}

/// Reads the captures and starts the handler. A capture of the user's own that panics is a handler that does.
pub(super) fn call<'a, S>(
    entry: &Entry<S>,
    context: &'a Context<'a, S>,
    captures: &Captures<'_>,
) -> Result<Running<'a>, Declined> {
    catch_unwind(AssertUnwindSafe(|| (entry.call)(context, captures)))
        .unwrap_or_else(|_panic| Ok(Box::pin(std::future::ready(Err(HandlerError::Panicked)))))
}

/// Whether the event gives the thread to this app.
pub(super) fn gives_control_to(event: &Event<'_>, own_app: Option<&str>) -> bool {
    let Kind::PassThreadControl(passed) = event.kind() else {
        return false;
    };
    own_app.is_none_or(|own| passed.new_owner_app_id.as_deref() == Some(own))
}
