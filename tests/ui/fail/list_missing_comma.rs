//! Two entries without a comma.

use messenger_runtime::prelude::*;

bot! { Shop; buy sell, help }

#[on_postback("BUY")]
async fn buy() -> &'static str {
    "Yes."
}

#[on_postback("SELL")]
async fn sell() -> &'static str {
    "Yes."
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _sell = Button::postback("Sell", sell {});
    let _running = Shop::stateless().run();
}
