//! An error that cannot be sent between threads.

use messenger_runtime::prelude::*;

bot! { Shop; closed, welcome }

#[before]
async fn closed() -> Result<(), Box<dyn std::error::Error>> {
    Ok(())
}

#[on_text("hello")]
async fn welcome() -> Result<Reply, Box<dyn std::error::Error>> {
    Ok(Reply::text("Hi!"))
}

fn main() {}
