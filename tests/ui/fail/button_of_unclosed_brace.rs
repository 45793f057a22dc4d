//! A pattern with a mistake, and a button that names its handler.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY:{sku}:{qty")]
async fn buy(sku: String, qty: u8) -> String {
    format!("{qty} {sku}")
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Buy", buy { sku: "moka".into(), qty: 1 });
    let _running = Shop::stateless().run();
}
