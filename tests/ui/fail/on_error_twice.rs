//! Two handlers for errors.

use messenger_runtime::prelude::*;

bot! { Shop; failed, broken, help }

#[on_error]
async fn failed() -> &'static str {
    "Yes."
}

#[on_error]
async fn broken() -> &'static str {
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
