//! A command of a handler that takes every command.

use messenger_runtime::{graph::{Command, MessengerProfile}, prelude::*};

bot! { Shop; coffee, any }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

#[on_command]
async fn any() -> &'static str {
    "I know no such command."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().commands([Command::new(any {}, "Shows the coffees")])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
