//! A handler in two bots.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }
bot! { Outlet; buy }

#[on_postback("BUY")]
async fn buy() -> &'static str {
    "Yes."
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _outlet = Outlet::stateless().run();
    let _running = Shop::stateless().run();
}
