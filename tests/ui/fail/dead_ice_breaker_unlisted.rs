//! An ice breaker of a handler that no bot lists.

use messenger_runtime::{graph::{IceBreaker, MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

#[on_postback("TEA")]
pub async fn tea() -> &'static str {
    "No tea here."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new().ice_breakers([IceBreaker::new("Any tea?", tea {})])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
