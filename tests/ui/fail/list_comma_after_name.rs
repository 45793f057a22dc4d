//! A comma after the name of the bot.

use messenger_runtime::prelude::*;

bot! { pub Shop, menu }

#[on_postback("MENU")]
async fn menu() -> Reply {
    Reply::buttons("Again?", [Button::postback("Menu", menu {})])
}

fn main() {
    let _running = Shop::stateless().run();
}
