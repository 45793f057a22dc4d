//! Two handlers for one word.

use messenger_runtime::prelude::*;

bot! { Shop; menu, card, help }

#[on_text(words = ["menu", "help"])]
async fn menu() -> &'static str {
    "Yes."
}

#[on_text(words = ["card", "Menu"])]
async fn card() -> &'static str {
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
