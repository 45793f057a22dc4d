//! A capture that is borrowed, and a button that names it.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY:{sku}")]
async fn buy(sku: &str) -> String {
    sku.to_owned()
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Buy", buy { sku: "moka".to_owned() });
    let _running = Shop::stateless().run();
}
