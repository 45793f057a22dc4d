//! What the page shows before anybody has written. `coffee-shop profile push` writes it there.

use messenger_runtime::graph::{IceBreaker, MenuItem, MessengerProfile};

use crate::{catalog, help, welcome};

pub(crate) fn profile() -> MessengerProfile {
    MessengerProfile::new()
        .get_started(welcome {})
        .greeting("Hi {{user_first_name}}! Coffee, ready when you come in.")
        .greeting_in("fr_FR", "Bonjour {{user_first_name}} ! Votre café vous attend.")
        .menu([
            MenuItem::postback("Coffee", catalog::show {}),
            MenuItem::postback("A human", help::human {}),
            MenuItem::url("Opening hours", "https://coffee.example/hours"),
        ])
        .ice_breakers([
            IceBreaker::new("What do you sell?", catalog::show {}),
            IceBreaker::new("Can I talk to a human?", help::human {}),
        ])
}
