//! A bot's flows.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, SystemTime},
};

use regex::Regex;

use super::{FlowEntry, Kept, Said};
use crate::{event::Event, routing::dialog::Waiting};

/// The flows of a bot, with what is made of them once.
pub(crate) struct Flows<S: 'static> {
    entries: Vec<(&'static FlowEntry<S>, Option<Regex>)>,
}

impl<S> Flows<S> {
    pub(crate) fn new(entries: &'static [FlowEntry<S>]) -> Self {
        let compiled = |entry: &'static FlowEntry<S>| {
            let regex = |text| Regex::new(text).expect("the attribute has compiled it");
            (entry, entry.cancel.map(regex))
        };
        Self {
            entries: entries.iter().map(compiled).collect(),
        }
    }

    pub(crate) fn find(&self, name: &str) -> Option<&'static FlowEntry<S>> {
        let mut entries = self.entries.iter();
        entries.find_map(|(entry, _)| (entry.graph.name == name).then_some(*entry))
    }

    /// The place of a step among those of all flows.
    pub(crate) fn place(&self, flow: &str, step: &str) -> Option<usize> {
        let mut before = 0;
        for (entry, _) in &self.entries {
            let steps = entry.graph.steps;
            if entry.graph.name == flow {
                return Some(before + steps.iter().position(|node| node.name == step)?);
            }
            before += steps.len();
        }
        None
    }

    /// After how long the flow ends, by what it says of that or the nearest that it is within.
    pub(crate) fn expires(&self, kept: &Kept) -> Option<Duration> {
        kept.and_outer().find_map(|kept| self.find(&kept.flow)?.expires)
    }

    /// The flow that waits, for routing.
    pub(crate) fn asker<'k>(
        &'k self,
        kept: &'k Kept,
        step: &'static str,
        now: SystemTime,
    ) -> Option<Asker<'k, S>> {
        Some(Asker {
            entry: self.find(&kept.flow)?,
            kept,
            step,
            now,
            flows: self,
        })
    }

    fn is_cancelled_by(&self, name: &str, text: &str) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|(entry, cancel)| {
            entry.graph.name == name && cancel.as_ref().is_some_and(|regex| regex.is_match(text))
        })
    }
}

/// A flow whose question waits for an answer.
pub(crate) struct Asker<'k, S: 'static> {
    entry: &'static FlowEntry<S>,
    kept: &'k Kept,
    step: &'static str,
    now: SystemTime,
    flows: &'k Flows<S>,
}

impl<S> Waiting for Asker<'_, S> {
    fn is_at(&self, flow: &str, step: &str) -> bool {
        self.entry.graph.name == flow && self.step == step
    }

    fn takes(&self, event: &Event<'_>) -> bool {
        // The answer may be a type of the user's own; where it panics, it does so again in the step.
        catch_unwind(AssertUnwindSafe(|| {
            (self.entry.takes)(self.step, &Said::by(event, None, self.now))
        }))
        .unwrap_or(true)
    }

    fn is_cancelled_by(&self, text: &str) -> bool {
        // Those it is within end with it, so their words count too.
        self.kept
            .and_outer()
            .any(|kept| self.flows.is_cancelled_by(&kept.flow, text))
    }
}

impl<S> std::fmt::Debug for Asker<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.entry.graph.name, self.step)
    }
}
