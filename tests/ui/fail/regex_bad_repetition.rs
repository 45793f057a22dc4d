//! A regex that repeats nothing.

use messenger_runtime::prelude::*;

bot! { Shop; order, help }

#[on_text(r"(?i)^(buy|order) *+{2,1} now$")]
async fn order() -> &'static str {
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
