//! A text route behind one that takes all its texts.

use messenger_runtime::prelude::*;

bot! { Shop; any_order, order, help }

#[on_text(r"(?i)order")]
async fn any_order() -> &'static str {
    "Yes."
}

#[on_text(r"^order (?<qty>[0-9]+)$")]
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
