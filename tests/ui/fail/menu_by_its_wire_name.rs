//! The menu by the name it has on the wire.

use messenger_runtime::{graph::{MenuItem, MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().persistent_menu([MenuItem::postback("Coffee", coffee {})])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
