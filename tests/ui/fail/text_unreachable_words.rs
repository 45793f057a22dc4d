//! Words behind a regex that finds each of them.

use messenger_runtime::prelude::*;

bot! { Shop; menus, menu, help }

#[on_text(r"(?i)menu")]
async fn menus() -> &'static str {
    "Yes."
}

#[on_text(words = ["menu", "the menu"])]
async fn menu() -> &'static str {
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
