//! A default that its type cannot read.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY:{qty=some}")]
async fn buy(_qty: u32) -> &'static str {
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
