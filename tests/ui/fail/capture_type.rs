//! A capture of a type that cannot be read.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

struct Sku;

#[on_postback("BUY:{sku}")]
async fn buy(_sku: Sku) -> &'static str {
    "Yes."
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
