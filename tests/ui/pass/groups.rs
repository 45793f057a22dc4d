//! Groups within groups, in several files and modules.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; catalog::routes, orders::{list, basket::routes}, sorry }

#[path = "groups/catalog.rs"]
mod catalog;

mod orders {
    use messenger_runtime::prelude::*;

    #[on_text(words = ["orders"])]
    pub(crate) async fn list() -> Reply {
        Reply::buttons("Your orders", [Button::postback("Empty", basket::empty {})])
    }

    pub(crate) mod basket {
        use messenger_runtime::prelude::*;

        routes! { empty, super::list_again, crate::catalog::coffee::beans }

        #[on_postback("EMPTY")]
        pub(crate) async fn empty() {}
    }

    #[on_text(words = ["again"])]
    pub(crate) async fn list_again() {}
}

#[fallback]
async fn sorry() {}

fn main() {
    let routes: Vec<_> = Shop::ROUTES.iter().map(|route| (route.pattern, route.handler)).collect();
    assert_eq!(
        routes,
        [
            ("SHOW", "catalog::show"),
            ("POUR:{cups=1}", "catalog::coffee::pour"),
            ("GRIND", "catalog::coffee::grind"),
            ("orders", "orders::list"),
            ("EMPTY", "orders::basket::empty"),
            ("again", "orders::list_again"),
            ("BEANS", "crate::catalog::coffee::beans"),
            ("", "sorry"),
        ]
    );
    assert!(Shop::ROUTES[0].file.ends_with("catalog.rs"));
}
