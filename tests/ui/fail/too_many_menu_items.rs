//! More items than a persistent menu takes.

use messenger_runtime::{graph::{MenuItem, MessengerProfile}, prelude::*};

bot! { Shop; coffee }

#[on_postback("COFFEE")]
async fn coffee() -> &'static str {
    "Moka, espresso, filter."
}

fn profile() -> MessengerProfile {
    MessengerProfile::new()
        .menu([
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
            MenuItem::postback("Coffee", coffee {}),
        ])
}

fn main() {
    let _running = Shop::stateless().messenger_profile(profile()).run();
}
