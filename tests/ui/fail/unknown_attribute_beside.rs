//! An attribute that does not exist, beside one that does.

use messenger_runtime::prelude::*;

bot! { Shop; hi, help }

#[on_text(words = ["hi"])]
#[on_postbak("HI")]
async fn hi() -> &'static str {
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
