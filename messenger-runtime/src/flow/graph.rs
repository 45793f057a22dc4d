//! A flow as a graph, as the compiler has checked it.

use super::diagram::{dot, json, mermaid, svg};

/// The steps of a flow and the ways between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlowGraph {
    /// The name by which the flow is stored.
    pub name: &'static str,
    /// The step it starts with.
    pub start: &'static str,
    /// In the order of the code.
    pub steps: &'static [StepNode],
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepNode {
    /// The name of its function.
    pub name: &'static str,
    /// What it does.
    pub kind: StepKind,
    /// What it says, with its `{fields}`; empty where a function says it.
    pub prompt: &'static str,
    /// Where it may go on.
    pub next: &'static [&'static str],
    /// How often it asks, and where it goes after that.
    pub otherwise: Option<(u32, &'static str)>,
    /// The flow that it begins within its own; of a [`StepKind::Begin`] alone.
    pub begins: Option<&'static str>,
    /// The types that its function seems to begin in place of its own flow.
    pub(super) goes_over_to: &'static [&'static str],
    /// The name of the flow and its own, as in `Checkout.quantity`.
    pub(crate) handler: &'static str,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepKind {
    /// Asks and waits for the answer.
    Ask,
    /// Says something and goes on at once.
    Say,
    /// Begins another flow, and goes on with what that came to.
    Begin,
    /// Says something, and the flow is over.
    End,
}

impl FlowGraph {
    #[doc(hidden)]
    #[must_use]
    pub const fn __new(name: &'static str, start: &'static str, steps: &'static [StepNode]) -> Self {
        Self { name, start, steps }
    }

    /// The step of this name.
    #[must_use]
    pub fn step(&self, name: &str) -> Option<&'static StepNode> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// For <https://mermaid.js.org>, as GitHub shows it in a Markdown file.
    ///
    /// ```
    /// # use messenger_runtime::flow::{FlowGraph, StepKind, StepNode};
    /// # const STEPS: &[StepNode] = &[
    /// #     StepNode::__new("quantity", StepKind::Ask, "How many?", &["paid"], None, "Checkout.quantity"),
    /// #     StepNode::__new("paid", StepKind::End, "Thank you!", &[], None, "Checkout.paid"),
    /// # ];
    /// # let checkout = FlowGraph::__new("Checkout", "quantity", STEPS);
    /// assert_eq!(checkout.mermaid(), "\
    /// stateDiagram-v2
    ///   state \"quantity: How many?\" as quantity
    ///   state \"paid: Thank you!\" as paid
    ///   [*] --> quantity
    ///   quantity --> paid
    ///   paid --> [*]
    /// ");
    /// ```
    #[must_use]
    pub fn mermaid(&self) -> String {
        mermaid::of_flow(self)
    }

    /// For <https://graphviz.org>.
    #[must_use]
    pub fn dot(&self) -> String {
        dot::of_flow(self)
    }

    /// A picture, as [`BotGraph::svg`](super::BotGraph::svg) draws it of a whole bot.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::of_flow(self)
    }

    /// A JSON object, as [`BotGraph::json`](super::BotGraph::json) has one for each flow.
    #[must_use]
    pub fn json(&self) -> String {
        json::of_flow(self)
    }
}

impl StepNode {
    #[doc(hidden)]
    #[must_use]
    pub const fn __new(
        name: &'static str,
        kind: StepKind,
        prompt: &'static str,
        next: &'static [&'static str],
        otherwise: Option<(u32, &'static str)>,
        handler: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            prompt,
            next,
            otherwise,
            begins: None,
            goes_over_to: &[],
            handler,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn __begins(self, flow: &'static str) -> Self {
        Self {
            begins: Some(flow),
            ..self
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn __goes_over_to(self, flows: &'static [&'static str]) -> Self {
        Self {
            goes_over_to: flows,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: &[StepNode] = &[
        StepNode::__new(
            "size",
            StepKind::Ask,
            "A \"big\" one\\\nor #1; small?",
            &["size", "done"],
            Some((3, "help")),
            "Order.size",
        ),
        StepNode::__new("help", StepKind::Say, "", &["size"], None, "Order.help"),
        StepNode::__new("done", StepKind::End, "Thanks!", &[], None, "Order.done"),
    ];
    const GRAPH: FlowGraph = FlowGraph::__new("Order", "size", STEPS);

    #[test]
    fn a_label_cannot_break_out_of_its_quotes() {
        let (mermaid, dot) = (GRAPH.mermaid(), GRAPH.dot());
        assert!(
            mermaid.contains("state \"size: A #quot;big#quot; one#92; or #35;1#59; small?\" as size\n"),
            "{mermaid}"
        );
        assert!(
            dot.contains(r#""size" [label="size: A \"big\" one\\ or #1; small?"];"#),
            "{dot}"
        );
        assert!(
            mermaid.contains("state \"help\" as help\n") && mermaid.contains("size --> help: otherwise\n")
        );
    }

    #[test]
    fn every_way_is_drawn_once() {
        let dot = GRAPH.dot();
        for way in [
            "\"[*]\" -> \"size\";",
            "\"size\" -> \"size\";",
            "\"size\" -> \"done\";",
            "\"size\" -> \"help\" [label=\"otherwise\", style=dashed];",
            "\"help\" -> \"size\";",
            "\"done\" [label=\"done: Thanks!\", peripheries=2];",
        ] {
            assert_eq!(dot.matches(way).count(), 1, "{way}\n{dot}");
        }
        assert_eq!(GRAPH.step("help").map(|step| step.kind), Some(StepKind::Say));
        assert_eq!(GRAPH.step("nothing"), None);
    }
}
