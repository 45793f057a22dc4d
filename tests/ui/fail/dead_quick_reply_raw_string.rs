//! A quick reply with a payload in quotes.

use messenger_runtime::prelude::*;

bot! { Shop; size, ask }

#[on_quick_reply("SIZE:{value}")]
async fn size(value: u32) -> String {
    value.to_string()
}

#[fallback]
async fn ask() -> Reply {
    Reply::text("?").quick_replies([QuickReply::text("Big", "SIZE:3")])
}

fn main() {
    let _running = Shop::stateless().run();
}
