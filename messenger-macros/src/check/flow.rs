//! A flow as a graph: every step can be reached, leads somewhere, and an end can be reached from it.

use std::collections::{BTreeSet, HashMap};

use syn::{FnArg, GenericParam, Ident, ReceiverKind, ext::IdentExt as _, spanned::Spanned as _};

use super::options::offered;
use crate::{
    error::{Errors, did_you_mean, list},
    parse::flow::{Flow, Kind, Step},
};

/// Everything that is wrong with a flow. Where a mistake makes others follow from it, it is the only one told.
pub(crate) fn check(flow: &Flow, errors: &mut Errors) {
    for step in &flow.steps {
        signature(step, errors);
        offered(&step.options, errors);
        attempts(step, errors);
    }
    if !flow.is_whole {
        return;
    }
    if flow.steps.is_empty() {
        errors.at(
            flow.name.span(),
            "a flow needs steps: methods under `#[ask(..)]`, `#[say(..)]` or `#[end]`",
        );
        return;
    }
    let mut found = Errors::default();
    graph(flow, &mut found);
    errors.take(found.finish());
}

/// Stops at the first kind of mistake.
fn graph(flow: &Flow, errors: &mut Errors) {
    let names = Names::of(&flow.steps, errors);
    let start = names.find(&flow.head.start, errors);
    let edges: Vec<Vec<usize>> = flow
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| edges(at, step, &names, errors))
        .collect();
    if errors.is_empty() {
        undeclared(flow, &names, errors);
    }
    let Some(start) = start else { return };
    if errors.is_empty() {
        ended(flow, &edges, errors);
    }
    if errors.is_empty() {
        reached(flow, start, &edges, errors);
    }
}

/// The steps by their names.
struct Names<'f> {
    all: Vec<String>,
    known: HashMap<String, usize>,
    of_steps: Vec<&'f Ident>,
}

impl<'f> Names<'f> {
    fn of(steps: &'f [Step], errors: &mut Errors) -> Self {
        let mut names = Self {
            all: Vec::new(),
            known: HashMap::new(),
            of_steps: steps.iter().map(|step| &step.name).collect(),
        };
        for (at, step) in steps.iter().enumerate() {
            let name = step.name.unraw().to_string();
            // Two methods of one name under different `#[cfg]` are one step.
            if names.known.contains_key(&name) {
                if step.cfgs.is_empty() {
                    errors.at(
                        step.name.span(),
                        format!("there are two steps `{name}`; rename one"),
                    );
                }
                continue;
            }
            names.known.insert(name.clone(), at);
            names.all.push(name);
        }
        names
    }

    fn find(&self, name: &Ident, errors: &mut Errors) -> Option<usize> {
        let text = name.unraw().to_string();
        let found = self.known.get(&text).copied();
        if found.is_none() {
            let all: Vec<&str> = self.all.iter().map(String::as_str).collect();
            let hint = match did_you_mean(&text, &all) {
                hint if hint.is_empty() => format!("; the steps are {}", list(&all)),
                hint => hint,
            };
            errors.at(name.span(), format!("there is no step `{text}`{hint}"));
        }
        found
    }

    fn show(&self, at: usize) -> String {
        self.of_steps[at].unraw().to_string()
    }
}

/// Where a step can go, itself included where it says so.
fn edges(at: usize, step: &Step, names: &Names<'_>, errors: &mut Errors) -> Vec<usize> {
    let mut edges = Vec::new();
    for next in &step.next {
        let Some(to) = names.find(next, errors) else {
            continue;
        };
        if edges.contains(&to) {
            errors.at(
                next.span(),
                format!("`{}` is in this `next` twice", names.show(to)),
            );
            continue;
        }
        edges.push(to);
    }
    let name = names.show(at);
    if step.kind != Kind::End && step.next.is_empty() {
        errors.at(
            step.name.span(),
            format!("the step `{name}` leads nowhere; add `next = [..]`, or make it an `#[end]`"),
        );
    } else if edges == [at] && step.next.len() == 1 {
        errors.at(
            step.next[0].span(),
            format!(
                "the step `{name}` leads only to itself; to ask again return `Err(Retry(..))`, and name in `next` where it goes on"
            ),
        );
    }
    if let Some(otherwise) = &step.otherwise
        && let Some(to) = names.find(otherwise, errors)
    {
        if to == at {
            errors.at(
                otherwise.span(),
                format!("after its attempts `{name}` must go to another step"),
            );
        }
        edges.push(to);
    }
    edges
}

