//! A default in front of a capture without one.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY:{qty=1}:{sku}")]
async fn buy(_qty: u32, _sku: String) -> &'static str {
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
