//! `graph`: the bot, or one of its flows, as a drawing or as data.

use super::{
    Failure,
    args::{Format, Graph},
};
use crate::flow::BotGraph;

/// The whole bot, or the flow that was asked for.
pub(super) fn draw(graph: &BotGraph, args: &Graph) -> Result<String, Failure> {
    let flow = match &args.flow {
        Some(name) => Some(graph.flow(name).ok_or_else(|| no_flow(graph, name))?),
        None => None,
    };
    let text = match (flow, args.format) {
        (None, Format::Svg) => graph.svg(),
        (None, Format::Mermaid) => graph.mermaid(),
        (None, Format::Dot) => graph.dot(),
        (None, Format::Json) => graph.json(),
        (Some(flow), Format::Svg) => flow.svg(),
        (Some(flow), Format::Mermaid) => flow.mermaid(),
        (Some(flow), Format::Dot) => flow.dot(),
        (Some(flow), Format::Json) => flow.json(),
    };
    Ok(text.trim_end().to_owned())
}

fn no_flow(graph: &BotGraph, name: &str) -> Failure {
    let known: Vec<&str> = graph.flows.iter().map(|flow| flow.name).collect();
    Failure::Command(if known.is_empty() {
        format!("there is no flow `{name}`; this bot has no flows")
    } else {
        format!("there is no flow `{name}`; the flows are {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{FlowGraph, StepKind, StepNode};

    const STEPS: &[StepNode] = &[
        StepNode::__new(
            "guests",
            StepKind::Ask,
            "For how many?",
            &["done"],
            None,
            "Booking.guests",
        ),
        StepNode::__new("done", StepKind::End, "See you.", &[], None, "Booking.done"),
    ];

    fn drawn(flows: &[&'static str], format: Format, flow: Option<&str>) -> Result<String, String> {
        let flows = flows.iter().map(|name| FlowGraph::__new(name, "guests", STEPS));
        let graph = BotGraph::new("bistro::Bistro", &[], flows.collect());
        let flow = flow.map(str::to_owned);
        draw(&graph, &Graph { format, flow }).map_err(|failure| failure.to_string())
    }

    #[test]
    fn each_format_is_written_of_the_bot_and_of_one_flow() {
        for (format, of_bot, of_flow) in [
            (Format::Svg, "<title>Bistro</title>", "<title>Booking</title>"),
            (Format::Mermaid, "flowchart TD", "stateDiagram-v2"),
            (Format::Dot, "digraph \"Bistro\" {", "digraph \"Booking\" {"),
            (Format::Json, "\"bot\": \"Bistro\"", "\"name\": \"Booking\""),
        ] {
            for (flow, said) in [(None, of_bot), (Some("Booking"), of_flow)] {
                let text = drawn(&["Booking"], format, flow).expect("it is drawn");
                assert!(text.contains(said) && text.contains("For how many?"), "{text}");
                assert!(!text.ends_with('\n'), "the line is ended where it is printed");
            }
        }
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_names() {
        assert_eq!(
            drawn(&["Booking", "Order"], Format::Svg, Some("booking")),
            Err("there is no flow `booking`; the flows are Booking, Order".to_owned())
        );
        assert_eq!(
            drawn(&[], Format::Json, Some("Booking")),
            Err("there is no flow `Booking`; this bot has no flows".to_owned())
        );
    }
}
