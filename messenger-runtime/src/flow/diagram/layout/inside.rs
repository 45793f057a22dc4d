//! A group, laid out by itself.

use super::{
    Drawing, End, PADDING, Plan, Point, Rect, Size,
    flat::{Align, Arc, Flat, Laid, Node, Pin},
    ranks,
};

/// A group with what is in it.
pub(super) struct Inside {
    group: usize,
    laid: Laid,
    /// The boxes, in the order of the nodes behind the title.
    blocks: Vec<usize>,
    /// The links, in the order of the lines, and through which side of the frame they leave.
    links: Vec<(usize, Option<Pin>)>,
}

impl Inside {
    /// `up` says of a link that leaves the group whether it does so upwards.
    pub(super) fn of(plan: &Plan, group: usize, up: impl Fn(usize) -> bool) -> Self {
        let blocks: Vec<usize> = (0..plan.blocks.len())
            .filter(|at| plan.blocks[*at].group == Some(group))
            .collect();
        let mut nodes = vec![Node {
            pin: Some(Pin::Title),
            ..Node::of(plan.groups[group])
        }];
        nodes.extend(blocks.iter().map(|block| Node::of(plan.blocks[*block].size)));
        let (mut arcs, mut links) = (Vec::new(), Vec::new());
        let place = |block: usize| blocks.iter().position(|known| *known == block).map(|at| at + 1);
        for (at, link) in plan.links.iter().enumerate() {
            let Some(from) = place(link.from) else { continue };
            let inside = match link.to {
                End::Block(block) => place(block),
                End::Group(_) => None,
            };
            // What goes on outside has its label there.
            let stays = inside.is_some() || link.to == End::Group(group);
            let is_up = inside.is_none() && up(at);
            let to = inside.unwrap_or_else(|| {
                nodes.push(Node {
                    pin: Some(if is_up { Pin::Top } else { Pin::Bottom }),
                    ..Node::default()
                });
                nodes.len() - 1
            });
            arcs.push(Arc {
                from,
                to,
                label: link.label.filter(|_| stays),
                leaves: None,
                reversed: is_up,
            });
            links.push((at, nodes[to].pin));
        }
        let within: Vec<usize> = (0..arcs.len())
            .filter(|at| nodes[arcs[*at].to].pin.is_none())
            .collect();
        let pairs: Vec<(usize, usize)> = within.iter().map(|at| (arcs[*at].from, arcs[*at].to)).collect();
        for (at, reversed) in within.iter().zip(ranks::back_arcs(nodes.len(), &pairs)) {
            arcs[*at].reversed = reversed;
        }
        let flat = Flat {
            nodes,
            arcs,
            align: Align::Middle,
            width: plan.width - 2.0 * PADDING,
        };
        Self {
            group,
            laid: flat.lay_out(),
            blocks,
            links,
        }
    }

    pub(super) fn size(&self) -> Size {
        Size {
            width: self.laid.size.width + 2.0 * PADDING,
            height: self.laid.size.height + 2.0 * PADDING,
        }
    }

    /// The point of the frame at which a link leaves, from its left.
    pub(super) fn exit(&self, link: usize) -> Option<f64> {
        let at = self.links.iter().position(|(known, _)| *known == link)?;
        self.laid.lines[at].points.last().map(|point| point.x + PADDING)
    }

    pub(super) fn draw(&self, frame: Rect, drawing: &mut Drawing) {
        let corner = Point {
            x: frame.x + PADDING,
            y: frame.y + PADDING,
        };
        drawing.groups[self.group] = frame;
        drawing.titles[self.group] = self.laid.nodes[0].moved(corner);
        for (block, rect) in self.blocks.iter().zip(&self.laid.nodes[1..]) {
            drawing.blocks[*block] = rect.moved(corner);
        }
        for ((link, leaves), line) in self.links.iter().zip(&self.laid.lines) {
            let mut line = line.clone().moved(corner);
            // The last stretch, from what is in the group to its frame.
            if let (Some(side), Some(last)) = (leaves, line.points.last().copied()) {
                let y = if *side == Pin::Top {
                    frame.y
                } else {
                    frame.bottom()
                };
                line.points.push(Point { y, ..last });
            }
            drawing.lines[*link] = line;
        }
    }
}
