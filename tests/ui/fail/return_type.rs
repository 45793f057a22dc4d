//! A handler that returns no reply.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY")]
async fn buy() -> u32 {
    5
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
