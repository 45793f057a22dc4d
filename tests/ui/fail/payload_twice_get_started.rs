//! A postback handler for the get-started payload.

use messenger_runtime::prelude::*;

bot! { Shop; welcome, again, help }

#[on_get_started]
async fn welcome() -> &'static str {
    "Yes."
}

#[on_postback("GET_STARTED")]
async fn again() -> &'static str {
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
