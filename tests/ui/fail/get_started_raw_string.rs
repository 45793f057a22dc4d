//! A get-started button with a text for a payload.

use messenger_runtime::{graph::{MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().get_started("GET_STARTED")
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
