//! A command of a handler that no bot lists.

use messenger_runtime::{graph::{Command, MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

#[on_command("flights")]
pub async fn flights() -> &'static str {
    "Where to?"
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().commands([Command::new(flights {}, "Looks up flights")])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
