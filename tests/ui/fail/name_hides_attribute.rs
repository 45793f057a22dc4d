//! A handler with the name of an attribute.

use messenger_runtime::prelude::*;

bot! { Shop; fallback, help }

#[fallback]
async fn fallback() -> &'static str {
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
