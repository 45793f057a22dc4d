//! A handler that would hide a macro of this crate.

use messenger_runtime::prelude::*;

bot! { Shop; r#routes, help }

#[on_postback("IT")]
async fn r#routes() -> &'static str {
    "Yes."
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _running = Shop::stateless().run();
}
