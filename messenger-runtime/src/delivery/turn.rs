//! One turn: an event, the handler that takes it, and what comes of it.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use futures_util::FutureExt as _;
use tokio::sync::OwnedSemaphorePermit;

use self::scene::{Scene, call, gives_control_to};
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
    Bot,
    event::{Event, Object},
    fail_points::{crash_point, sabotaged},
    graph::{Client, Graph},
    message::{LimitErrors, Platform, Recipient, Reply, split_key},
    routing::{
        ChatPort, said_by_a_person,
        session::{Locale, Workspace},
    },
    store::{Cause, Claim, Conversation, NewRow, Row, Turn},
};

mod failed;
mod flow;
mod scene;
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
