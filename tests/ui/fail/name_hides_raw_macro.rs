//! A handler that would hide a macro whose name is a keyword.

use messenger_runtime::prelude::*;

bot! { Shop; r#try, help }

#[on_postback("IT")]
async fn r#try() -> &'static str {
    "Yes."
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _running = Shop::stateless().run();
}
