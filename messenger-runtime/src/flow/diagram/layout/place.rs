//! How far to the right each place of a layer is.

use super::{
    chains::{Chains, Kind},
    order,
};

/// How often all layers are moved, down and up in turn.
const SWEEPS: usize = 12;
/// A line that goes less to the side than this looks bent by mistake.
const BEND: f64 = 12.0;

/// The left sides. Each place comes as near as it can to those it is linked to, nothing nearer than its gap.
pub(super) fn place(chains: &Chains) -> Vec<f64> {
    let mut lefts = vec![0.0; chains.vertices.len()];
    for layer in &chains.layers {
        let mut left = 0.0;
        for (at, vertex) in layer.iter().enumerate() {
            if at > 0 {
                left += chains.gap(layer[at - 1], *vertex);
            }
            lefts[*vertex] = left;
            left += chains.vertices[*vertex].size.width;
        }
    }
    let count = chains.layers.len();
    for sweep in 0..SWEEPS {
        let near = if sweep + 4 < SWEEPS { Near::One } else { Near::Both };
        for layer in 1..count {
            settle(chains, &mut lefts, layer, near.above());
        }
        for layer in (0..count.saturating_sub(1)).rev() {
            settle(chains, &mut lefts, layer, near.below());
        }
    }
    for layer in 0..count {
        settle(chains, &mut lefts, layer, (true, layer == 0));
    }
    straighten(chains, &mut lefts);
    nudge(chains, &mut lefts);
    lefts
}

/// Which links pull: those to one side, or to both.
#[derive(Clone, Copy, PartialEq)]
enum Near {
    One,
    Both,
}

impl Near {
    fn above(self) -> (bool, bool) {
        (true, self == Self::Both)
    }

    fn below(self) -> (bool, bool) {
        (self == Self::Both, true)
    }
}

/// Moves one layer to where its links pull it, with the least sum of squares that the gaps allow: places that would
/// overlap become a run that moves as one.
fn settle(chains: &Chains, lefts: &mut [f64], layer: usize, (above, below): (bool, bool)) {
    struct Run {
        weight: f64,
        pull: f64,
        length: usize,
    }
    let layer = &chains.layers[layer];
    let mut runs: Vec<Run> = Vec::new();
    let mut offsets = Vec::with_capacity(layer.len());
    let mut offset = 0.0;
    for (at, vertex) in layer.iter().enumerate() {
        if at > 0 {
            let before = layer[at - 1];
            offset += chains.vertices[before].size.width + chains.gap(before, *vertex);
        }
        offsets.push(offset);
        let (want, weight) = wanted(chains, lefts, *vertex, above, below);
        runs.push(Run {
            weight,
            pull: weight * (want - offset),
            length: 1,
        });
        while let [.., before, last] = runs.as_slice() {
            if before.pull / before.weight <= last.pull / last.weight {
                break;
            }
            let (weight, pull, length) = (last.weight, last.pull, last.length);
            runs.pop();
            if let Some(before) = runs.last_mut() {
                before.weight += weight;
                before.pull += pull;
                before.length += length;
            }
        }
    }
    let mut vertices = layer.iter().zip(offsets);
    for run in runs {
        for (vertex, offset) in vertices.by_ref().take(run.length) {
            lefts[*vertex] = run.pull / run.weight + offset;
        }
    }
}

/// Where the links of a place pull it, and how hard.
fn wanted(chains: &Chains, lefts: &[f64], vertex: usize, above: bool, below: bool) -> (f64, f64) {
    let up = chains.above[vertex].iter().filter(|_| above);
    let down = chains.below[vertex].iter().filter(|_| below);
    let (mut pull, mut weight) = (0.0, 0.0);
    for segment in up.chain(down) {
        let segment = &chains.segments[*segment];
        let other = segment.other(vertex);
        let at = lefts[other] + segment.port(other) - segment.port(vertex);
        pull += segment.weight * at;
        weight += segment.weight;
    }
    if weight > 0.0 {
        (pull / weight, weight)
    } else {
        (lefts[vertex], 0.01)
    }
}

/// The least and the most that a place may be moved by.
fn room(chains: &Chains, lefts: &[f64], places: &[usize], vertex: usize) -> (f64, f64) {
    let (layer, at) = (&chains.layers[chains.vertices[vertex].layer], places[vertex]);
    let end = |vertex: usize| lefts[vertex] + chains.vertices[vertex].size.width;
    let before = at.checked_sub(1).map(|at| layer[at]);
    let before = before.map(|before| end(before) + chains.gap(before, vertex) - lefts[vertex]);
    let after = layer.get(at + 1);
    let after = after.map(|after| lefts[*after] - chains.gap(vertex, *after) - end(vertex));
    (
        before.unwrap_or(f64::NEG_INFINITY),
        after.unwrap_or(f64::INFINITY),
    )
}

/// Gives the places of a long link one line, where their neighbours leave room for it.
fn straighten(chains: &Chains, lefts: &mut [f64]) {
    let places = order::places(chains);
    for chain in &chains.chains {
        let [_, inner @ .., _] = chain.as_slice() else {
            continue;
        };
        if inner.len() < 2 {
            continue;
        }
        let line = |vertex: usize, lefts: &[f64]| lefts[vertex] + chains.vertices[vertex].port;
        let (mut least, mut most) = (f64::NEG_INFINITY, f64::INFINITY);
        for vertex in inner {
            let (left, right) = room(chains, lefts, &places, *vertex);
            least = least.max(line(*vertex, lefts) + left);
            most = most.min(line(*vertex, lefts) + right);
        }
        if least > most {
            continue;
        }
        let mean = inner.iter().map(|vertex| line(*vertex, lefts)).sum::<f64>() / inner.len() as f64;
        let x = mean.clamp(least, most);
        for vertex in inner {
            lefts[*vertex] = x - chains.vertices[*vertex].port;
        }
    }
}

/// Moves a box under one that leads to it, where it nearly is there.
fn nudge(chains: &Chains, lefts: &mut [f64]) {
    let places = order::places(chains);
    for vertex in chains.layers.iter().flatten() {
        if chains.vertices[*vertex].kind != Kind::Box {
            continue;
        }
        let bends = chains.above[*vertex].iter().map(|segment| {
            let segment = &chains.segments[*segment];
            let other = segment.other(*vertex);
            lefts[other] + segment.port(other) - lefts[*vertex] - segment.port(*vertex)
        });
        let Some(bend) = bends.min_by(|one, other| one.abs().total_cmp(&other.abs())) else {
            continue;
        };
        let (least, most) = room(chains, lefts, &places, *vertex);
        if bend.abs() < BEND && (least..=most).contains(&bend) {
            lefts[*vertex] += bend;
        }
    }
}
