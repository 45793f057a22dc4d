//! A payload of today that another handler had before.

use messenger_runtime::prelude::*;

bot! { Shop; buy, order, help }

#[on_postback("BUY:{sku}", was = "ORDER:{sku}")]
async fn buy(_sku: String) -> &'static str {
    "Yes."
}

#[on_postback("ORDER:{number}")]
async fn order(_number: u32) -> &'static str {
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
