//! A route that interrupts runs within flows, where an earlier one that does not never stands before it.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; stop, stop_everything, words, words_anywhere }

#[on_text(r"(?i)^stop")]
async fn stop() {}

#[on_text(r"(?i)^stop now$", interrupts)]
async fn stop_everything() {}

#[on_text(words = ["menu"])]
async fn words() {}

#[on_text(words = ["menu"], interrupts)]
async fn words_anywhere() {}

fn main() {
    assert!(Shop::ROUTES[1].interrupts);
}
