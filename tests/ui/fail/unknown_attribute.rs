//! An attribute that does not exist.

use messenger_runtime::prelude::*;

bot! { Shop; help }

#[on_txt(words = ["hi"])]
async fn hi() -> &'static str {
    "Hi!"
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
