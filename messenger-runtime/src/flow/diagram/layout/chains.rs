//! The links of a graph in layers: a place in each layer that they pass.

use super::{
    Size,
    flat::{BY_LINE, Flat, Pin},
    order,
};

/// Between two boxes of a layer.
pub(super) const BESIDE: f64 = 30.0;
/// Between a box and a line that passes it.
const PAST: f64 = 20.0;
/// Between two lines.
const LINES: f64 = 14.0;
/// Between two layers of boxes; more where lines go far to the side.
const BELOW: f64 = 40.0;
/// Between layers of which one holds labels and lines alone.
const BELOW_LABELS: f64 = 22.0;
/// Below the title of a group.
const BELOW_TITLE: f64 = 4.0;
/// How far apart lines leave and reach a box, at most.
const PORTS: f64 = 24.0;

/// Something that takes a place in a layer.
pub(super) struct Vertex {
    pub(super) size: Size,
    pub(super) layer: usize,
    /// Where lines pass through it, from its left; of a box the middle.
    pub(super) port: f64,
    pub(super) kind: Kind,
    /// Whether it is left of everything.
    pub(super) is_first: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Box,
    Point,
    Label,
}

/// A stretch of a link from one layer to the next.
pub(super) struct Segment {
    pub(super) upper: usize,
    pub(super) lower: usize,
    pub(super) weight: f64,
    upper_port: f64,
    lower_port: f64,
}

/// The links as chains of places, one in each layer from end to end.
pub(super) struct Chains {
    pub(super) vertices: Vec<Vertex>,
    pub(super) layers: Vec<Vec<usize>>,
    pub(super) segments: Vec<Segment>,
    /// By vertex: the segments to the layer above, and below.
    pub(super) above: Vec<Vec<usize>>,
    pub(super) below: Vec<Vec<usize>>,
    /// By arc, from the upper end to the lower; empty for an arc from a box to itself.
    pub(super) chains: Vec<Vec<usize>>,
    /// By arc: its segments, in the same order.
    pub(super) ways: Vec<Vec<usize>>,
}

impl Segment {
    pub(super) fn other(&self, vertex: usize) -> usize {
        if self.upper == vertex {
            self.lower
        } else {
            self.upper
        }
    }

    /// Where it touches `vertex`, from its left.
    pub(super) fn port(&self, vertex: usize) -> f64 {
        if self.upper == vertex {
            self.upper_port
        } else {
            self.lower_port
        }
    }
}

impl Chains {
    pub(super) fn of(flat: &Flat, ranks: &[usize], widths: &[f64]) -> Self {
        let mut vertices: Vec<Vertex> = Vec::new();
        for (at, node) in flat.nodes.iter().enumerate() {
            let label = flat.loops(at).filter_map(|arc| flat.arcs[arc].label);
            let height = label.map(|size| size.height).fold(node.size.height, f64::max);
            let is_point = node.pin.is_some_and(|pin| pin != Pin::Title);
            vertices.push(Vertex {
                size: Size {
                    width: widths[at],
                    height: if is_point { 0.0 } else { height },
                },
                layer: ranks[at],
                port: node.size.width / 2.0,
                kind: if is_point { Kind::Point } else { Kind::Box },
                is_first: node.pin == Some(Pin::Title),
            });
        }
        let mut chains = Vec::new();
        for arc in &flat.arcs {
            let (upper, lower) = arc.ends();
            if upper == lower {
                chains.push(Vec::new());
                continue;
            }
            let between = ranks[upper] + 1..ranks[lower];
            // The label stands near to where the arc comes from.
            let labelled = if arc.reversed {
                ranks[lower].saturating_sub(1)
            } else {
                ranks[upper] + 1
            };
            let mut chain = vec![upper];
            for layer in between {
                let label = arc.label.filter(|_| layer == labelled);
                chain.push(vertices.len());
                vertices.push(Vertex {
                    size: label.map_or(Size::default(), |size| Size {
                        width: size.width + BY_LINE,
                        ..size
                    }),
                    layer,
                    port: 0.0,
                    kind: if label.is_some() { Kind::Label } else { Kind::Point },
                    is_first: false,
                });
            }
            chain.push(lower);
            chains.push(chain);
        }
        let mut all = Self {
            above: vec![Vec::new(); vertices.len()],
            below: vec![Vec::new(); vertices.len()],
            vertices,
            layers: Vec::new(),
            segments: Vec::new(),
            ways: vec![Vec::new(); flat.arcs.len()],
            chains,
        };
        all.connect();
        all.layer();
        all
    }

    fn connect(&mut self) {
        for (arc, chain) in self.chains.iter().enumerate() {
            for (upper, lower) in chain.iter().zip(chain.iter().skip(1)) {
                let boxes = [*upper, *lower].map(|vertex| self.vertices[vertex].kind == Kind::Box);
                let at = self.segments.len();
                self.segments.push(Segment {
                    upper: *upper,
                    lower: *lower,
                    // The longer a link, the straighter it should be.
                    weight: match boxes {
                        [true, true] => 1.0,
                        [false, false] => 8.0,
                        _ => 2.0,
                    },
                    upper_port: self.vertices[*upper].port,
                    lower_port: self.vertices[*lower].port,
                });
                self.below[*upper].push(at);
                self.above[*lower].push(at);
                self.ways[arc].push(at);
            }
        }
    }

