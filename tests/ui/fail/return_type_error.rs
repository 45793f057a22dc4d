//! An error that cannot be sent between threads.

use messenger_runtime::prelude::*;

bot! { Shop; welcome, help }

#[on_text("hello")]
async fn welcome() -> Result<Reply, Box<dyn std::error::Error>> {
    Ok(Reply::text("Hi!"))
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _running = Shop::stateless().run();
}
