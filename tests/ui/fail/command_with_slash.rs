//! A command with its slash.

use messenger_runtime::prelude::*;

bot! { Shop; menu }

#[on_command("/menu")]
async fn menu() -> &'static str {
    "Moka, espresso, filter."
}

fn main() {
    let _running = Shop::stateless().run();
}
