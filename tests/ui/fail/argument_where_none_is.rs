//! An argument of an attribute that takes none.

use messenger_runtime::prelude::*;

bot! { Shop; sorry, help }

#[fallback("sorry")]
async fn sorry() -> &'static str {
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
