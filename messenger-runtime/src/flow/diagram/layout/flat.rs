//! A graph without groups, in layers.

use super::{
    Line, Point, Rect, Size,
    chains::{BESIDE, Chains, Kind, Segment, Vertex},
    order, place, ranks,
};

/// How far a line goes straight when it leaves a box or comes to one.
const STRAIGHT: f64 = 10.0;
/// How far a link from a box to itself goes out.
const LOOP: f64 = 22.0;
/// Between a line and its label.
pub(super) const BY_LINE: f64 = 6.0;

/// What is to be laid out.
pub(super) struct Flat {
    pub(super) nodes: Vec<Node>,
    pub(super) arcs: Vec<Arc>,
    pub(super) align: Align,
    pub(super) width: f64,
}

/// A box, or a point at which lines leave.
#[derive(Clone, Copy, Default)]
pub(super) struct Node {
    pub(super) size: Size,
    pub(super) pin: Option<Pin>,
}

/// A place above or below all others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pin {
    Top,
    Bottom,
    /// At the top, and left of everything.
    Title,
}

/// How the boxes of one layer stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Top,
    Middle,
}

pub(super) struct Arc {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: Option<Size>,
    /// Where it leaves, from the left of its box; unless given, among the others.
    pub(super) leaves: Option<f64>,
    /// Whether it leads upwards.
    pub(super) reversed: bool,
}

/// The places, in the order of what was given.
#[derive(Default)]
pub(super) struct Laid {
    pub(super) size: Size,
    pub(super) nodes: Vec<Rect>,
    pub(super) lines: Vec<Line>,
}

impl Node {
    pub(super) fn of(size: Size) -> Self {
        Self { size, pin: None }
    }
}

impl Arc {
    /// The upper and the lower end.
    pub(super) fn ends(&self) -> (usize, usize) {
        if self.reversed {
            (self.to, self.from)
        } else {
            (self.from, self.to)
        }
    }
}

impl Flat {
    pub(super) fn lay_out(&self) -> Laid {
        if self.nodes.is_empty() {
            return Laid::default();
        }
        let widths: Vec<f64> = (0..self.nodes.len()).map(|node| self.width_of(node)).collect();
        let ranks = ranks::ranks(self, &widths, BESIDE);
        let mut chains = Chains::of(self, &ranks, &widths);
        order::order(&mut chains);
        chains.ports(self);
        let mut lefts = place::place(&chains);
        chains.to_the_left(&mut lefts);
        self.draw(&chains, &lefts)
    }

    /// The width of a node with the links from it to itself.
    fn width_of(&self, node: usize) -> f64 {
        let loops = self.loops(node).map(|arc| LOOP + room(self.arcs[arc].label));
        self.nodes[node].size.width + loops.sum::<f64>()
    }

    pub(super) fn loops(&self, node: usize) -> impl Iterator<Item = usize> {
        (0..self.arcs.len()).filter(move |at| self.arcs[*at].from == node && self.arcs[*at].to == node)
    }

    fn draw(&self, chains: &Chains, lefts: &[f64]) -> Laid {
        let bands = chains.bands(lefts);
        let start = lefts.iter().copied().fold(f64::INFINITY, f64::min);
        let rect = |vertex: usize| {
            let Vertex { size, layer, .. } = chains.vertices[vertex];
            let (top, bottom) = bands[layer];
            let spare = match self.align {
                Align::Top => 0.0,
                Align::Middle => (bottom - top - size.height) / 2.0,
            };
            Rect {
                x: lefts[vertex] - start,
                y: top + spare,
                width: size.width,
                height: size.height,
            }
        };
        // The box itself, without what is beside it.
        let nodes: Vec<Rect> = self
            .nodes
            .iter()
            .enumerate()
            .map(|(at, node)| {
                let with_loops = rect(at);
                Rect {
                    x: with_loops.x,
                    y: with_loops.y + (with_loops.height - node.size.height) / 2.0,
                    width: node.size.width,
                    height: node.size.height,
                }
            })
            .collect();
        let mut lines: Vec<Line> = (0..self.arcs.len())
            .map(|arc| {
                let mut points = Vec::new();
                for segment in &chains.ways[arc] {
                    let Segment { upper, lower, .. } = chains.segments[*segment];
                    let at = |vertex: usize| rect(vertex).x + chains.segments[*segment].port(vertex);
                    let (from, to) = (at(upper), at(lower));
                    if chains.vertices[upper].kind == Kind::Box {
                        points.push(Point {
                            x: from,
                            y: nodes[upper].bottom(),
                        });
                    }
                    let (upper_band, lower_band) = (
                        bands[chains.vertices[upper].layer],
                        bands[chains.vertices[lower].layer],
                    );
                    points.push(Point {
                        x: from,
                        y: upper_band.1,
                    });
                    if chains.vertices[upper].kind == Kind::Box {
                        points.push(Point {
                            x: from,
                            y: upper_band.1 + STRAIGHT,
                        });
                    }
                    if chains.vertices[lower].kind == Kind::Box {
                        points.push(Point {
                            x: to,
                            y: lower_band.0 - STRAIGHT,
                        });
                    }
                    points.push(Point {
                        x: to,
                        y: lower_band.0,
                    });
                    if chains.vertices[lower].kind == Kind::Box {
                        points.push(Point {
                            x: to,
                            y: nodes[lower].y,
                        });
                    }
                }
                if self.arcs[arc].reversed {
                    points.reverse();
                }
                let label = chains.chains[arc]
                    .iter()
                    .find(|vertex| chains.vertices[**vertex].kind == Kind::Label);
                let label = label.map(|vertex| Rect {
                    x: rect(*vertex).x + BY_LINE,
                    width: rect(*vertex).width - BY_LINE,
                    ..rect(*vertex)
                });
                Line { points, label }
            })
            .collect();
        for (node, rect) in nodes.iter().enumerate() {
            self.draw_loops(node, rect, &mut lines);
        }
        let right = (0..chains.vertices.len())
            .map(|vertex| rect(vertex).right())
            .fold(0.0, f64::max);
        Laid {
            size: Size {
                width: right,
                height: bands.last().map_or(0.0, |band| band.1),
            },
            nodes,
            lines,
        }
    }

    /// Links from a box to itself, at its right, each around the one before.
    fn draw_loops(&self, node: usize, rect: &Rect, lines: &mut [Line]) {
        let count = self.loops(node).count();
        let step = rect.height / 2.0 / (count as f64 + 1.0);
        let (middle, mut right) = (rect.y + rect.height / 2.0, rect.right());
        for (at, arc) in self.loops(node).enumerate() {
            right += LOOP - BY_LINE;
            let up_and_down = step * (at as f64 + 1.0);
            let point = |x, y| Point { x, y };
            lines[arc].points = vec![
                point(rect.right(), middle - up_and_down),
                point(right, middle - up_and_down),
                point(right, middle + up_and_down),
                point(rect.right(), middle + up_and_down),
            ];
            lines[arc].label = self.arcs[arc].label.map(|size| Rect {
                x: right + BY_LINE,
                y: middle - size.height / 2.0,
                width: size.width,
                height: size.height,
            });
            right += BY_LINE + room(self.arcs[arc].label);
        }
    }
}

/// What a label takes beside its line.
fn room(label: Option<Size>) -> f64 {
    label.map_or(0.0, |size| size.width + BY_LINE)
}
