//! Until when a flow waits for an answer.

use std::sync::Arc;

use super::{super::Scene, Failure, Playing};
use crate::{
    Bot,
    delivery::memory::{Memory, seconds},
    event::Kind,
    flow::Kept,
    routing::{HandlerError, Timers},
};

/// The timer of a flow that expires. Nobody else's can have the name.
const EXPIRY: &str = "%flow";

impl<B: Bot> Scene<'_, B> {
    /// What is stored while the flow waits at a step.
    pub(super) fn waits(&self, playing: &Playing<B::State>, step: &'static str) -> Result<Kept, Failure> {
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
    pub(super) fn expires(&self, kept: &Kept) -> Result<Option<u64>, Failure> {
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
    pub(super) fn over(&self, memory: &mut Memory) -> Result<(), Failure> {
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

    /// Whether the flow's time is over: by the clock, or because the timer of its question wakes the conversation.
    pub(in super::super) fn is_expired(&self, playing: &Playing<B::State>) -> bool {
        let now = seconds(self.engine.settings.clock.now());
        let Some(expires) = playing.kept.expires else {
            return false;
        };
        expires <= now || self.expiry() == Some(expires)
    }

    /// When a flow expires whose timer the event is.
    pub(in super::super) fn expiry(&self) -> Option<u64> {
        match self.event.kind() {
            Kind::Timer(timer) if timer.name.as_deref() == Some(EXPIRY) => {
                let data = timer.data.as_ref()?;
                Some(data.parse().unwrap_or_default())
            }
            _ => None,
        }
    }
}
