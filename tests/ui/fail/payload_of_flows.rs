//! A payload that only flows have.

use messenger_runtime::prelude::*;

bot! { Shop; quantity }

#[on_payload("%flow:Checkout:quantity:{value}")]
async fn quantity(value: u32) -> String {
    value.to_string()
}

fn main() {
    let _running = Shop::stateless().run();
}
