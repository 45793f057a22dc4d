//! A get-started button of a handler that answers other buttons.

use messenger_runtime::{graph::{MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().get_started(coffee {})
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
