//! Two parameters for one capture.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY:{sku}")]
async fn buy(sku: String, _sku: String) -> String {
    sku
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Buy", buy { sku: "moka".to_owned() });
    let _running = Shop::stateless().run();
}
