//! A capture taken apart in the parameter list.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[derive(Debug)]
struct Sku(String);

#[on_postback("BUY:{sku}")]
async fn buy(Sku(sku): Sku) -> String {
    sku
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Buy", buy { sku: Sku("moka".to_owned()) });
    let _running = Shop::stateless().run();
}
