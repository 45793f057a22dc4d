//! An interrupting text route behind another that interrupts.

use messenger_runtime::prelude::*;

bot! { Shop; stop, stop_now, help }

#[on_text(r"(?i)^stop", interrupts)]
async fn stop() -> &'static str {
    "Yes."
}

#[on_text(r"(?i)^stop now$", interrupts)]
async fn stop_now() -> &'static str {
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
