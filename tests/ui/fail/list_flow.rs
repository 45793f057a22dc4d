//! A flow that there is not.

use messenger_runtime::prelude::*;

bot! { Shop; flow Checkout, help }

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
