//! Two handlers for images.

use messenger_runtime::prelude::*;

bot! { Shop; picture, media, help }

#[on_attachment(image)]
async fn picture() -> &'static str {
    "Yes."
}

#[on_attachment(video | image)]
async fn media() -> &'static str {
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
