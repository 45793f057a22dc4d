//! A menu item of a handler that takes texts only.

use messenger_runtime::{graph::{MenuItem, MessengerProfile}, prelude::*};

bot! { Shop; coffee, tea }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

#[on_text(words = ["tea"])]
async fn tea() -> &'static str {
    "No tea here."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().menu([MenuItem::postback("Tea", tea {})])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
