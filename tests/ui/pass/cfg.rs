//! Handlers and entries that exist under a condition.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! {
    pub Shop;
    #[cfg(all())] here,
    #[cfg(any())] nowhere,
    #[cfg(not(any()))] either,
    #[cfg(any())] either_not,
    shelf::{#[cfg(any())] top, bottom},
    last,
}

#[on_postback("HERE")]
async fn here() {}

#[cfg(any())]
#[on_postback("HERE")]
async fn nowhere(_broken: Missing) {}

#[on_text(words = ["either"])]
#[cfg(not(any()))]
#[on_postback("EITHER")]
async fn either() {}

#[on_text(words = ["either"])]
#[cfg(any())]
async fn either_not() {}

mod shelf {
    use messenger_runtime::prelude::*;

    #[on_postback("BOTTOM")]
    pub(crate) async fn bottom() {}
}

#[fallback]
async fn last() {}

fn main() {
    let routes: Vec<_> = Shop::ROUTES.iter().map(|route| (route.pattern, route.handler)).collect();
    assert_eq!(routes, [("HERE", "here"), ("either", "either"), ("EITHER", "either"), ("BOTTOM", "shelf::bottom"), ("", "last")]);
}
