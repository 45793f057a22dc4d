//! A flow as the engine knows it: any type of its kind, read from what is stored.

use std::{
    error::Error,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use serde_json::value::to_raw_value;

use super::{Broken, Flow, FlowGraph, Kept, Said, Steps, Went};
use crate::{
    BoxFuture, Texts,
    message::{QuickReply, Reply},
    routing::{Context, HandlerError, dialog::Begun, session::Json},
};

/// One of a bot's flows; `bot!` lists them.
#[doc(hidden)]
pub struct FlowEntry<S: 'static> {
    pub(crate) graph: FlowGraph,
    pub(crate) version: u32,
    pub(crate) expires: Option<Duration>,
    pub(crate) cancel: Option<&'static str>,
    pub(crate) takes: fn(&str, &Said<'_>) -> bool,
    pub(crate) offers: fn(&str) -> (Vec<QuickReply>, &'static [&'static str]),
    pub(crate) load: fn(&Kept) -> Result<Loaded<S>, Fault>,
    pub(crate) unreadable: UnreadableHook<S>,
}

/// What runs where a flow cannot be read.
type UnreadableHook<S> = for<'a> fn(&'a Context<'a, S>) -> Option<BoxFuture<'a, Result<Went, HandlerError>>>;

impl<S: 'static> FlowEntry<S> {
    #[must_use]
    pub const fn of<F: Flow<Itself: Flow + Steps<S>>>() -> Self {
        Self {
            graph: F::GRAPH,
            version: F::VERSION,
            expires: F::EXPIRES,
            cancel: F::CANCEL,
            takes: F::Itself::takes,
            offers: F::Itself::offers,
            load: load::<S, F::Itself>,
            unreadable: F::Itself::unreadable,
        }
    }

    pub(crate) fn graph(&self) -> FlowGraph {
        self.graph
    }
}

impl<S> fmt::Debug for FlowEntry<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FlowEntry").field(&self.graph.name).finish()
    }
}

/// A flow that runs: its value, and the step at which it is.
pub(crate) struct Loaded<S> {
    pub(crate) value: Box<dyn Running<S>>,
    pub(crate) step: &'static str,
}

/// The value of some flow.
pub(crate) trait Running<S>: Send {
    fn prompt(&self, step: &str, texts: &Texts) -> Reply;

    /// The flow that the step begins.
    fn begins(&self, step: &str) -> Result<Option<Begun>, serde_json::Error>;

    fn run<'a>(
        &'a mut self,
        step: &'a str,
        said: &'a Said<'a>,
        context: &'a Context<'a, S>,
    ) -> BoxFuture<'a, Result<Went, HandlerError>>;

    fn ends<'a>(
        &'a mut self,
        how: Broken,
        context: &'a Context<'a, S>,
    ) -> Option<BoxFuture<'a, Result<Went, HandlerError>>>;

    /// The form in which it is stored; it was read back from that.
    fn data(&self) -> Result<Json, serde_json::Error>;
}

impl<S, F: Flow + Steps<S>> Running<S> for F {
    fn prompt(&self, step: &str, texts: &Texts) -> Reply {
        Steps::prompt(self, step, texts)
    }

    fn begins(&self, step: &str) -> Result<Option<Begun>, serde_json::Error> {
        Steps::begins(self, step)
    }

    fn run<'a>(
        &'a mut self,
        step: &'a str,
        said: &'a Said<'a>,
        context: &'a Context<'a, S>,
    ) -> BoxFuture<'a, Result<Went, HandlerError>> {
        Steps::run(self, step, said, context)
    }

    fn ends<'a>(
        &'a mut self,
        how: Broken,
        context: &'a Context<'a, S>,
    ) -> Option<BoxFuture<'a, Result<Went, HandlerError>>> {
        Steps::ends(self, how, context)
    }

    fn data(&self) -> Result<Json, serde_json::Error> {
        stored(self)
    }
}

/// The form in which a flow's value is stored.
fn stored<F: Flow>(value: &F) -> Result<Json, serde_json::Error> {
    let data = to_raw_value(value)?;
    serde_json::from_str::<F>(data.get())?;
    Ok(data.into())
}

/// A flow at its start.
pub(super) fn begun<F: Flow>(value: &F) -> Result<Begun, serde_json::Error> {
    Ok(Begun {
        flow: F::GRAPH.name,
        version: F::VERSION,
        data: stored(value)?,
    })
}

/// Reads what is stored. The user's own code does it, and a panic must not take the turn with it.
fn load<S, F: Flow + Steps<S>>(kept: &Kept) -> Result<Loaded<S>, Fault> {
    let read = || -> Result<(F, String), Fault> {
        if kept.version == F::VERSION {
            let value =
                serde_json::from_str(kept.data.text()).map_err(|error| Fault::Data(Arc::new(error)))?;
            return Ok((value, kept.step.clone()));
        }
        let value = serde_json::from_str(kept.data.text()).map_err(|error| Fault::Data(Arc::new(error)))?;
        F::migrate(kept.version, &kept.step, value).map_err(|error| Fault::Migrate(Arc::from(error)))
    };
    let (value, step) = catch_unwind(AssertUnwindSafe(read)).unwrap_or(Err(Fault::Panicked))?;
    let node = F::GRAPH.step(&step).ok_or(Fault::NoStep)?;
    Ok(Loaded {
        value: Box::new(value),
        step: node.name,
    })
}

/// Why a stored flow cannot go on.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// No flow of the bot has its name.
    NoFlow,
    /// The flow has no step of its name any more.
    NoStep,
    Data(Arc<serde_json::Error>),
    Migrate(Arc<dyn Error + Send + Sync>),
    Panicked,
}

impl Fault {
    /// The error behind it, for whoever may see what is stored.
    pub(crate) fn source(&self) -> Option<Arc<dyn Error + Send + Sync>> {
        match self {
            Self::Data(error) => Some(Arc::clone(error) as _),
            Self::Migrate(error) => Some(Arc::clone(error)),
            Self::NoFlow | Self::NoStep | Self::Panicked => None,
        }
    }
}

/// Without anything that is stored: what `serde` and `migrate` say may quote it.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoFlow => "no flow of this name is listed in `bot!`",
            Self::NoStep => "it has no step of this name; raise `version` and write `#[migrate]`",
            Self::Data(_) => "its data does not fit the type",
            Self::Migrate(_) => "its `migrate` failed",
            Self::Panicked => "reading it panicked",
        })
    }
}
