//! A flow in its turn: what an event does to it, and what a handler did with the dialog.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{Handled, Scene, gives_control_to, said_by_a_person};
use crate::{
    Bot,
    delivery::memory::Memory,
    flow::{Broken, CANCELLED_KEY, Fault, FlowEntry, Kept, Loaded, Said, StepKind, Went},
    message::{Action, BoxError, Reply},
    routing::{
        HandlerError,
        dialog::{DialogChange, Way},
        session::Json,
    },
};

mod advance;
mod ending;
mod stored;
mod waiting;

/// What a person is told whose flow has no `#[on_cancel]`, behind its key.
const CANCELLED: (&str, &str) = (CANCELLED_KEY, "Cancelled.");

/// A flow that runs, and what a person answers is for.
pub(super) struct Playing<S: 'static> {
    pub(super) entry: &'static FlowEntry<S>,
    pub(super) kept: Kept,
    pub(super) loaded: Loaded<S>,
}

/// A step or an end that failed.
pub(super) struct Failure {
    handler: &'static str,
    error: HandlerError,
}

type Played = Result<Reply, Failure>;

/// A flow that cannot be read, and why.
type Lost = Box<(Kept, Fault)>;

impl<B: Bot> Scene<'_, B> {
    /// Lets the flow do what the event means to it.
    pub(super) async fn play(
        &self,
        memory: &mut Memory,
        mut playing: Playing<B::State>,
        way: Way<'_>,
    ) -> Handled {
        let step = playing.loaded.step;
        let handler = playing.handler(step);
        let before = memory.flow.clone();
        let played = match way {
            Way::Answer(value) => {
                let texts = self.texts().await;
                let now = self.engine.settings.clock.now();
                let said = Said::by(self.event, value, now).with_texts(&texts);
                self.answered(memory, playing, &said).await
            }
            Way::Cancel => match self.breaks(memory, playing, Broken::Cancelled).await {
                Ok(None) => Ok(Reply::text(self.texts().await.get(CANCELLED.0).or(CANCELLED.1))),
                said => said.map(Option::unwrap_or_default),
            },
            Way::Again => self.question(&mut playing, step).await,
        };
        let played = match played {
            Ok(reply) => self.moved(memory, reply).await,
            failed => failed,
        };
        let handled = self.handled(played).await;
        if handled.failed.is_some() {
            memory.flow = before;
        }
        Handled {
            handler: Some(handler),
            ..handled
        }
    }

    /// What comes of a dialog after a handler that was none of its steps: it moved it, or the question comes again.
    pub(super) async fn after_handler(
        &self,
        memory: &mut Memory,
        playing: Option<Playing<B::State>>,
        reply: Reply,
    ) -> Handled {
        let before = memory.flow.clone();
        let hands_over = reply
            .actions()
            .iter()
            .any(|action| matches!(action, Action::PassThreadControl { .. }));
        let played = match self.workspace.take_dialog() {
            Some(change) => self.change(memory, playing, change, reply).await,
            None => match playing {
                Some(playing) if hands_over => {
                    memory.flow = Some(Kept {
                        suspended: true,
                        ..playing.kept
                    });
                    Ok(reply)
                }
                Some(mut playing) if said_by_a_person(self.event) || self.is_back(&playing.kept) => {
                    if playing.kept.suspended {
                        playing.kept.suspended = false;
                        memory.flow = Some(playing.kept.clone());
                    }
                    let step = playing.loaded.step;
                    let question = self.question(&mut playing, step).await;
                    question.map(|question| reply.asking(question))
                }
                _ => Ok(reply.asking(Reply::default())),
            },
        };
        let handled = self.handled(played).await;
        if handled.failed.is_some() {
            memory.flow = before;
        }
        handled
    }

    /// Whether whoever had the conversation gives it back, and the flow with it.
    fn is_back(&self, kept: &Kept) -> bool {
        kept.suspended && gives_control_to(self.event, self.engine.provider.app_id().as_deref())
    }

    async fn handled(&self, played: Played) -> Handled {
        match played {
            Ok(reply) => reply.into(),
            Err(Failure { handler, error }) => {
                self.engine.counters.turns_failed.one();
                self.on_error(handler, error).await
            }
        }
    }

    /// A step began or ended a flow itself.
    async fn moved(&self, memory: &mut Memory, reply: Reply) -> Played {
        match self.workspace.take_dialog() {
            Some(change) => {
                let playing = self.readable(memory);
                self.change(memory, playing, change, reply).await
            }
            None => Ok(reply.asking(Reply::default())),
        }
    }

    async fn change(
        &self,
        memory: &mut Memory,
        playing: Option<Playing<B::State>>,
        change: DialogChange,
        reply: Reply,
    ) -> Played {
        let mut said = Reply::default();
        if let Some(playing) = playing.or_else(|| self.readable(memory)) {
            let goodbye = self.breaks(memory, playing, Broken::Cancelled).await?;
            said = goodbye.unwrap_or_default();
        }
        if let DialogChange::Begin(begun) = change {
            let playing = self.begin(begun, None)?;
            let went = Went::On {
                says: Reply::default(),
                to: playing.loaded.step,
            };
            said = said.then(self.advance(memory, playing, went).await?);
        }
        Ok(reply.asking(said))
    }
}

impl<S> Playing<S> {
    fn handler(&self, step: &str) -> &'static str {
        let node = self.entry.graph.step(step);
        node.map_or(self.entry.graph.name, |node| node.handler)
    }

    fn data(&self) -> Result<Json, Failure> {
        let step = self.loaded.step;
        catch_unwind(AssertUnwindSafe(|| self.loaded.value.data()))
            .map_err(|_panic| self.failure(step, HandlerError::Panicked))?
            .map_err(|error| self.failure(step, HandlerError::Failed(Arc::new(error))))
    }

    fn kind(&self, step: &str) -> StepKind {
        let node = self.entry.graph.step(step);
        node.map_or(StepKind::End, |node| node.kind)
    }

    fn failed(&self, error: String) -> Failure {
        self.failure(
            self.loaded.step,
            HandlerError::Failed(Arc::from(BoxError::from(error))),
        )
    }

    fn failure(&self, step: &str, error: HandlerError) -> Failure {
        Failure {
            handler: self.handler(step),
            error,
        }
    }
}
