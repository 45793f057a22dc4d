//! The graph of a flow or of a whole bot in other forms: a picture, Mermaid, DOT, JSON.
//!
//! Where to look: `layout` gives boxes and lines their places, by their sizes alone; `text` knows how wide a text is;
//! `picture` says what is drawn of a graph, `shape` what stands in each box, and `svg` writes it down. `mermaid`, `dot`
//! and `json` need none of these.
#![allow(
    clippy::suboptimal_flops,
    reason = "places in a picture are sums that people read"
)]

pub(super) mod dot;
pub(super) mod json;
mod layout;
pub(super) mod mermaid;
mod picture;
mod shape;
pub(super) mod svg;
mod text;

use crate::{flow::BotGraph, routing::Route};

/// The routes of one handler.
#[derive(Debug)]
struct Handler {
    routes: Vec<&'static Route>,
}

/// The routes, handler by handler, in the order of `bot!`.
fn handlers(graph: &BotGraph) -> Vec<Handler> {
    let mut handlers: Vec<Handler> = Vec::new();
    for route in graph.routes {
        match handlers.iter_mut().find(|known| known.name() == route.handler) {
            Some(known) => known.routes.push(route),
            None => handlers.push(Handler { routes: vec![route] }),
        }
    }
    handlers
}

impl Handler {
    fn name(&self) -> &'static str {
        self.routes[0].handler
    }

    /// The flows that it begins.
    fn begins(&self) -> &'static [&'static str] {
        self.routes[0].begins
    }

    fn interrupts(&self) -> bool {
        self.routes.iter().any(|route| route.interrupts)
    }
}

/// What a route takes, as `routes` prints it.
fn pattern(route: &Route) -> &'static str {
    if route.pattern.is_empty() {
        "*"
    } else {
        route.pattern
    }
}

#[cfg(test)]
mod tests;
