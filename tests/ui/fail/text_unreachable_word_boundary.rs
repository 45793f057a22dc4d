//! A text route behind a whole word.

use messenger_runtime::prelude::*;

bot! { Shop; any_order, order, help }

#[on_text(r"(?i)\border\b")]
async fn any_order() -> &'static str {
    "Yes."
}

#[on_text(r"(?i)\border please\b")]
async fn order() -> &'static str {
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
