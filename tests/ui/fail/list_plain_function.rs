//! An entry that is no handler.

use messenger_runtime::prelude::*;

bot! { Shop; plain, help }

async fn plain() -> &'static str {
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
