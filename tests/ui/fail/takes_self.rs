//! A handler that is a method.

use messenger_runtime::prelude::*;

bot! { Shop; help }

impl Shop {
    #[on_postback("BUY")]
    async fn buy(&self) -> &'static str {
        "Yes."
    }
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _called = Shop.buy();
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
