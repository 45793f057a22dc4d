//! More cards than a carousel takes.

use messenger_runtime::prelude::*;

bot! { Shop; ask, help }

#[fallback]
async fn ask() -> Reply {
    Reply::carousel([
        Card::new("0"),
        Card::new("1"),
        Card::new("2"),
        Card::new("3"),
        Card::new("4"),
        Card::new("5"),
        Card::new("6"),
        Card::new("7"),
        Card::new("8"),
        Card::new("9"),
        Card::new("10"),
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
