//! Questions without what a tap on them sends.

use messenger_runtime::{graph::MessengerProfile, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().ice_breakers(["What do you sell?"])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
