//! A regex that is too large once it is written out.

use messenger_runtime::prelude::*;

bot! { Shop; order, help }

#[on_text(r"^order (\w{20}){60}$")]
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
