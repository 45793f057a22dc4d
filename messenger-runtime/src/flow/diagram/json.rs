//! For programs.

use serde::Serialize;

use crate::{
    flow::{BotGraph, FlowGraph, StepKind, StepNode},
    routing::Route,
};

pub(in crate::flow) fn of_flow(flow: &FlowGraph) -> String {
    pretty(&JsonFlow::of(flow, None))
}

pub(in crate::flow) fn of_bot(graph: &BotGraph) -> String {
    pretty(&JsonBot {
        bot: graph.name,
        routes: graph.routes.iter().map(JsonRoute::of).collect(),
        flows: graph
            .flows
            .iter()
            .map(|flow| JsonFlow::of(flow, Some(graph)))
            .collect(),
    })
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("strings and numbers always serialise") + "\n"
}

#[derive(Serialize)]
struct JsonBot {
    bot: &'static str,
    routes: Vec<JsonRoute>,
    flows: Vec<JsonFlow>,
}

#[derive(Serialize)]
struct JsonRoute {
    kind: &'static str,
    pattern: &'static str,
    handler: &'static str,
    file: &'static str,
    line: u32,
    interrupts: bool,
    begins: &'static [&'static str],
}

#[derive(Serialize)]
struct JsonFlow {
    name: &'static str,
    start: &'static str,
    steps: Vec<JsonStep>,
}

#[derive(Serialize)]
struct JsonStep {
    name: &'static str,
    kind: &'static str,
    prompt: &'static str,
    next: &'static [&'static str],
    otherwise: Option<JsonOtherwise>,
    begins: Option<&'static str>,
    /// Known of a whole bot alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    goes_over_to: Option<Vec<&'static str>>,
}

#[derive(Serialize)]
struct JsonOtherwise {
    attempts: u32,
    step: &'static str,
}

impl JsonRoute {
    fn of(route: &Route) -> Self {
        Self {
            kind: route.kind.attribute(),
            pattern: route.pattern,
            handler: route.handler,
            file: route.file,
            line: route.line,
            interrupts: route.interrupts,
            begins: route.begins,
        }
    }
}

impl JsonFlow {
    fn of(flow: &FlowGraph, graph: Option<&BotGraph>) -> Self {
        Self {
            name: flow.name,
            start: flow.start,
            steps: flow.steps.iter().map(|step| JsonStep::of(step, graph)).collect(),
        }
    }
}

impl JsonStep {
    fn of(step: &StepNode, graph: Option<&BotGraph>) -> Self {
        Self {
            name: step.name,
            kind: match step.kind {
                StepKind::Ask => "ask",
                StepKind::Say => "say",
                StepKind::Begin => "begin",
                StepKind::End => "end",
            },
            prompt: step.prompt,
            next: step.next,
            otherwise: step
                .otherwise
                .map(|(attempts, step)| JsonOtherwise { attempts, step }),
            begins: step.begins,
            goes_over_to: graph.map(|graph| graph.goes_over_to(step)),
        }
    }
}