fn reached(flow: &Flow, start: usize, edges: &[Vec<usize>], errors: &mut Errors) {
    let (mut reached, mut todo) = (BTreeSet::from([start]), vec![start]);
    while let Some(at) = todo.pop() {
        todo.extend(edges[at].iter().filter(|to| reached.insert(**to)));
    }
    for (at, step) in flow.steps.iter().enumerate() {
        let is_twin = flow.steps[..at].iter().any(|known| known.name == step.name);
        if !reached.contains(&at) && !is_twin {
            errors.at(
                step.name.span(),
                format!(
                    "the step `{}` can never be reached from `{}`; name it in the `next` of a step that leads to it",
                    step.name.unraw(),
                    flow.head.start.unraw()
                ),
            );
        }
    }
}

/// From each step an end can be reached.
fn ended(flow: &Flow, edges: &[Vec<usize>], errors: &mut Errors) {
    let mut ending: BTreeSet<usize> = (0..edges.len()).filter(|at| edges[*at].is_empty()).collect();
    loop {
        let more: Vec<usize> = (0..edges.len())
            .filter(|at| !ending.contains(at) && edges[*at].iter().any(|to| ending.contains(to)))
            .collect();
        if more.is_empty() {
            break;
        }
        ending.extend(more);
    }
    // Of steps that go round in a circle, one error at the first.
    if let Some(first) = (0..edges.len()).find(|at| !ending.contains(at)) {
        let step = &flow.steps[first];
        errors.at(
            step.name.span(),
            format!(
                "no `#[end]` can be reached from the step `{}`: people could only cancel; let one of the steps it leads to go on to an `#[end]`",
                step.name.unraw()
            ),
        );
    }
}

/// The shape of the method.
fn signature(step: &Step, errors: &mut Errors) {
    let (signature, name) = (&step.signature, &step.name);
    if signature.asyncness.is_none() {
        errors.at(
            signature.fn_token.span,
            format!("a step is `async`; write `async fn {name}`"),
        );
    }
    if let Some(parameter) = signature
        .generics
        .params
        .iter()
        .find(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
    {
        errors.at(parameter.span(), "a step cannot be generic; name the type");
    }
    let mut inputs = signature.inputs.iter();
    match inputs.next() {
        Some(FnArg::Receiver(receiver)) if matches!(receiver.kind, ReceiverKind::Reference(..)) => {}
        Some(FnArg::Receiver(receiver)) => errors.at(
            receiver.span(),
            "a step borrows the flow, which goes on after it; write `&mut self`",
        ),
        _ => {
            errors.at(
                name.span(),
                format!("a step is a method of its flow; write `async fn {name}(&mut self, ..)`"),
            );
            return;
        }
    }
    if step.kind == Kind::Begin && inputs.next().is_none() {
        errors.at(
            name.span(),
            format!(
                "the step `{name}` begins a flow but does not take what that comes to; write `async fn {name}(&mut self, address: Address)`"
            ),
        );
    } else if step.kind == Kind::Ask && inputs.next().is_none() {
        errors.at(
            name.span(),
            format!(
                "the step `{name}` asks but takes no answer; write `async fn {name}(&mut self, answer: String)`, or `#[say(..)]` where none is expected"
            ),
        );
    }
}

/// A step goes only where its `next` says.
fn undeclared(flow: &Flow, names: &Names<'_>, errors: &mut Errors) {
    for step in flow.steps.iter().filter(|step| step.kind != Kind::End) {
        for taken in step.taken.iter().filter(|taken| !step.next.contains(taken)) {
            if names.find(taken, errors).is_some() {
                let name = step.name.unraw();
                errors.at(
                    taken.span(),
                    format!("`{name}` does not say that it goes on to `{taken}`; add that to its `next`"),
                );
            }
        }
    }
}

fn attempts(step: &Step, errors: &mut Errors) {
    match (&step.attempts, &step.otherwise) {
        (Some((0, span)), _) => errors.at(*span, "a question is asked once at least"),
        (Some((_, span)), None) => errors.at(
            *span,
            "after the last attempt the flow goes on elsewhere; say where, as in `attempts = 3, otherwise = help`",
        ),
        (None, Some(otherwise)) => errors.at(
            otherwise.span(),
            "`otherwise` is where the flow goes after some attempts; say how many, as in `attempts = 3`",
        ),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
