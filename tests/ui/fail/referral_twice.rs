//! Two handlers for one kind of ref.

use messenger_runtime::prelude::*;

bot! { Shop; table, seat, help }

#[on_referral("table-{n}")]
async fn table(_n: u32) -> &'static str {
    "Yes."
}

#[on_referral("table-{seat}")]
async fn seat(_seat: String) -> &'static str {
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
