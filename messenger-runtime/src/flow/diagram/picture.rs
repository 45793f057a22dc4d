//! What is drawn of a graph: boxes with their lines of text, frames around flows, and arrows.

use super::{
    handlers,
    layout::{Block, Drawing, End, Link, Plan, Size, lay_out},
    shape::{NOTE, Shape, TITLE, What},
};
use crate::flow::{BotGraph, FlowGraph};

/// As wide as a README shows a picture.
pub(super) const WIDTH: f64 = 860.0;

/// Everything of a picture, and where it goes.
pub(super) struct Picture {
    pub(super) name: &'static str,
    pub(super) about: String,
    pub(super) boxes: Vec<Shape>,
    pub(super) frames: Vec<&'static str>,
    pub(super) arrows: Vec<Arrow>,
    pub(super) drawing: Drawing,
    /// Whether it is of a whole bot, and says so.
    pub(super) is_whole: bool,
}

/// An arrow between two boxes, or from a box to a frame.
pub(super) struct Arrow {
    pub(super) way: Way,
    pub(super) from: usize,
    pub(super) to: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Start,
    Next,
    /// After the last attempt.
    Otherwise,
    /// A handler begins a flow.
    Begins,
    /// A step begins a flow within its own.
    Within,
    /// A step begins a flow in place of its own.
    Over,
}

impl Way {
    pub(super) fn label(self) -> Option<&'static str> {
        match self {
            Self::Otherwise => Some("otherwise"),
            Self::Within => Some("begins"),
            Self::Over => Some("goes over to"),
            Self::Start | Self::Next | Self::Begins => None,
        }
    }

    fn size(self) -> Option<Size> {
        self.label().map(|label| Size {
            width: NOTE.width(label),
            height: NOTE.line(),
        })
    }
}

impl Picture {
    pub(super) fn of_bot(graph: &BotGraph) -> Self {
        let mut parts = Parts::default();
        for flow in &graph.flows {
            parts.flow(flow);
        }
        let mut boxes = Vec::new();
        let (mut interrupting, mut others) = (Vec::new(), Vec::new());
        for handler in handlers(graph) {
            let begun: Vec<usize> = (0..graph.flows.len())
                .filter(|flow| handler.begins().contains(&graph.flows[*flow].name))
                .collect();
            if !begun.is_empty() {
                parts.arrows.extend(begun.into_iter().map(|flow| Arrow {
                    way: Way::Begins,
                    from: parts.boxes.len() + boxes.len(),
                    to: End::Group(flow),
                }));
                boxes.push(Shape::of_handler(&handler));
            } else if handler.interrupts() && !graph.flows.is_empty() {
                interrupting.push(handler);
            } else {
                others.push(handler);
            }
        }
        parts.boxes.extend(boxes.into_iter().map(|shape| (shape, None)));
        for (at, flow) in graph.flows.iter().enumerate() {
            parts.between(at, flow, graph);
        }
        let is_rest = parts
            .boxes
            .iter()
            .any(|(shape, _)| matches!(shape.what, What::Handler(_)));
        let lists = [
            ("May interrupt a flow", interrupting),
            (if is_rest { "Other handlers" } else { "Handlers" }, others),
        ];
        for (heading, handlers) in lists {
            if !handlers.is_empty() {
                parts.boxes.push((Shape::of_list(heading, &handlers), None));
            }
        }
        let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let about = format!(
            "{}, {}",
            count(graph.routes.len(), "route"),
            count(graph.flows.len(), "flow")
        );
        parts.picture(graph.name, about, true)
    }

    pub(super) fn of_flow(flow: &FlowGraph) -> Self {
        let mut parts = Parts::default();
        parts.flow(flow);
        let steps = flow.steps.len();
        let about = format!("{steps} step{}", if steps == 1 { "" } else { "s" });
        parts.picture(flow.name, about, false)
    }
}

/// What a picture is made of.
#[derive(Default)]
struct Parts {
    /// With the flow that each is in.
    boxes: Vec<(Shape, Option<usize>)>,
    frames: Vec<&'static str>,
    /// By flow: the place of its start, which its steps follow.
    starts: Vec<usize>,
    arrows: Vec<Arrow>,
}

impl Parts {
    fn flow(&mut self, flow: &FlowGraph) {
        let (group, start) = (Some(self.frames.len()), self.boxes.len());
        self.frames.push(flow.name);
        self.starts.push(start);
        self.boxes.push((Shape::start(), group));
        let place = |name: &str| {
            flow.steps
                .iter()
                .position(|step| step.name == name)
                .map(|at| start + 1 + at)
        };
        let mut arrow = |way, from, to: &str| {
            self.arrows.extend(place(to).map(|to| Arrow {
                way,
                from,
                to: End::Block(to),
            }));
        };
        arrow(Way::Start, start, flow.start);
        for (at, step) in flow.steps.iter().enumerate() {
            let from = start + 1 + at;
            for next in step.next {
                arrow(Way::Next, from, next);
            }
            if let Some((_, otherwise)) = step.otherwise {
                arrow(Way::Otherwise, from, otherwise);
            }
        }
        let steps = flow
            .steps
            .iter()
            .map(|step| (Shape::of_step(flow.name, step), group));
        self.boxes.extend(steps);
    }

    /// The arrows from a flow's steps to other flows, and back to its own start.
    fn between(&mut self, at: usize, flow: &FlowGraph, graph: &BotGraph) {
        for (place, step) in flow.steps.iter().enumerate() {
            let within = step.begins.into_iter().map(|name| (Way::Within, name));
            let over = graph.goes_over_to(step).into_iter().map(|name| (Way::Over, name));
            for (way, name) in within.chain(over) {
                let Some(other) = graph.flows.iter().position(|known| known.name == name) else {
                    continue;
                };
                let to = if other == at {
                    End::Block(self.starts[at])
                } else {
                    End::Group(other)
                };
                self.arrows.push(Arrow {
                    way,
                    from: self.starts[at] + 1 + place,
                    to,
                });
            }
        }
    }

    fn picture(self, name: &'static str, about: String, is_whole: bool) -> Picture {
        let plan = Plan {
            blocks: self
                .boxes
                .iter()
                .map(|(shape, group)| Block {
                    size: shape.size,
                    group: *group,
                })
                .collect(),
            groups: self
                .frames
                .iter()
                .map(|name| Size {
                    width: TITLE.width(name),
                    height: TITLE.line(),
                })
                .collect(),
            links: self
                .arrows
                .iter()
                .map(|arrow| Link {
                    from: arrow.from,
                    to: arrow.to,
                    label: arrow.way.size(),
                })
                .collect(),
            width: WIDTH,
        };
        Picture {
            name,
            about,
            drawing: lay_out(&plan),
            boxes: self.boxes.into_iter().map(|(shape, _)| shape).collect(),
            frames: self.frames,
            arrows: self.arrows,
            is_whole,
        }
    }
}
