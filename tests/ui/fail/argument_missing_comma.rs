//! Two arguments without a comma.

use messenger_runtime::prelude::*;

bot! { Shop; menu, help }

#[on_text(r"^menu$" interrupts)]
async fn menu() -> &'static str {
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
