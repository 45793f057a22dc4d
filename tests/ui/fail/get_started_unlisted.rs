//! A get-started button of a handler that no bot lists.

use messenger_runtime::{graph::{MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

#[on_get_started]
pub async fn welcome() -> &'static str {
    "Hi!"
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().get_started(welcome {})
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
