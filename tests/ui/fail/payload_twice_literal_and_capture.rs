//! A payload that fits two patterns.

use messenger_runtime::prelude::*;

bot! { Shop; big, size, help }

#[on_postback("SIZE:BIG")]
async fn big() -> &'static str {
    "Yes."
}

#[on_postback("SIZE:{value}")]
async fn size(_value: String) -> &'static str {
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
