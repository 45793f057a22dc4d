//! A button title of more than 20 characters.

use messenger_runtime::{label, prelude::*};

bot! { Shop; ask, help }

#[fallback]
async fn ask() -> Reply {
    Reply::buttons("?", [Button::postback(label!("Help me to find the right coffee"), help {})])
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
