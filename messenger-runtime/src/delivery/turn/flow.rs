//! A flow in its turn: its steps run one after the other until one asks, and its question leaves with the reply.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use super::{Handled, Scene, check, said_by_a_person};
use crate::{
    Bot, BoxFuture, Texts,
    delivery::memory::{Memory, seconds},
    event::Kind,
    flow::{Broken, CANCELLED_KEY, Fault, FlowEntry, Kept, Loaded, Said, StepKind, UNREADABLE_KEY, Went},
    message::{Action, BoxError, FlowPayload, Reply},
    routing::{
        HandlerError, Timers, Unreadable,
        dialog::{Begun, DialogChange, Way},
        session::Json,
    },
    store::Cause,
};

/// The timer of a flow that expires. Nobody else's can have the name.
pub(super) const EXPIRY: &str = "%flow";
/// How many steps may follow one another without a question.
const STEPS: u32 = 100;
/// How many flows may be within one another.
const DEPTH: usize = 16;
/// What a person is told whose flow has no `#[on_cancel]`, behind its key.
const CANCELLED: (&str, &str) = (CANCELLED_KEY, "Cancelled.");
/// The same where the flow cannot be read and has no `#[on_unreadable]`.
const UNREADABLE: (&str, &str) = (UNREADABLE_KEY, "Sorry, I lost our place. Please begin again.");

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
    /// The flow that runs, or what is stored of it and cannot be read.
    pub(super) fn playing(&self, memory: &Memory) -> Result<Option<Playing<B::State>>, Lost> {
        memory.flow.clone().map(|kept| self.read(kept)).transpose()
    }

    /// Keeps aside what cannot be read. What the person is told, who is asked to begin again.
    pub(super) async fn lost(&self, memory: &mut Memory, lost: Lost) -> Handled {
        let (kept, fault) = *lost;
        memory.flow = None;
        self.workspace.flow_is_over();
        self.flow_set_aside(&kept, &fault);
        let played = match self.engine.flows.find(&kept.flow) {
            Some(entry) => self.unreadable(entry).await,
            None => Ok(None),
        };
        let played = match played {
            Ok(Some(said)) => self.moved(memory, said).await,
            Ok(None) => Ok(Reply::text(self.texts().await.get(UNREADABLE.0).or(UNREADABLE.1))),
            Err(failure) => Err(failure),
        };
        self.handled(played).await
    }

    async fn unreadable(&self, entry: &'static FlowEntry<B::State>) -> Result<Option<Reply>, Failure> {
        let context = self.context(None);
        match (entry.unreadable)(&context) {
            Some(hook) => self.hook(entry.graph.name, entry.graph.start, hook).await,
            None => Ok(None),
        }
    }

    fn read(&self, kept: Kept) -> Result<Playing<B::State>, Lost> {
        let Some(entry) = self.engine.flows.find(&kept.flow) else {
            return Err(Box::new((kept, Fault::NoFlow)));
        };
        match (entry.load)(&kept) {
            Ok(loaded) => Ok(Playing { entry, kept, loaded }),
            Err(fault) => Err(Box::new((kept, fault))),
        }
    }

    fn flow_set_aside(&self, kept: &Kept, fault: &Fault) {
        let Kept { flow, version, .. } = kept;
        let text = format!("the flow `{flow}`, stored in version {version}, cannot be read: {fault}");
        let unreadable = Unreadable {
            conversation: Arc::clone(self.workspace.conversation()),
            session: None,
            version: Some(*version),
            cause: Cause::new("MSG603", text),
            error: fault.source(),
        };
        let body = serde_json::to_string(kept).expect("strings, numbers and JSON always serialise");
        self.workspace.set_aside(body, &unreadable);
    }

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
                Some(mut playing) if said_by_a_person(self.event) => {
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

    /// The flow whose time is over ends; what it says to that.
    pub(super) async fn expire(&self, memory: &mut Memory, playing: Playing<B::State>) -> Handled {
        self.workspace.flow_is_over();
        let played = match self.breaks(memory, playing, Broken::Expired).await {
            Ok(said) => self.moved(memory, said.unwrap_or_default()).await,
            Err(failure) => Err(failure),
        };
        self.handled(played).await
    }

    /// Whether the flow's time is over: by the clock, or because the timer of its question wakes the conversation.
    pub(super) fn is_expired(&self, playing: &Playing<B::State>) -> bool {
        let now = seconds(self.engine.settings.clock.now());
        let Some(expires) = playing.kept.expires else {
            return false;
        };
        expires <= now || self.expiry() == Some(expires)
    }

    /// When a flow expires whose timer the event is.
    pub(super) fn expiry(&self) -> Option<u64> {
        match self.event.kind() {
            Kind::Timer(timer) if timer.name.as_deref() == Some(EXPIRY) => {
                let data = timer.data.as_ref()?;
                Some(data.parse().unwrap_or_default())
            }
            _ => None,
        }
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

    /// The flow that runs; one that cannot be read is kept aside.
    fn readable(&self, memory: &mut Memory) -> Option<Playing<B::State>> {
        self.playing(memory).unwrap_or_else(|lost| {
            let (kept, fault) = *lost;
            memory.flow = None;
            self.flow_set_aside(&kept, &fault);
            None
        })
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

    /// Reads the answer and goes on from there.
    async fn answered(&self, memory: &mut Memory, mut playing: Playing<B::State>, said: &Said<'_>) -> Played {
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
    async fn advance(&self, memory: &mut Memory, mut playing: Playing<B::State>, mut went: Went) -> Played {
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
    fn begin(&self, begun: Begun, within: Option<Box<Kept>>) -> Result<Playing<B::State>, Failure> {
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

    fn load(&self, kept: Kept) -> Result<Playing<B::State>, Failure> {
        self.read(kept).map_err(|unreadable| {
            let (kept, fault) = *unreadable;
            let error = format!("MSG301: the flow `{}` cannot go on: {fault}", kept.flow);
            Failure {
                handler: "flow",
                error: HandlerError::Failed(Arc::from(BoxError::from(error))),
            }
        })
    }

    /// What is stored while the flow waits at a step.
    fn waits(&self, playing: &Playing<B::State>, step: &'static str) -> Result<Kept, Failure> {
        let data = playing.data()?;
        let mut kept = Kept {
            flow: playing.entry.graph.name.to_owned(),
            version: playing.entry.version,
            step: step.to_owned(),
            data,
            failed: 0,
            expires: None,
            suspended: false,
            within: playing.kept.within.clone(),
        };
        kept.expires = self.expires(&kept)?;
        Ok(kept)
    }

    /// Until when an answer is waited for, with the timer that wakes the conversation then.
    fn expires(&self, kept: &Kept) -> Result<Option<u64>, Failure> {
        let Some(wait) = self.engine.flows.expires(kept) else {
            return Ok(None);
        };
        let now = self.engine.settings.clock.now();
        let expires = seconds(now).saturating_add(wait.as_secs());
        self.workspace.begin();
        Timers::of(self.workspace).set_with(EXPIRY, wait, &expires);
        self.end_timers()?;
        Ok(Some(expires))
    }

    /// The flow is over.
    fn over(&self, memory: &mut Memory) -> Result<(), Failure> {
        let stored = memory.flow.take();
        if stored.is_some_and(|kept| kept.expires.is_some()) {
            self.workspace.begin();
            Timers::of(self.workspace).cancel(EXPIRY);
            self.end_timers()?;
        }
        Ok(())
    }

    fn end_timers(&self) -> Result<(), Failure> {
        self.workspace.end().map_err(|error| Failure {
            handler: "flow",
            error: HandlerError::Failed(Arc::new(error)),
        })
    }

    /// The bot's texts in the language of the person.
    async fn texts(&self) -> Texts {
        Texts::of(self.workspace, self.event, self.graph).await
    }

    /// What the step says, its answers marked as its own.
    async fn question(&self, playing: &mut Playing<B::State>, step: &'static str) -> Played {
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

    /// Ends the flow and those it is within; what their hooks say, the innermost first. `None` where there is no hook.
    async fn breaks(
        &self,
        memory: &mut Memory,
        mut playing: Playing<B::State>,
        how: Broken,
    ) -> Result<Option<Reply>, Failure> {
        let mut said: Option<Reply> = None;
        loop {
            let (name, step) = (playing.entry.graph.name, playing.loaded.step);
            let context = self.context(None);
            if let Some(hook) = playing.loaded.value.ends(how, &context)
                && let Some(reply) = self.hook(name, step, hook).await?
            {
                said = Some(said.unwrap_or_default().then(reply));
            }
            match playing.kept.within.take() {
                Some(outer) => playing = self.load(*outer)?,
                None => break,
            }
        }
        self.over(memory)?;
        Ok(said)
    }

    /// Runs a hook of a flow, in the time of the step at which that is.
    async fn hook(
        &self,
        handler: &'static str,
        step: &str,
        hook: BoxFuture<'_, Result<Went, HandlerError>>,
    ) -> Result<Option<Reply>, Failure> {
        let went = self.guard((self.place(handler, step), handler), hook).await;
        let went = went.and_then(|went| self.checked_step(went));
        match went.map_err(|error| Failure { handler, error })? {
            Went::Over(reply) => Ok(Some(reply)),
            Went::On { .. } | Went::Again(_) => Ok(None),
        }
    }

    fn checked_step(&self, went: Went) -> Result<Went, HandlerError> {
        if let Went::On { says: reply, .. } | Went::Over(reply) = &went {
            check(reply, self.event.object()).map_err(HandlerError::Limits)?;
        }
        Ok(went)
    }

    /// The place of a step among all that is timed.
    fn place(&self, flow: &str, step: &str) -> usize {
        let steps = self.engine.router.len();
        steps + self.engine.flows.place(flow, step).unwrap_or_default()
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
