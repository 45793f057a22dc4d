//! A button with a capture of the wrong type.

use messenger_runtime::prelude::*;

bot! { Shop; buy, ask }

#[on_postback("BUY:{sku}")]
async fn buy(sku: String) -> String {
    sku
}

#[fallback]
async fn ask() -> Reply {
    Reply::buttons("?", [Button::postback("Buy", buy { sku: 7 })])
}

fn main() {
    let _running = Shop::stateless().run();
}
