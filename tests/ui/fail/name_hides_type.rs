//! A handler whose struct would hide a type.

use messenger_runtime::prelude::*;

bot! { Shop; str, help }

#[on_postback("IT")]
async fn str() -> &'static str {
    "Yes."
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _running = Shop::stateless().run();
}
