//! A text route behind one that takes every text.

use messenger_runtime::prelude::*;

bot! { Shop; every, menu, help }

#[on_text]
async fn every() -> &'static str {
    "Yes."
}

#[on_text(words = ["menu"])]
async fn menu() -> &'static str {
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
