//! A route whose capture can fail to be read hides no other.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; few, either_way, dated, undated }

#[on_text(r"^order (?<qty>\d+)$")]
async fn few(qty: u8) -> String {
    qty.to_string()
}

#[on_text(r"^order (?<qty>\d+)$")]
async fn either_way(qty: String) -> String {
    qty
}

#[on_text(r"^on(?: (?<day>\w+))?$")]
async fn dated(day: String) -> String {
    day
}

#[on_text(r"^on$")]
async fn undated() {}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 4);
}
