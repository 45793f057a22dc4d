//! Ends that the steps do not lead to.

use super::{
    super::{Handled, Scene},
    Failure, Playing,
};
use crate::{
    Bot, BoxFuture,
    delivery::memory::Memory,
    flow::{Broken, Went},
    message::Reply,
    routing::HandlerError,
};

impl<B: Bot> Scene<'_, B> {
    /// Ends the flow and those it is within; what their hooks say, the innermost first. `None` where there is no hook.
    pub(super) async fn breaks(
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
    pub(super) async fn hook(
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

    /// The flow whose time is over ends; what it says to that.
    pub(in super::super) async fn expire(&self, memory: &mut Memory, playing: Playing<B::State>) -> Handled {
        self.workspace.flow_is_over();
        let played = match self.breaks(memory, playing, Broken::Expired).await {
            Ok(said) => self.moved(memory, said.unwrap_or_default()).await,
            Err(failure) => Err(failure),
        };
        self.handled(played).await
    }
}
