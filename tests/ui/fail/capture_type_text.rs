//! A named group of a type that cannot be read.

use messenger_runtime::prelude::*;

bot! { Shop; order, help }

#[on_text(r"^order (?<items>.+)$")]
async fn order(_items: Vec<String>) -> &'static str {
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
