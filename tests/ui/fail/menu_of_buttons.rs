//! Buttons of a message where the menu has items of its own.

use messenger_runtime::{graph::MessengerProfile, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().menu([Button::postback("Coffee", coffee {})])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
