//! The order within each layer, with few crossings.

use super::chains::Chains;

/// How often all layers are sorted, up and down in turn.
const SWEEPS: usize = 24;

/// Puts each layer in order: every place near the middle of those it is linked to, as long as that helps.
pub(super) fn order(chains: &mut Chains) {
    let mut places = places(chains);
    let mut best = chains.layers.clone();
    let mut fewest = crossings(chains, &places);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        let is_down = sweep % 2 == 0;
        let count = chains.layers.len();
        for step in 1..count {
            let layer = if is_down { step } else { count - 1 - step };
            sort(chains, layer, is_down, &mut places);
        }
        let now = crossings(chains, &places);
        if now < fewest {
            fewest = now;
            best.clone_from(&chains.layers);
        }
    }
    chains.layers = best;
}

fn sort(chains: &mut Chains, layer: usize, is_down: bool, places: &mut [usize]) {
    let key = |at: usize, vertex: usize| -> f64 {
        if chains.vertices[vertex].is_first {
            return f64::NEG_INFINITY;
        }
        let near = if is_down {
            &chains.above[vertex]
        } else {
            &chains.below[vertex]
        };
        if near.is_empty() {
            return at as f64;
        }
        let sum: usize = near
            .iter()
            .map(|segment| places[chains.segments[*segment].other(vertex)])
            .sum();
        sum as f64 / near.len() as f64
    };
    let mut keyed: Vec<(f64, usize)> = chains.layers[layer]
        .iter()
        .enumerate()
        .map(|(at, vertex)| (key(at, *vertex), *vertex))
        .collect();
    keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
    chains.layers[layer] = keyed.into_iter().map(|(_, vertex)| vertex).collect();
    for (at, vertex) in chains.layers[layer].iter().enumerate() {
        places[*vertex] = at;
    }
}

/// The place of each vertex in its layer.
pub(super) fn places(chains: &Chains) -> Vec<usize> {
    let mut places = vec![0; chains.vertices.len()];
    for layer in &chains.layers {
        for (at, vertex) in layer.iter().enumerate() {
            places[*vertex] = at;
        }
    }
    places
}

fn crossings(chains: &Chains, places: &[usize]) -> usize {
    chains
        .layers
        .iter()
        .zip(chains.layers.iter().skip(1))
        .map(|(upper, lower)| between(chains, upper, lower.len(), places))
        .sum()
}

/// How many pairs of segments cross below a layer: counted in a tree of partial sums, from the left.
fn between(chains: &Chains, upper: &[usize], width: usize, places: &[usize]) -> usize {
    let mut sums = vec![0_usize; width + 1];
    let (mut seen, mut crossings) = (0, 0);
    for vertex in upper {
        let mut ends: Vec<usize> = chains.below[*vertex]
            .iter()
            .map(|segment| places[chains.segments[*segment].lower])
            .collect();
        ends.sort_unstable();
        for end in &ends {
            let (mut at, mut before) = (end + 1, 0);
            while at > 0 {
                before += sums[at];
                at &= at - 1;
            }
            crossings += seen - before;
        }
        for end in ends {
            let mut at = end + 1;
            while at <= width {
                sums[at] += 1;
                at += at & at.wrapping_neg();
            }
            seen += 1;
        }
    }
    crossings
}
