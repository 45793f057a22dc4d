//! More ice breakers than a page takes.

use messenger_runtime::{graph::{IceBreaker, MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new()
        .ice_breakers([
            IceBreaker::new("What do you sell?", coffee {}),
            IceBreaker::new("What do you sell?", coffee {}),
            IceBreaker::new("What do you sell?", coffee {}),
            IceBreaker::new("What do you sell?", coffee {}),
            IceBreaker::new("What do you sell?", coffee {}),
        ])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
