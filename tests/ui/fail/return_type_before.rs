//! A `before` handler that decides nothing.

use messenger_runtime::prelude::*;

bot! { Shop; closed, help }

#[before]
async fn closed() -> &'static str {
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
