//! An entry that does not exist.

use messenger_runtime::prelude::*;

bot! { Shop; men, buy, help }

#[on_text(words = ["menu"])]
async fn menu() -> &'static str {
    "Yes."
}

#[on_postback("BUY")]
async fn buy() -> &'static str {
    "Yes."
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _buy = Button::postback("Buy", buy {});
    let _running = Shop::stateless().run();
}
