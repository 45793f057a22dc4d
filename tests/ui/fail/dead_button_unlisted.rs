//! A button of a handler that no bot lists.

use messenger_runtime::prelude::*;

bot! { Shop; ask }

#[on_postback("BUY:{sku}")]
pub async fn buy(sku: String) -> String {
    sku
}

#[fallback]
async fn ask() -> Reply {
    Reply::buttons("?", [Button::postback("Buy", buy { sku: "moka".to_owned() })])
}

fn main() {
    let _running = Shop::stateless().run();
}
