//! A regex over several lines, with a mistake in the third.

use messenger_runtime::prelude::*;

bot! { Shop; order, help }

#[on_text(r"(?x)
    ^order
    \s [a-Z]+
    $")]
async fn order() -> &'static str {
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
