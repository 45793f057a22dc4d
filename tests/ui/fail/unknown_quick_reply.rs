//! A quick reply of no kind.

use messenger_runtime::prelude::*;

bot! { Shop; phone, help }

#[on_quick_reply(fone)]
async fn phone() -> &'static str {
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
