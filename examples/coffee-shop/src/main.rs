//! A coffee shop on Messenger: a menu, a purchase with its receipt, and a human when one is wanted.
//!
//! ```text
//! $ cargo run -p coffee-shop -- chat
//! you    menu
//! bot    What would you like?
//!        [1] Coffee  [2] A human
//!
//! you    1  (taps Coffee)
//! bot    ┌ Espresso
//!        │ 2.50 EUR - short and strong
//!        └ [1] Buy
//!        ┌ Moka
//!        │ 3.80 EUR - with cocoa and milk
//!        └ [2] Buy
//!        ┌ Filter
//!        │ 2.90 EUR - a large cup of today's roast
//!        └ [3] Buy
//!
//! you    2  (taps Buy)
//! bot    How many cups of Moka?
//!        [1] 1  [2] 2  [3] 3
//!
//! you    2  (taps 2)
//! bot    2 x Moka: for here, to take away, or shall we deliver it?
//!        [1] Here  [2] Take away  [3] Deliver
//!
//! you    2  (taps Take away)
//! bot    2 x Moka, to take away. Is that right?
//!        [1] Yes  [2] No, change it
//!
//! you    1  (taps Yes)
//! bot    Receipt 1001 for Ann Lee
//!        2 x Moka  7.60 EUR
//!        Total     7.60 EUR
//!        Payment: Cash
//! bot    Thank you! It is ready in five minutes.
//! ```
//!
//! Where to look: `catalog` shows the coffees and `order` understands who writes what they want; both begin `checkout`, the flow that sells,
//! which begins `address` where it delivers. `table` and `help` are the rest of the conversation, `face` is what the page shows before it.
//! `menu` is what there is to sell, `till` the state. `tests/transcripts` has more conversations.

mod address;
mod catalog;
mod checkout;
mod face;
mod help;
mod menu;
mod order;
mod table;
mod till;

use std::process::ExitCode;

use address::Address;
use checkout::Checkout;
use messenger_runtime::prelude::*;
use till::Till;

bot! {
    /// Sells coffee.
    pub(crate) CoffeeShop(Till);
    welcome, table::seated, start,
    catalog::routes,
    order::routes,
    help::routes,
    flow Checkout,
    flow Address,
}

/// The first words. Who comes by a link of ours hears so; the links on the tables have a route of their own.
#[on_get_started]
async fn welcome(profile: Profile, referral: Option<Referral>) -> Reply {
    let name = profile.first_name().unwrap_or("there");
    let hello = match referral {
        Some(_) => format!("Hi {name}, good that you followed the link!"),
        None => format!("Hi {name}, welcome to the coffee shop!"),
    };
    Reply::text(hello).then(start().await)
}

/// Where everything begins.
#[on_text(words = ["menu", "help", "start"], interrupts)]
#[on_postback("MENU")]
async fn start() -> Reply {
    Reply::buttons(
        "What would you like?",
        [
            Button::postback("Coffee", catalog::show {}),
            Button::postback("A human", help::human {}),
        ],
    )
}

fn main() -> ExitCode {
    CoffeeShop::with(async || Till::default())
        .messenger_profile(face::profile())
        .cli()
}
