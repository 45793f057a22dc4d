//! A handler that takes any type of a trait.

use messenger_runtime::prelude::*;

bot! { Shop; greet, help }

#[fallback]
async fn greet(_name: impl std::fmt::Display) -> &'static str {
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
