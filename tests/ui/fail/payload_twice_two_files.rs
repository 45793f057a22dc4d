//! Two handlers for one payload, in two files.

use messenger_runtime::prelude::*;

bot! { Shop; catalog::buy, purchase, help }

#[path = "payload_twice_two_files/catalog.rs"]
mod catalog;

#[on_postback("BUY")]
async fn purchase() -> &'static str {
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
