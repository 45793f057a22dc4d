//! One turn: an event, the handler that takes it, and what comes of it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use tokio::sync::OwnedSemaphorePermit;

use self::flow::Playing;
use super::{
    Engine,
    chat::Chatter,
    commit::failed_turn,
    drain::Phase,
    leases::Held,
    memory::{self, Memory},
    recipient::recipient,
    unfinished::Attempt,
};
use crate::{
    Bot, BoxFuture,
    event::{Event, Kind, Object},
    fail_points::{crash_point, sabotaged},
    graph::{Client, Graph},
    message::{LimitErrors, Platform, Recipient, Reply, split_key},
    routing::{
        Captures, ChatPort, Context, Declined, EchoOf, Entry, Fit, HandlerError, Outcome, Route, RouteKind,
        Running, Situation, Timers, Trace,
        dialog::{OwnedWay, Waiting},
        echo_of, said_by_a_person,
        session::{Locale, Workspace},
    },
    store::{Cause, Claim, Conversation, NewRow, Row, Turn},
};

mod failed;
mod flow;
mod typing;

/// What is left to do for a conversation after a turn.
pub(super) struct Ended {
    pub(super) next: Option<Claim>,
    /// A row to send, and the place to send it in.
    pub(super) send: Option<(Row, Held, OwnedSemaphorePermit)>,
}

/// What came of an event.
#[derive(Default)]
struct Handled {
    reply: Reply,
    /// The handler that took it.
    handler: Option<&'static str>,
    /// Why it was not handled after all.
    failed: Option<Cause>,
}

impl From<Reply> for Handled {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            ..Self::default()
        }
    }
}

/// Who takes an event.
enum Taken<'a> {
    Handler(usize, Running<'a>),
    Flow(OwnedWay),
}

/// An event in its turn.
struct Scene<'s, B: Bot> {
    engine: &'s Engine<B>,
    event: &'s Event<'s>,
    graph: &'s Graph,
    chat: &'s Arc<dyn ChatPort>,
    workspace: &'s Arc<Workspace>,
}

impl<B: Bot> Engine<B> {
    /// Handles the claimed event and commits; gives what the conversation goes on with. `None` where the turn
    /// was dropped.
    pub(super) async fn turn(&self, claim: Claim, held: &Held) -> Option<Ended> {
        let started = Instant::now();
        if let Some(unfinished) = self.unfinished.take(&claim.key) {
            let turn = Turn {
                lease: claim.lease,
                ..unfinished.turn
            };
            let failures = unfinished.failures;
            return self.commit(claim.key, Attempt { turn, failures }, held).await;
        }
        let mut event = Event::parse(claim.event.item(&claim.lease.conversation));
        if claim.claims > self.settings.max_claims {
            return self.park(&claim, event.name(), held).await;
        }
        crash_point!("turn.claimed");
        event.strip_key(split_key);
        let (before, damage) = Memory::decode(claim.state.as_deref());
        let mut memory = before.clone();
        let to = recipient(&event);
        let chatter = Arc::new(Chatter::new(&self.outgoing, &claim, to.clone()));
        let chat: Arc<dyn ChatPort> = Arc::clone(&chatter) as Arc<dyn ChatPort>;
        let workspace = Workspace::new(
            &self.sessions,
            &claim.lease.conversation,
            claim.key,
            matches!(to, Some(Recipient::UserRef(_))),
            memory.sessions(),
            memory
                .flow
                .as_ref()
                .map(|kept| (kept.flow.clone(), kept.step.clone())),
            memory.language.clone(),
        );
        let replaced = !damage.is_empty();
        memory::set_aside(damage, &workspace);
        let graph = graph_of(&self.client, &claim.lease.conversation);
        let scene = Scene {
            engine: self,
            event: &event,
            graph: &graph,
            chat: &chat,
            workspace: &workspace,
        };

        let handled = tokio::select! {
            biased;
            // The provider and the clock may be the user's and panic; the conversation must go on.
            handled = scene.with_typing(
                AssertUnwindSafe(scene.handle(&mut memory)).catch_unwind(),
                &chatter,
                to.as_ref(),
            ) => handled,
            () = held.lost() => {
                self.lost(&claim.lease.conversation);
                return None;
            }
            () = self.until(Phase::Resting) => {
                let conversation = &claim.lease.conversation;
                tracing::warn!(?conversation, event = event.name(), "a turn was cut off, because the bot stops");
                self.give_back(claim.lease, true).await;
                return None;
            }
        };
        let Handled {
            reply,
            handler,
            failed,
        } = handled.unwrap_or_else(|_panic| {
            self.counters.panicked.one();
            workspace.discard();
            let cause = Cause::new(
                "MSG625",
                "the turn panicked outside of its handler; its message is on standard error",
            );
            let conversation = &claim.lease.conversation;
            tracing::error!(
                ?conversation,
                event = event.name(),
                cause = &*cause.code,
                "{cause}"
            );
            Handled {
                failed: Some(cause),
                ..Handled::default()
            }
        });
        // Neither the person's id nor what was said: this is for those who run the bot.
        tracing::debug!(
            conversation = ?claim.lease.conversation,
            event = event.name(),
            handler,
            cause = failed.as_ref().map(|cause| &*cause.code),
            claims = claim.claims,
            elapsed = ?started.elapsed(),
            "turn"
        );

        if let Some(sent) = chatter.last_sent() {
            memory.note_offers(sent.actions());
        }
        memory.note_offers(reply.actions());
        let work = workspace.finish();
        memory.keep(work.sessions);
        if sabotaged!("flow.kept") {
            memory.flow.clone_from(&before.flow);
        }
        if let Some(Locale(language)) = work.language {
            memory.language = language;
        }
        let turn = Turn {
            state: memory.change_from(&before, replaced),
            rows: self.rows(&chatter, reply, to),
            lease: claim.lease,
            timers: work.timers,
            unreadable: work.unreadable,
            failed,
            send: false,
        };
        let ended = self.commit(claim.key, turn.into(), held).await;
        self.counters.times.turn.observe(started.elapsed());
        ended
    }

