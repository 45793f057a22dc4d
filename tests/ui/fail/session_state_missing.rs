//! A session of a type that has no name and no form to be stored in.

use messenger_runtime::prelude::*;

bot! { Shop; add, help }

#[derive(Default)]
struct Cart {
    items: Vec<String>,
}

#[on_postback("ADD:{sku}")]
async fn add(sku: String, mut cart: Session<Cart>) -> &'static str {
    cart.items.push(sku);
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
