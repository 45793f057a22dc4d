//! A quick reply of a handler that answers buttons alone.

use messenger_runtime::prelude::*;

bot! { Shop; buy, ask }

#[on_postback("BUY:{sku}")]
async fn buy(sku: String) -> String {
    sku
}

#[fallback]
async fn ask() -> Reply {
    Reply::text("?").quick_replies([QuickReply::text("Buy", buy { sku: "moka".to_owned() })])
}

fn main() {
    let _running = Shop::stateless().run();
}
