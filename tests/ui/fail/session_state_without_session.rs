//! A session's state that is taken without its `Session`.

use messenger_runtime::prelude::*;
use serde::{Deserialize, Serialize};

bot! { Shop; add, help }

#[derive(Default, Serialize, Deserialize)]
struct Cart {
    items: Vec<String>,
}

impl SessionState for Cart {
    const NAME: &'static str = "cart";
}

#[on_postback("ADD:{sku}")]
async fn add(sku: String, mut cart: Cart) -> &'static str {
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
