//! A quick reply that a handler of both kinds answers.

use messenger_runtime::prelude::*;

bot! { Shop; human, agent, help }

#[on_payload("HUMAN")]
async fn human() -> &'static str {
    "Yes."
}

#[on_quick_reply("HUMAN")]
async fn agent() -> &'static str {
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
