//! An ice breaker of a handler that answers quick replies only.

use messenger_runtime::{graph::{IceBreaker, MessengerProfile}, prelude::*};

bot! { Shop; coffee, tea }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

#[on_quick_reply("TEA")]
async fn tea() -> &'static str {
    "No tea here."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().ice_breakers([IceBreaker::new("Any tea?", tea {})])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
