//! An attribute on a module.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY")]
mod buy {}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
