//! The carousel, and how many cups.

use messenger_runtime::{message::Card, prelude::*};

use crate::{
    menu::{COFFEES, Sku},
    order,
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

/// How many of it. A quick reply, unlike a button, is gone once the question is answered.
#[on_postback("PICK:{sku}")]
pub(crate) async fn pick(sku: Sku) -> Reply {
    let cups = |title, qty| QuickReply::text(title, order::buy { sku, qty });
    Reply::text(format!("How many cups of {}?", sku.0.name)).quick_replies([
        cups("1 cup", 1),
        cups("2 cups", 2),
        cups("3 cups", 3),
    ])
}

/// A button that no handler knows any more: it lay in a conversation since before this menu.
#[on_payload]
pub(crate) async fn old_button() -> Reply {
    Reply::text("That was on an older menu. Here is what we have today.").then(show().await)
}
