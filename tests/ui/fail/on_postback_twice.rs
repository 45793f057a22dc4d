//! Two handlers for every postback.

use messenger_runtime::prelude::*;

bot! { Shop; any, every, help }

#[on_postback]
async fn any() -> &'static str {
    "Yes."
}

#[on_postback]
async fn every() -> &'static str {
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
