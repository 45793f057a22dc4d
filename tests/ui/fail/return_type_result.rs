//! An error that is not one.

use messenger_runtime::prelude::*;

bot! { Shop; buy, help }

struct Broken;

#[on_postback("BUY")]
async fn buy() -> Result<Reply, Broken> {
    Err(Broken)
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
