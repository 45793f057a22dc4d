//! A menu item with a text for a payload.

use messenger_runtime::{graph::{MenuItem, MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().menu([MenuItem::postback("Coffee", "COFFEE")])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
