//! More quick replies than a message takes.

use messenger_runtime::prelude::*;

bot! { Shop; ask, size, help }

#[on_quick_reply("SIZE:{value}")]
async fn size(value: u32) -> String {
    value.to_string()
}

#[fallback]
async fn ask() -> Reply {
    Reply::text("?").quick_replies([
        QuickReply::text("0", size { value: 0 }),
        QuickReply::text("1", size { value: 1 }),
        QuickReply::text("2", size { value: 2 }),
        QuickReply::text("3", size { value: 3 }),
        QuickReply::text("4", size { value: 4 }),
        QuickReply::text("5", size { value: 5 }),
        QuickReply::text("6", size { value: 6 }),
        QuickReply::text("7", size { value: 7 }),
        QuickReply::text("8", size { value: 8 }),
        QuickReply::text("9", size { value: 9 }),
        QuickReply::text("10", size { value: 10 }),
        QuickReply::text("11", size { value: 11 }),
        QuickReply::text("12", size { value: 12 }),
        QuickReply::text("13", size { value: 13 }),
    ])
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
