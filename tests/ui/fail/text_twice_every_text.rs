//! Two handlers for every text.

use messenger_runtime::prelude::*;

bot! { Shop; one, other, help }

#[on_text]
async fn one() -> &'static str {
    "Yes."
}

#[on_text]
async fn other() -> &'static str {
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
