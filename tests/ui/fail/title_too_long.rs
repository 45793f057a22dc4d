//! A title of more than 80 characters.

use messenger_runtime::{prelude::*, title};

bot! { Shop; ask, help }

#[fallback]
async fn ask() -> Reply {
    Reply::carousel([Card::new(title!("Espresso, Lungo, Ristretto, Macchiato, Cortado, Cappuccino, Flat white, Latte, Mocha"))])
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
