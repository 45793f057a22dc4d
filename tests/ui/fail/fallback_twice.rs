//! Two fallbacks.

use messenger_runtime::prelude::*;

bot! { Shop; sorry, pardon, help }

#[fallback]
async fn sorry() -> &'static str {
    "Yes."
}

#[fallback]
async fn pardon() -> &'static str {
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
