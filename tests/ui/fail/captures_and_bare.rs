//! A pattern with captures beside one without.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY:{sku}")]
#[on_text(words = ["buy"])]
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
