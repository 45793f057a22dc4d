//! A text route behind one whose capture takes any text.

use messenger_runtime::prelude::*;

bot! { Shop; any_order, order, help }

#[on_text(r"^order (?<what>.+)$")]
async fn any_order(_what: String) -> &'static str {
    "Yes."
}

#[on_text(r"^order (?<qty>\d+)$")]
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
