//! Flows as they are stored, and those that cannot be read.

use std::sync::Arc;

use super::{
    super::{Handled, Scene},
    Failure, Lost, Playing,
};
use crate::{
    Bot,
    delivery::memory::Memory,
    flow::{Fault, FlowEntry, Kept, UNREADABLE_KEY},
    message::Reply,
    routing::Unreadable,
    store::Cause,
};

/// What a person is told whose flow cannot be read and has no `#[on_unreadable]`, behind its key.
const UNREADABLE: (&str, &str) = (UNREADABLE_KEY, "Sorry, I lost our place. Please begin again.");

impl<B: Bot> Scene<'_, B> {
    /// The flow that runs, or what is stored of it and cannot be read.
    pub(in super::super) fn playing(&self, memory: &Memory) -> Result<Option<Playing<B::State>>, Lost> {
        memory.flow.clone().map(|kept| self.read(kept)).transpose()
    }

    /// Keeps aside what cannot be read. What the person is told, who is asked to begin again.
    pub(in super::super) async fn lost(&self, memory: &mut Memory, lost: Lost) -> Handled {
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

    pub(super) fn read(&self, kept: Kept) -> Result<Playing<B::State>, Lost> {
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

    /// The flow that runs; one that cannot be read is kept aside.
    pub(super) fn readable(&self, memory: &mut Memory) -> Option<Playing<B::State>> {
        self.playing(memory).unwrap_or_else(|lost| {
            let (kept, fault) = *lost;
            memory.flow = None;
            self.flow_set_aside(&kept, &fault);
            None
        })
    }
}
