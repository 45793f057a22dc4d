//! Two bots in one crate, each with handlers of its own.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; shop::menu, shop::routes }
bot! { pub Outlet(u32); outlet::menu }

mod shop {
    use messenger_runtime::prelude::*;

    routes! { buy }

    #[on_postback("MENU")]
    pub(crate) async fn menu() -> Reply {
        Reply::buttons("?", [Button::postback("Buy", buy {})])
    }

    #[on_postback("BUY")]
    pub(crate) async fn buy() {}
}

mod outlet {
    use messenger_runtime::prelude::*;

    #[on_postback("MENU")]
    pub(crate) async fn menu(State(cups): State<u32>) -> String {
        cups.to_string()
    }
}

fn main() {
    assert_eq!((Shop::ROUTES.len(), Outlet::ROUTES.len()), (2, 1));
    let _bots = (Shop::stateless(), Outlet::with(async || 3));
}
