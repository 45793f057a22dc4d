//! A handler can be listed by any path to it and under any name it is imported by.
#![deny(warnings)]

use messenger_runtime::prelude::*;

mod catalog {
    mod deep {
        use messenger_runtime::prelude::*;

        #[on_postback("BUY:{sku}")]
        pub async fn buy(sku: String) -> String {
            sku
        }

        #[on_postback("SHOW")]
        pub(crate) async fn show() {}
    }

    pub use deep::buy;
    pub(crate) use deep::show;
}

use catalog::{buy, show as list};

bot! { pub Shop; buy, list, type_, sorry }

#[on_text(words = ["type"])]
async fn type_() {}

#[allow(dead_code)]
#[on_text(words = ["later"])]
async fn not_listed_yet() {}

#[fallback]
async fn sorry() -> Reply {
    Reply::buttons("Well?", [Button::postback("Buy", buy { sku: "moka".into() })])
}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 4);
}
