//! A public handler that no bot lists.
#![deny(dead_code)]

use messenger_runtime::prelude::*;

bot! { Shop; help }

pub mod catalog {
    use messenger_runtime::prelude::*;

    #[on_postback("BUY:{sku}")]
    pub async fn buy(sku: String) -> String {
        sku
    }
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
