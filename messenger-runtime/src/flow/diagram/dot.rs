//! For <https://graphviz.org>.

use std::fmt::{self, Write as _};

use super::{handlers, pattern};
use crate::flow::{BotGraph, FlowGraph, StepKind, StepNode};

const NODES: &str = "  node [shape=box, style=rounded];\n";

/// The start, under a name that no step can have.
const START: &str = "[*]";

pub(in crate::flow) fn of_flow(flow: &FlowGraph) -> String {
    let mut out = format!("digraph {} {{\n{NODES}", Quoted(flow.name));
    steps(&mut out, "  ", flow, str::to_owned);
    out.push_str("}\n");
    out
}

/// A cluster for each flow. What begins nothing stands in one box.
pub(in crate::flow) fn of_bot(graph: &BotGraph) -> String {
    let mut out = format!("digraph {} {{\n  compound=true;\n{NODES}", Quoted(graph.name));
    for (at, flow) in graph.flows.iter().enumerate() {
        line(&mut out, format_args!("  subgraph cluster_{at} {{"));
        line(&mut out, format_args!("    label={};", Quoted(flow.name)));
        steps(&mut out, "    ", flow, |step| format!("{}.{step}", flow.name));
        out.push_str("  }\n");
    }
    let place = |name: &str| graph.flows.iter().position(|flow| flow.name == name);
    let start = |flow: usize| format!("{}.{START}", graph.flows[flow].name);
    let mut others = String::new();
    for handler in handlers(graph) {
        let begun: Vec<usize> = handler.begins().iter().filter_map(|name| place(name)).collect();
        let mut rows = String::new();
        for route in &handler.routes {
            let interrupts = if route.interrupts { ", may interrupt" } else { "" };
            let pattern = Escaped(pattern(route));
            write!(rows, "{} {pattern}{interrupts}\\l", route.kind.attribute())
                .expect("a String takes everything");
        }
        let name = Escaped(handler.name());
        if begun.is_empty() {
            write!(others, "{name}\\l{rows}").expect("a String takes everything");
            continue;
        }
        line(
            &mut out,
            format_args!("  \"{name}\" [label=\"{name}\\l{rows}\", style=\"\"];"),
        );
        for flow in begun {
            let to = start(flow);
            line(
                &mut out,
                format_args!("  \"{name}\" -> {} [lhead=cluster_{flow}];", Quoted(&to)),
            );
        }
    }
    for flow in &graph.flows {
        for step in flow.steps {
            let from = format!("{}.{}", flow.name, step.name);
            let within = step.begins.into_iter().map(|name| (name, "begins", ""));
            let over = graph
                .goes_over_to(step)
                .into_iter()
                .map(|name| (name, "goes over to", ", style=dashed"));
            for (name, label, style) in within.chain(over) {
                let Some(other) = place(name) else { continue };
                // A line to the frame cannot come from within it.
                let head = if name == flow.name {
                    String::new()
                } else {
                    format!(", lhead=cluster_{other}")
                };
                let (from, to) = (Quoted(&from), start(other));
                line(
                    &mut out,
                    format_args!("  {from} -> {} [label=\"{label}\"{style}{head}];", Quoted(&to)),
                );
            }
        }
    }
    if !others.is_empty() {
        line(
            &mut out,
            format_args!("  \"{START}\" [label=\"{others}\", style=\"\"];"),
        );
    }
    out.push_str("}\n");
    out
}

/// The steps of a flow and the ways between them.
fn steps(out: &mut String, indent: &str, flow: &FlowGraph, id: impl Fn(&str) -> String) {
    let start = id(START);
    line(out, format_args!("{indent}{} [shape=point];", Quoted(&start)));
    for step in flow.steps {
        let ends = if step.kind == StepKind::End {
            ", peripheries=2"
        } else {
            ""
        };
        let name = id(step.name);
        line(
            out,
            format_args!("{indent}{} [label=\"{}\"{ends}];", Quoted(&name), Label(step)),
        );
    }
    let to = id(flow.start);
    line(
        out,
        format_args!("{indent}{} -> {};", Quoted(&start), Quoted(&to)),
    );
    for step in flow.steps {
        let from = id(step.name);
        for next in step.next {
            let to = id(next);
            line(out, format_args!("{indent}{} -> {};", Quoted(&from), Quoted(&to)));
        }
        if let Some((_, otherwise)) = step.otherwise {
            let to = id(otherwise);
            line(
                out,
                format_args!(
                    "{indent}{} -> {} [label=\"otherwise\", style=dashed];",
                    Quoted(&from),
                    Quoted(&to)
                ),
            );
        }
    }
}

fn line(out: &mut String, line: fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("writing to a String cannot fail");
}

/// A step's name and what it says, within quotes.
struct Label<'s>(&'s StepNode);

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)?;
        if self.0.prompt.is_empty() {
            return Ok(());
        }
        write!(f, ": {}", Escaped(self.0.prompt))
    }
}

struct Quoted<'t>(&'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Escaped(self.0))
    }
}

/// A text within quotes.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                '"' | '\\' => write!(f, "\\{char}")?,
                char if char.is_control() => f.write_char(' ')?,
                char => f.write_char(char)?,
            }
        }
        Ok(())
    }
}
