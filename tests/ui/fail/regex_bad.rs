//! A regex with an open group.

use messenger_runtime::prelude::*;

bot! { Shop; order, help }

#[on_text(r"^order (?<qty>\d+ please$")]
async fn order(_qty: u32) -> &'static str {
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
