//! A command whose name is longer than the platform allows.

use messenger_runtime::prelude::*;

bot! { Shop; menu }

#[on_command("show_me_everything_that_is_on_the_menu")]
async fn menu() -> &'static str {
    "Moka, espresso, filter."
}

fn main() {
    let _running = Shop::stateless().run();
}
