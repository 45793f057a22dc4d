//! A bot without handlers.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; }

fn main() {
    assert!(Shop::ROUTES.is_empty());
    assert_eq!((Shop::TABLE.postback)("MENU"), None);
}
