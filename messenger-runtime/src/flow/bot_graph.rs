//! A whole bot as a graph: its routes, its flows, and which begin which.

use super::{
    FlowGraph, StepNode,
    diagram::{dot, json, mermaid, svg},
};
use crate::routing::Route;

/// The routes and flows of a bot, as the compiler has checked them; [`Bot::graph`](crate::Bot::graph) makes it.
///
/// [`Route::begins`] tells which flows a handler begins, [`StepNode::begins`] which flow a step begins within its own,
/// [`Route::interrupts`] which routes may cut into a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BotGraph {
    /// The name of the bot.
    pub name: &'static str,
    /// Every route, in the order of `bot!`.
    pub routes: &'static [Route],
    /// Every flow, in the order of `bot!`.
    pub flows: Vec<FlowGraph>,
}

impl BotGraph {
    /// `path` is that of the bot's type.
    pub(crate) fn new(path: &'static str, routes: &'static [Route], flows: Vec<FlowGraph>) -> Self {
        Self {
            name: path.rsplit("::").next().unwrap_or(path),
            routes,
            flows,
        }
    }

    /// The flow of this name.
    #[must_use]
    pub fn flow(&self, name: &str) -> Option<&FlowGraph> {
        self.flows.iter().find(|flow| flow.name == name)
    }

    /// The flows that a step begins in place of its own, by `Dialog::begin`.
    #[must_use]
    pub fn goes_over_to(&self, step: &StepNode) -> Vec<&'static str> {
        let listed = |name: &&str| self.flow(name).is_some();
        step.goes_over_to.iter().copied().filter(listed).collect()
    }

    /// A picture that needs nothing beside it: no program, no font, no script. It is light or dark as who looks at it
    /// has chosen. What begins nothing stands in a list, so that the picture stays about 900 pixels wide.
    ///
    /// Each step is a group with the id `Checkout.quantity` and `data-flow` and `data-step`, by which a page can light it.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::of_bot(self)
    }

    /// A flow chart for <https://mermaid.js.org>, as GitHub shows it in a Markdown file.
    #[must_use]
    pub fn mermaid(&self) -> String {
        mermaid::of_bot(self)
    }

    /// For <https://graphviz.org>.
    #[must_use]
    pub fn dot(&self) -> String {
        dot::of_bot(self)
    }

    /// A JSON object: `bot`, `routes` as `routes --json` lists them, and `flows` with their `steps`.
    #[must_use]
    pub fn json(&self) -> String {
        json::of_bot(self)
    }
}
