//! Two handlers for one field of the page.

use messenger_runtime::prelude::*;

bot! { Shop; feed, posts, help }

#[on_change("feed")]
async fn feed() -> &'static str {
    "Yes."
}

#[on_change("feed")]
async fn posts() -> &'static str {
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
