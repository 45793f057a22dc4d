//! The program around the bot of the library.

use lib_bot::{Menu, Shop};
use messenger_runtime::Bot as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), messenger_runtime::StartError> {
    Shop::with(Menu::open).run().await
}
