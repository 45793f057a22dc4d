//! Captures in the payload of the page.

use messenger_runtime::prelude::*;

bot! { Shop; welcome, help }

#[on_get_started("START:{campaign}")]
async fn welcome(_campaign: String) -> &'static str {
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
