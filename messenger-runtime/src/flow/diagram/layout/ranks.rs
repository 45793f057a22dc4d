//! In which layer each box stands.

use super::flat::{Flat, Pin};

/// Which arcs lead back, so that without them no way is a circle: those that lead to a box from which the search, box by
/// box in their order, has come.
pub(super) fn back_arcs(nodes: usize, arcs: &[(usize, usize)]) -> Vec<bool> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        OnTheWay,
        Done,
    }
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    let mut is_led_to = vec![false; nodes];
    for (at, (from, to)) in arcs.iter().enumerate() {
        if from != to {
            leaving[*from].push(at);
            is_led_to[*to] = true;
        }
    }
    let (mut seen, mut back) = (vec![Seen::No; nodes], vec![false; arcs.len()]);
    let starts = (0..nodes).filter(|node| !is_led_to[*node]).chain(0..nodes);
    for start in starts.collect::<Vec<_>>() {
        if seen[start] != Seen::No {
            continue;
        }
        seen[start] = Seen::OnTheWay;
        let mut way = vec![(start, 0)];
        while let Some((node, next)) = way.last_mut() {
            let Some(arc) = leaving[*node].get(*next) else {
                seen[*node] = Seen::Done;
                way.pop();
                continue;
            };
            *next += 1;
            let to = arcs[*arc].1;
            match seen[to] {
                Seen::OnTheWay => back[*arc] = true,
                Seen::Done => {}
                Seen::No => {
                    seen[to] = Seen::OnTheWay;
                    way.push((to, 0));
                }
            }
        }
    }
    back
}

/// The layer of each node: below all that lead to it, and further down where a layer would become too wide.
pub(super) fn ranks(flat: &Flat, widths: &[f64], gap: f64) -> Vec<usize> {
    let count = flat.nodes.len();
    let arcs: Vec<(usize, usize, usize)> = flat
        .arcs
        .iter()
        .filter(|arc| arc.from != arc.to)
        .map(|arc| {
            let (upper, lower) = arc.ends();
            (upper, lower, if arc.label.is_some() { 2 } else { 1 })
        })
        .collect();
    let is_at_top = |node: usize| matches!(flat.nodes[node].pin, Some(Pin::Top | Pin::Title));
    let first = usize::from((0..count).any(is_at_top));
    let mut ranks = vec![0; count];
    let mut taken: Vec<f64> = Vec::new();
    let mut fit = |rank: usize, width: f64| {
        if taken.len() <= rank {
            taken.resize(rank + 1, 0.0);
        }
        let fits = taken[rank] == 0.0 || taken[rank] + gap + width <= flat.width;
        if fits {
            taken[rank] += width + gap;
        }
        fits
    };
    for node in sorted(count, &arcs) {
        if flat.nodes[node].pin.is_some() {
            continue;
        }
        let above = arcs.iter().filter(|(_, lower, _)| *lower == node);
        let least = above.map(|(upper, _, length)| ranks[*upper] + length).max();
        let mut rank = least.unwrap_or(0).max(first);
        while !fit(rank, widths[node]) {
            rank += 1;
        }
        ranks[node] = rank;
    }
    // What nothing leads to stands right above what it leads to.
    for node in 0..count {
        let is_led_to = arcs.iter().any(|(_, lower, _)| *lower == node);
        let below = arcs.iter().filter(|(upper, ..)| *upper == node);
        let most = below
            .map(|(_, lower, length)| ranks[*lower].saturating_sub(*length))
            .min();
        if let Some(most) = most
            && !is_led_to
            && flat.nodes[node].pin.is_none()
            && let Some(rank) = (ranks[node] + 1..=most)
                .rev()
                .find(|rank| fit(*rank, widths[node]))
        {
            ranks[node] = rank;
        }
    }
    let is_at_bottom = |node: usize| flat.nodes[node].pin == Some(Pin::Bottom);
    // A label on the way has a layer too.
    let to_bottom = arcs.iter().filter(|(_, lower, _)| is_at_bottom(*lower));
    let length = to_bottom.map(|(.., length)| *length).max().unwrap_or(1);
    let last = ranks.iter().copied().max().unwrap_or_default() + length;
    for (node, rank) in ranks.iter_mut().enumerate() {
        if is_at_bottom(node) {
            *rank = last;
        }
    }
    ranks
}

/// The nodes, each behind those that lead to it, as near to their own order as that allows.
fn sorted(count: usize, arcs: &[(usize, usize, usize)]) -> Vec<usize> {
    let mut missing = vec![0; count];
    let mut leaving = vec![Vec::new(); count];
    for (upper, lower, _) in arcs {
        missing[*lower] += 1;
        leaving[*upper].push(*lower);
    }
    let mut ready: std::collections::BTreeSet<usize> =
        (0..count).filter(|node| missing[*node] == 0).collect();
    let mut sorted = Vec::with_capacity(count);
    while let Some(node) = ready.pop_first() {
        sorted.push(node);
        for lower in &leaving[node] {
            missing[*lower] -= 1;
            if missing[*lower] == 0 {
                ready.insert(*lower);
            }
        }
    }
    sorted
}