    /// Layers in a first order: that in which a walk down from the top comes by. Empty ones are left out.
    fn layer(&mut self) {
        let count = self
            .vertices
            .iter()
            .map(|vertex| vertex.layer + 1)
            .max()
            .unwrap_or_default();
        let mut layers = vec![Vec::new(); count];
        let mut seen = vec![false; self.vertices.len()];
        let mut tops: Vec<usize> = (0..self.vertices.len()).collect();
        tops.sort_by_key(|vertex| {
            (
                !self.vertices[*vertex].is_first,
                self.vertices[*vertex].layer,
                *vertex,
            )
        });
        for top in tops {
            let mut todo = vec![top];
            while let Some(vertex) = todo.pop() {
                if std::mem::replace(&mut seen[vertex], true) {
                    continue;
                }
                layers[self.vertices[vertex].layer].push(vertex);
                todo.extend(
                    self.below[vertex]
                        .iter()
                        .rev()
                        .map(|segment| self.segments[*segment].lower),
                );
            }
        }
        layers.retain(|layer| !layer.is_empty());
        for (at, layer) in layers.iter().enumerate() {
            for vertex in layer {
                self.vertices[*vertex].layer = at;
            }
        }
        self.layers = layers;
    }

    /// Where each link leaves and reaches its boxes: side by side around the middle, in the order of what they lead to.
    pub(super) fn ports(&mut self, flat: &Flat) {
        let places = order::places(self);
        let mut leaves = vec![None; self.segments.len()];
        for (arc, way) in flat.arcs.iter().zip(&self.ways) {
            let first = if arc.reversed { way.last() } else { way.first() };
            if let Some(first) = first {
                leaves[*first] = arc.leaves.map(|at| (arc.from, at));
            }
        }
        for vertex in 0..flat.nodes.len() {
            for is_below in [true, false] {
                let near = if is_below {
                    &self.below[vertex]
                } else {
                    &self.above[vertex]
                };
                let given = |segment: usize| leaves[segment].filter(|(from, _)| *from == vertex);
                let mut free: Vec<usize> = near.iter().copied().filter(|at| given(*at).is_none()).collect();
                free.sort_by_key(|at| (places[self.segments[*at].other(vertex)], *at));
                let step = PORTS.min(2.0 * self.vertices[vertex].port / (free.len() as f64 + 1.0));
                let first = self.vertices[vertex].port - step * (free.len() as f64 - 1.0) / 2.0;
                let mut ports: Vec<(usize, f64)> =
                    near.iter().filter_map(|at| Some((*at, given(*at)?.1))).collect();
                ports.extend(
                    free.iter()
                        .enumerate()
                        .map(|(at, segment)| (*segment, first + step * at as f64)),
                );
                for (segment, port) in ports {
                    if is_below {
                        self.segments[segment].upper_port = port;
                    } else {
                        self.segments[segment].lower_port = port;
                    }
                }
            }
        }
    }

    /// The least distance between two neighbours of a layer.
    pub(super) fn gap(&self, one: usize, other: usize) -> f64 {
        match [one, other].map(|vertex| self.vertices[vertex].kind == Kind::Box) {
            [true, true] => BESIDE,
            [false, false] => LINES,
            _ => PAST,
        }
    }

    /// Moves the title to the left of everything.
    pub(super) fn to_the_left(&self, lefts: &mut [f64]) {
        let Some(title) = (0..self.vertices.len()).find(|vertex| self.vertices[*vertex].is_first) else {
            return;
        };
        let others = (0..lefts.len()).filter(|vertex| *vertex != title);
        let mut left = others.map(|vertex| lefts[vertex]).fold(f64::INFINITY, f64::min);
        if let Some(next) = self.layers[self.vertices[title].layer].get(1) {
            left = left.min(lefts[*next] - self.gap(title, *next) - self.vertices[title].size.width);
        }
        if left.is_finite() {
            lefts[title] = left;
        }
    }

    /// The top and the bottom of each layer.
    pub(super) fn bands(&self, lefts: &[f64]) -> Vec<(f64, f64)> {
        let mut bands: Vec<(f64, f64)> = Vec::new();
        let mut top = 0.0;
        for (at, layer) in self.layers.iter().enumerate() {
            let height = layer
                .iter()
                .map(|vertex| self.vertices[*vertex].size.height)
                .fold(0.0, f64::max);
            bands.push((top, top + height));
            let holds_boxes = |layer: &Vec<usize>| {
                let is_box = |vertex: &usize| {
                    self.vertices[*vertex].kind == Kind::Box && !self.vertices[*vertex].is_first
                };
                layer.iter().any(is_box)
            };
            let below = self.layers.get(at + 1).is_some_and(holds_boxes);
            let least = match (holds_boxes(layer), below) {
                (true, true) => BELOW,
                _ if layer.iter().all(|vertex| self.vertices[*vertex].is_first) => BELOW_TITLE,
                _ => BELOW_LABELS,
            };
            let sideways = layer
                .iter()
                .flat_map(|vertex| &self.below[*vertex])
                .map(|segment| {
                    let Segment { upper, lower, .. } = self.segments[*segment];
                    let at = |vertex: usize| lefts[vertex] + self.segments[*segment].port(vertex);
                    (at(upper) - at(lower)).abs()
                });
            top += height + least + (sideways.fold(0.0, f64::max) * 0.1).min(40.0);
        }
        bands
    }
}
