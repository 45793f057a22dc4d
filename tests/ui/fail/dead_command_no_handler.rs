//! A command of a handler that does not exist.

use messenger_runtime::{graph::{Command, MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().commands([Command::new(flights {}, "Looks up flights")])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
