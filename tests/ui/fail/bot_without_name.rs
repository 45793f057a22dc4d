//! A bot without a name.

use messenger_runtime::prelude::*;

bot! { menu, help }

#[on_postback("MENU")]
async fn menu() -> &'static str {
    "Coffee."
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
}
