//! The carousel, and what its buttons begin.

use messenger_runtime::{message::Card, prelude::*};

use crate::{
    checkout::Checkout,
    menu::{COFFEES, Sku},
};

routes! { show, pick, old_button }

/// Every coffee as a card.
#[on_postback("COFFEE")]
#[on_text(words = ["coffee", "coffees"])]
pub(crate) async fn show() -> Reply {
    Reply::carousel(COFFEES.map(|coffee| {
        Card::new(coffee.name)
            .subtitle(format!("{} - {}", coffee.price(), coffee.about))
            .image(coffee.image())
            .buttons([Button::postback("Buy", pick { sku: Sku(coffee) })])
    }))
}

/// Sells it; the checkout asks how many cups.
#[on_payload("PICK:{sku}")]
pub(crate) async fn pick(sku: Sku, dialog: Dialog) -> Reply {
    dialog.begin(Checkout::of(sku, 0))
}

/// A button that no handler knows any more: it lay in a conversation since before this menu.
#[on_payload]
pub(crate) async fn old_button() -> Reply {
    Reply::text("That was on an older menu. Here is what we have today.").then(show().await)
}
