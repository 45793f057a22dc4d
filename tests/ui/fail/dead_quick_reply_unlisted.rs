//! A quick reply of a handler that no bot lists.

use messenger_runtime::prelude::*;

bot! { Shop; ask }

#[on_quick_reply("SIZE:{value}")]
pub async fn size(value: u32) -> String {
    value.to_string()
}

#[fallback]
async fn ask() -> Reply {
    Reply::text("?").quick_replies([QuickReply::text("Big", size { value: 3 })])
}

fn main() {
    let _running = Shop::stateless().run();
}
