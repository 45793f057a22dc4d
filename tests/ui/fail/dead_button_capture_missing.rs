//! A button without a capture.

use messenger_runtime::prelude::*;

bot! { Shop; buy, ask }

#[on_postback("BUY:{sku}")]
async fn buy(sku: String) -> String {
    sku
}

#[fallback]
async fn ask() -> Reply {
    Reply::buttons("?", [Button::postback("Buy", buy {})])
}

fn main() {
    let _running = Shop::stateless().run();
}
