//! For <https://mermaid.js.org>.

use std::fmt::{self, Write as _};

use super::{handlers, pattern};
use crate::flow::{BotGraph, FlowGraph, StepKind, StepNode};

/// Words of a state diagram that name no state there.
const TAKEN: &[&str] = &["as", "class", "direction", "end", "note", "state", "style"];

/// A state diagram.
pub(in crate::flow) fn of_flow(flow: &FlowGraph) -> String {
    let mut out = String::from("stateDiagram-v2\n");
    for step in flow.steps {
        line(
            &mut out,
            format_args!("  state \"{}\" as {}", Label(step), Id(step.name)),
        );
    }
    line(&mut out, format_args!("  [*] --> {}", Id(flow.start)));
    for step in flow.steps {
        let name = Id(step.name);
        for next in step.next {
            line(&mut out, format_args!("  {name} --> {}", Id(next)));
        }
        if let Some((_, otherwise)) = step.otherwise {
            line(
                &mut out,
                format_args!("  {name} --> {}: otherwise", Id(otherwise)),
            );
        }
        if step.kind == StepKind::End {
            line(&mut out, format_args!("  {name} --> [*]"));
        }
    }
    out
}

/// A flow chart, with a box around each flow. What begins nothing stands in one box.
pub(in crate::flow) fn of_bot(graph: &BotGraph) -> String {
    let mut out = String::from("flowchart TD\n");
    let (begin, others): (Vec<_>, Vec<_>) = handlers(graph).into_iter().partition(|handler| {
        graph
            .flows
            .iter()
            .any(|flow| handler.begins().contains(&flow.name))
    });
    for (at, handler) in begin.iter().enumerate() {
        let routes = handler.routes.iter().map(|route| {
            let interrupts = if route.interrupts { ", may interrupt" } else { "" };
            format!(
                "<br/>{} {}{interrupts}",
                route.kind.attribute(),
                Escaped(pattern(route))
            )
        });
        line(
            &mut out,
            format_args!(
                "  h{at}[\"{}{}\"]",
                Escaped(handler.name()),
                routes.collect::<String>()
            ),
        );
    }
    for (at, flow) in graph.flows.iter().enumerate() {
        subgraph(&mut out, at, flow);
    }
    let place = |name: &str| graph.flows.iter().position(|flow| flow.name == name);
    for (at, handler) in begin.iter().enumerate() {
        for flow in handler.begins().iter().filter_map(|name| place(name)) {
            line(&mut out, format_args!("  h{at} --> f{flow}_"));
        }
    }
    for (at, flow) in graph.flows.iter().enumerate() {
        for (step, node) in flow.steps.iter().enumerate() {
            if let Some(other) = node.begins.and_then(place) {
                line(&mut out, format_args!("  f{at}_{step} -- begins --> f{other}_"));
            }
            for other in graph.goes_over_to(node).into_iter().filter_map(place) {
                line(
                    &mut out,
                    format_args!("  f{at}_{step} -. goes over to .-> f{other}_"),
                );
            }
        }
    }
    if !others.is_empty() {
        let rows: Vec<String> = others
            .iter()
            .flat_map(|handler| &handler.routes)
            .map(|route| {
                let interrupts = if route.interrupts { ", may interrupt" } else { "" };
                let (handler, pattern) = (Escaped(route.handler), Escaped(pattern(route)));
                format!("{handler}: {} {pattern}{interrupts}", route.kind.attribute())
            })
            .collect();
        line(&mut out, format_args!("  others[\"{}\"]", rows.join("<br/>")));
    }
    out
}

fn subgraph(out: &mut String, at: usize, flow: &FlowGraph) {
    line(out, format_args!("  subgraph f{at}[\"{}\"]", Escaped(flow.name)));
    line(out, format_args!("    f{at}_((\" \"))"));
    for (step, node) in flow.steps.iter().enumerate() {
        let (open, close) = match node.kind {
            StepKind::End => ("([", "])"),
            StepKind::Begin => ("[[", "]]"),
            StepKind::Ask | StepKind::Say => ("(", ")"),
        };
        line(
            out,
            format_args!("    f{at}_{step}{open}\"{}\"{close}", Label(node)),
        );
    }
    let place = |name: &str| flow.steps.iter().position(|step| step.name == name);
    if let Some(to) = place(flow.start) {
        line(out, format_args!("    f{at}_ --> f{at}_{to}"));
    }
    for (from, node) in flow.steps.iter().enumerate() {
        for to in node.next.iter().filter_map(|name| place(name)) {
            line(out, format_args!("    f{at}_{from} --> f{at}_{to}"));
        }
        if let Some(to) = node.otherwise.and_then(|(_, name)| place(name)) {
            line(out, format_args!("    f{at}_{from} -. otherwise .-> f{at}_{to}"));
        }
    }
    out.push_str("  end\n");
}

fn line(out: &mut String, line: fmt::Arguments<'_>) {
    writeln!(out, "{line}").expect("writing to a String cannot fail");
}

/// A step's name where it stands for the step.
struct Id<'s>(&'s str);

impl fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)?;
        if TAKEN.contains(&self.0) {
            f.write_char('_')
        } else {
            Ok(())
        }
    }
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

/// A text within quotes, in which nothing is markup.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                '"' => f.write_str("#quot;")?,
                '<' => f.write_str("#lt;")?,
                '>' => f.write_str("#gt;")?,
                '&' => f.write_str("#amp;")?,
                '#' | ';' | '`' | '\\' => write!(f, "#{};", char as u32)?,
                char if char.is_control() => f.write_char(' ')?,
                char => f.write_char(char)?,
            }
        }
        Ok(())
    }
}
