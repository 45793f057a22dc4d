//! A regex that ignores case, behind the same word.

use messenger_runtime::prelude::*;

bot! { Shop; stop, ask }

#[on_text(words = ["stop"])]
async fn stop() {}

#[on_text("(?i)^stop$")]
async fn ask() {}

fn main() {
    let _running = Shop::stateless().run();
}
