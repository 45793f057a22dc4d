//! Two handlers for one regex.

use messenger_runtime::prelude::*;

bot! { Shop; hi, hello, help }

#[on_text(r"(?i)^hi$")]
async fn hi() -> &'static str {
    "Yes."
}

#[on_text(r"(?i)^hi$")]
async fn hello() -> &'static str {
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
