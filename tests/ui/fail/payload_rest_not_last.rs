//! The rest in front of another capture.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY:{rest..}:{sku}")]
async fn buy(_rest: String, _sku: String) -> &'static str {
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
