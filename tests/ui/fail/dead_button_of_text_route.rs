//! A button of a handler that answers texts alone.

use messenger_runtime::prelude::*;

bot! { Shop; menu, ask }

#[on_text(words = ["menu"])]
async fn menu() -> &'static str {
    "Yes."
}

#[fallback]
async fn ask() -> Reply {
    Reply::buttons("?", [Button::postback("Menu", menu {})])
}

fn main() {
    let _running = Shop::stateless().run();
}
