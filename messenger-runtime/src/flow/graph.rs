//! A flow as a graph, as the compiler has checked it.

use std::fmt::{self, Write as _};

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
        let mut out = String::from("stateDiagram-v2\n");
        for step in self.steps {
            line(
                &mut out,
                format_args!("  state \"{}\" as {}", Label(step, Quoting::Mermaid), step.name),
            );
        }
        line(&mut out, format_args!("  [*] --> {}", self.start));
        for step in self.steps {
            for next in step.next {
                line(&mut out, format_args!("  {} --> {next}", step.name));
            }
            if let Some((_, otherwise)) = step.otherwise {
                line(
                    &mut out,
                    format_args!("  {} --> {otherwise}: otherwise", step.name),
                );
            }
            if step.kind == StepKind::End {
                line(&mut out, format_args!("  {} --> [*]", step.name));
            }
        }
        out
    }

    /// For <https://graphviz.org>.
    #[must_use]
    pub fn dot(&self) -> String {
        let mut out = format!("digraph {} {{\n", self.name);
        out.push_str("  node [shape=box, style=rounded];\n  start [shape=point];\n");
        for step in self.steps {
            let ends = if step.kind == StepKind::End {
                ", peripheries=2"
            } else {
                ""
            };
            line(
                &mut out,
                format_args!(
                    "  \"{}\" [label=\"{}\"{ends}];",
                    step.name,
                    Label(step, Quoting::Dot)
                ),
            );
        }
        line(&mut out, format_args!("  start -> \"{}\";", self.start));
        for step in self.steps {
            for next in step.next {
                line(&mut out, format_args!("  \"{}\" -> \"{next}\";", step.name));
            }
            if let Some((_, otherwise)) = step.otherwise {
                line(
                    &mut out,
                    format_args!(
                        "  \"{}\" -> \"{otherwise}\" [label=\"otherwise\", style=dashed];",
                        step.name
                    ),
                );
            }
        }
        out.push_str("}\n");
        out
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
            handler,
        }
    }
}

fn line(out: &mut String, line: fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("writing to a String cannot fail");
}

/// A step's name and what it says, in quotes.
struct Label<'s>(&'s StepNode, Quoting);

#[derive(Clone, Copy)]
enum Quoting {
    Mermaid,
    Dot,
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(step, quoting) = self;
        f.write_str(step.name)?;
        if step.prompt.is_empty() {
            return Ok(());
        }
        f.write_str(": ")?;
        for char in step.prompt.chars() {
            match (char, quoting) {
                ('\n' | '\r', _) => f.write_char(' ')?,
                ('"', Quoting::Mermaid) => f.write_str("#quot;")?,
                ('#', Quoting::Mermaid) => f.write_str("#35;")?,
                (';', Quoting::Mermaid) => f.write_str("#59;")?,
                ('"' | '\\', Quoting::Dot) => write!(f, "\\{char}")?,
                (char, _) => f.write_char(char)?,
            }
        }
        Ok(())
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
            mermaid.contains("state \"size: A #quot;big#quot; one\\ or #35;1#59; small?\" as size\n"),
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
            "start -> \"size\";",
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
