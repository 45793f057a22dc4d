//! An attribute on a struct.
#![allow(non_camel_case_types)]

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

#[on_postback("BUY")]
pub struct buy;

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
