//! A timer's name without quotes.

use messenger_runtime::prelude::*;

bot! { Shop; remind, help }

#[on_timer(cart)]
async fn remind() -> &'static str {
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
