//! A bot inside of a function, with its handlers after it.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

fn main() {
    bot! { Shop; menu, sorry }

    #[on_postback("MENU")]
    async fn menu() -> Reply {
        Reply::buttons("?", [Button::postback("Menu", menu {})])
    }

    #[fallback]
    async fn sorry() {}

    assert_eq!(Shop::ROUTES.len(), 2);
    assert_eq!(format!("{Shop:?} {:?}", menu {}), "Shop menu { .. }");
}
