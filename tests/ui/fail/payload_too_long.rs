//! Captures that together can pass 1000 characters.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

struct Basket;

impl messenger_runtime::Capture for Basket {
    const MAX: Option<usize> = Some(997);

    fn read(_: &str) -> Option<Self> {
        Some(Self)
    }

    fn write(&self, _: &mut String) {}
}

#[on_postback("BUY:{basket}")]
async fn buy(_basket: Basket) -> &'static str {
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
