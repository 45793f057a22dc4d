//! A kind of reaction that does not exist.

use messenger_runtime::prelude::*;

bot! { Shop; loved, help }

#[on_reaction(love)]
async fn loved() -> &'static str {
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