    /// Keeps the event as a dead letter: it was claimed too often without coming to an end.
    async fn park(&self, claim: &Claim, event: &str, held: &Held) -> Option<Ended> {
        self.counters.parked.one();
        let cause = Cause::new(
            "MSG620",
            format!(
                "the event was claimed {} times, and each time the process or its lease ended before the turn did, \
                 or the turn could not be committed",
                claim.claims - 1
            ),
        );
        let conversation = &claim.lease.conversation;
        tracing::error!(?conversation, event, cause = &*cause.code, "{cause}");
        crash_point!("turn.parked");
        let turn = failed_turn(claim.lease.clone(), cause);
        self.commit(claim.key, turn.into(), held).await
    }

    fn rows(&self, chatter: &Chatter, reply: Reply, to: Option<Recipient>) -> Vec<NewRow> {
        if reply.is_empty() {
            return Vec::new();
        }
        let Some(to) = to else {
            tracing::error!(
                conversation = ?chatter.conversation(),
                cause = "MSG214",
                "MSG214: a handler replied to an event that has nobody to answer; the reply was dropped"
            );
            self.counters.given_up.add(reply.actions().len() as u64);
            return Vec::new();
        };
        chatter.reply_rows(reply, to)
    }
}

impl<B: Bot> Scene<'_, B> {
    /// Runs the handlers of the event.
    async fn handle(&self, memory: &mut Memory) -> Handled {
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
    async fn guard<O>(
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
    fn checked(&self, outcome: Outcome) -> Result<Outcome, HandlerError> {
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
    fn context(&self, error: Option<HandlerError>) -> Context<'_, B::State> {
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
fn call<'a, S>(
    entry: &Entry<S>,
    context: &'a Context<'a, S>,
    captures: &Captures<'_>,
) -> Result<Running<'a>, Declined> {
    catch_unwind(AssertUnwindSafe(|| (entry.call)(context, captures)))
        .unwrap_or_else(|_panic| Ok(Box::pin(std::future::ready(Err(HandlerError::Panicked)))))
}

/// Whether the event gives the thread to this app.
fn gives_control_to(event: &Event<'_>, own_app: Option<&str>) -> bool {
    let Kind::PassThreadControl(passed) = event.kind() else {
        return false;
    };
    own_app.is_none_or(|own| passed.new_owner_app_id.as_deref() == Some(own))
}

/// Checks the limits that a reply has to keep.
pub(super) fn check(reply: &Reply, object: Object) -> Result<(), LimitErrors> {
    reply.check(match object {
        Object::Page => Platform::Messenger,
        Object::Instagram => Platform::Instagram,
    })
}

/// The client bound to whose conversation it is.
pub(super) fn graph_of(client: &Client, conversation: &Conversation) -> Graph {
    match conversation.object {
        Object::Page => client.page(&*conversation.page),
        Object::Instagram => client.instagram(&*conversation.page),
    }
}
