//! A regex that matches no text, because texts are trimmed.

use messenger_runtime::prelude::*;

bot! { Shop; menu, hello }

#[on_text("^menu$")]
async fn menu() {}

#[on_text("(?i)^hello $")]
async fn hello() {}

fn main() {
    let _running = Shop::stateless().run();
}
