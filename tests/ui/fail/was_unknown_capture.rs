//! An old payload with a capture that the new one lacks.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY:{sku}", was = "ORDER:{sku}:{color}")]
async fn buy(_sku: String) -> &'static str {
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
