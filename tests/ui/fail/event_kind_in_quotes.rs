//! A kind of attachment in quotes.

use messenger_runtime::prelude::*;

bot! { Shop; picture, help }

#[on_attachment("image")]
async fn picture() -> &'static str {
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
