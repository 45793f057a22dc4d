//! A button of a handler that does not exist.

use messenger_runtime::prelude::*;

bot! { Shop; buy, ask }

#[on_postback("BUY:{sku}")]
async fn buy(sku: String) -> String {
    sku
}

#[fallback]
async fn ask() -> Reply {
    Reply::buttons("?", [Button::postback("Buy", order { sku: "moka".to_owned() })])
}

fn main() {
    let _running = Shop::stateless().run();
}
