//! A handler with the name of a macro.

use messenger_runtime::prelude::*;

bot! { Shop; vec, help }

#[on_postback("VEC")]
async fn vec() -> &'static str {
    "Yes."
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _numbers = vec![1];
    let _running = Shop::stateless().run();
}
