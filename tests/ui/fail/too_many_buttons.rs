//! More buttons than a template takes.

use messenger_runtime::prelude::*;

bot! { Shop; ask, help }

#[fallback]
async fn ask() -> Reply {
    Reply::buttons("?", [
        Button::postback("Help", help {}),
        Button::postback("Help", help {}),
        Button::postback("Help", help {}),
        Button::postback("Help", help {}),
    ])
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
