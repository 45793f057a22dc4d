//! From step to step.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{
    super::{Scene, check},
    Failure, Played, Playing,
};
use crate::{
    Bot, Texts,
    delivery::memory::Memory,
    flow::{Kept, Said, StepKind, Went},
    message::{BoxError, FlowPayload, Reply},
    routing::{HandlerError, dialog::Begun},
};

/// How many steps may follow one another without a question.
const STEPS: u32 = 100;
/// How many flows may be within one another.
const DEPTH: usize = 16;

impl<B: Bot> Scene<'_, B> {
    /// Reads the answer and goes on from there.
    pub(super) async fn answered(
        &self,
        memory: &mut Memory,
        mut playing: Playing<B::State>,
        said: &Said<'_>,
    ) -> Played {
        let step = playing.loaded.step;
        let retry = match self.run(&mut playing, step, said).await? {
            Went::Again(retry) => retry,
            went => return self.advance(memory, playing, went).await,
        };
        // What a step has changed before it refused the answer is not kept, so nobody is told of it either.
        playing = self.load(playing.kept)?;
        let (failed, why) = (playing.kept.failed + 1, retry.in_words_of(said.texts()));
        let node = playing.entry.graph.step(step);
        if let Some((attempts, to)) = node.and_then(|node| node.otherwise)
            && failed >= attempts
        {
            return self.advance(memory, playing, Went::On { says: why, to }).await;
        }
        memory.flow = Some(Kept {
            failed,
            expires: self.expires(&playing.kept)?,
            suspended: false,
            ..playing.kept.clone()
        });
        Ok(why.then(self.question(&mut playing, step).await?))
    }

    /// Goes from step to step until one asks or all is over.
    pub(super) async fn advance(
        &self,
        memory: &mut Memory,
        mut playing: Playing<B::State>,
        mut went: Went,
    ) -> Played {
        let mut said = Reply::default();
        for _ in 0..STEPS {
            went = match went {
                Went::On { says, to } => {
                    said = said.then(says);
                    match playing.kind(to) {
                        StepKind::Ask => {
                            memory.flow = Some(self.waits(&playing, to)?);
                            return Ok(said.then(self.question(&mut playing, to).await?));
                        }
                        StepKind::Say | StepKind::End => {
                            said = said.then(self.question(&mut playing, to).await?);
                            self.run(&mut playing, to, &Said::nothing()).await?
                        }
                        StepKind::Begin => {
                            playing = self.within(&playing, to)?;
                            Went::On {
                                says: Reply::default(),
                                to: playing.loaded.step,
                            }
                        }
                    }
                }
                Went::Again(retry) => Went::On {
                    says: retry.in_words_of(&self.texts().await),
                    to: playing.loaded.step,
                },
                Went::Over(reply) => {
                    said = said.then(reply);
                    let Some(outer) = playing.kept.within.take() else {
                        self.over(memory)?;
                        return Ok(said);
                    };
                    let result = playing.data()?;
                    playing = self.load((*outer).clone())?;
                    let step = playing.loaded.step;
                    let went = self.run(&mut playing, step, &Said::result(&result)).await?;
                    if matches!(went, Went::Again(_)) {
                        playing = self.load(*outer)?;
                    }
                    went
                }
            };
        }
        let error = format!("MSG302: {STEPS} steps followed one another without a question");
        Err(playing.failed(error))
    }

    /// The flow that a step begins, within the one of the step.
    fn within(&self, outer: &Playing<B::State>, step: &'static str) -> Result<Playing<B::State>, Failure> {
        let kept = self.waits(outer, step)?;
        let value = &outer.loaded.value;
        let begun = catch_unwind(AssertUnwindSafe(|| value.begins(step)))
            .map_err(|_panic| outer.failure(step, HandlerError::Panicked))?
            .map_err(|error| outer.failure(step, HandlerError::Failed(Arc::new(error))))?;
        let begun = begun.expect("a step of this kind begins a flow");
        if kept.and_outer().count() > DEPTH {
            return Err(outer.failed(format!("MSG303: more than {DEPTH} flows are within one another")));
        }
        self.begin(begun, Some(Box::new(kept)))
    }

    /// A flow at its start.
    pub(super) fn begin(
        &self,
        begun: Begun,
        within: Option<Box<Kept>>,
    ) -> Result<Playing<B::State>, Failure> {
        let Begun { flow, version, data } = begun;
        let start = self.engine.flows.find(flow).map_or("", |entry| entry.graph.start);
        self.load(Kept {
            flow: flow.to_owned(),
            version,
            step: start.to_owned(),
            data,
            failed: 0,
            expires: None,
            suspended: false,
            within,
        })
    }

    pub(super) fn load(&self, kept: Kept) -> Result<Playing<B::State>, Failure> {
        self.read(kept).map_err(|unreadable| {
            let (kept, fault) = *unreadable;
            let error = format!("MSG301: the flow `{}` cannot go on: {fault}", kept.flow);
            Failure {
                handler: "flow",
                error: HandlerError::Failed(Arc::from(BoxError::from(error))),
            }
        })
    }

    /// What the step says, its answers marked as its own.
    pub(super) async fn question(&self, playing: &mut Playing<B::State>, step: &'static str) -> Played {
        let texts = self.texts().await;
        let value = &playing.loaded.value;
        let prompt = catch_unwind(AssertUnwindSafe(|| value.prompt(step, &texts)))
            .map_err(|_panic| playing.failure(step, HandlerError::Panicked))?;
        let prompt = FlowPayload::mark(prompt, playing.entry.graph.name, step)
            .map_err(|error| playing.failure(step, HandlerError::Failed(Arc::new(error))))?;
        check(&prompt, self.event.object())
            .map_err(|errors| playing.failure(step, HandlerError::Limits(errors)))?;
        Ok(prompt)
    }

    async fn run(
        &self,
        playing: &mut Playing<B::State>,
        step: &'static str,
        said: &Said<'_>,
    ) -> Result<Went, Failure> {
        let context = self.context(None);
        let handler = playing.handler(step);
        let place = self.place(playing.entry.graph.name, step);
        let running = playing.loaded.value.run(step, said, &context);
        let went = self.guard((place, handler), running).await;
        let went = went.and_then(|went| self.checked_step(went));
        went.map_err(|error| Failure { handler, error })
    }

    pub(super) fn checked_step(&self, went: Went) -> Result<Went, HandlerError> {
        if let Went::On { says: reply, .. } | Went::Over(reply) = &went {
            check(reply, self.event.object()).map_err(HandlerError::Limits)?;
        }
        Ok(went)
    }

    /// The place of a step among all that is timed.
    pub(super) fn place(&self, flow: &str, step: &str) -> usize {
        let steps = self.engine.router.len();
        steps + self.engine.flows.place(flow, step).unwrap_or_default()
    }

    /// The bot's texts in the language of the person.
    pub(super) async fn texts(&self) -> Texts {
        Texts::of(self.workspace, self.event, self.graph).await
    }
}
