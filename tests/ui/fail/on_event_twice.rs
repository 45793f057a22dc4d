//! Two handlers for every event.

use messenger_runtime::prelude::*;

bot! { Shop; log, audit, help }

#[on_event]
async fn log() {}

#[on_event]
async fn audit() {}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
