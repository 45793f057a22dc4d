//! Buying in words, and by buttons and quick replies that name the cups.

use messenger_runtime::{Capture as _, prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    catalog,
    checkout::Checkout,
    menu::{COFFEES, Sku},
};

routes! { buy, order, how_to_order, usual }

/// What the customer had last, by which “the usual” is known. It is committed together with the receipt.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LastOrder {
    order: Option<(String, u32)>,
}

impl SessionState for LastOrder {
    const NAME: &'static str = "last_order";
}

impl LastOrder {
    pub(crate) fn remember(&mut self, sku: Sku, cups: u32) {
        self.order = Some((sku.into(), cups));
    }

    /// As long as it is on the menu.
    fn still_sold(&self) -> Option<(Sku, u32)> {
        let (sku, cups) = self.order.as_ref()?;
        Some((Sku::read(sku)?, *cups))
    }
}

/// Sells so many cups.
///
/// The first buttons named no quantity, and before that they said ORDER. Both still lie in the conversations
/// of customers, and both are still answered.
#[on_payload("BUY:{sku}:{qty=1}", was = "ORDER:{sku}")]
pub(crate) async fn buy(sku: Sku, qty: u32, dialog: Dialog) -> Reply {
    dialog.begin(Checkout::of(sku, qty))
}

/// "order 2 moka", also by somebody who is ordering something else
#[on_text(r"(?i)^order (?<qty>\d{1,2}) (?<sku>\w+)$", interrupts, begins = Checkout)]
pub(crate) async fn order(sku: Sku, qty: u32, dialog: Dialog) -> Reply {
    buy(sku, qty, dialog).await
}

/// An order that `order` could not read: of something else, or in other words.
#[on_text(r"(?i)^order\b")]
pub(crate) async fn how_to_order() -> Reply {
    Reply::text("We have these. Next time write it like “order 2 moka”.").quick_replies(
        COFFEES.map(|coffee| QuickReply::text(coffee.name, catalog::pick { sku: Sku(coffee) })),
    )
}

/// The same once more.
#[on_text(words = ["the usual", "again"], begins = Checkout)]
pub(crate) async fn usual(last: Session<LastOrder>, dialog: Dialog) -> Reply {
    match last.still_sold() {
        Some((sku, cups)) => buy(sku, cups, dialog).await,
        None => Reply::text("I do not know yet what you like. Type “menu”."),
    }
}
