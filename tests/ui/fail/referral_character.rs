//! A ref with a character that no ref has.

use messenger_runtime::prelude::*;

bot! { Shop; table, help }

#[on_referral("table/{n}")]
async fn table(_n: u32) -> &'static str {
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
