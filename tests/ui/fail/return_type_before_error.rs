//! An error of a `before` handler that cannot be sent between threads.

use messenger_runtime::prelude::*;

bot! { Shop; closed, help }

#[before]
async fn closed() -> Result<(), Box<dyn std::error::Error>> {
    Ok(())
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _running = Shop::stateless().run();
}
