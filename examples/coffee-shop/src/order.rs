//! Buying: by button, by quick reply, in words.

use messenger_runtime::{
    Capture as _,
    message::{Receipt, ReceiptItem},
    prelude::*,
};
use serde::{Deserialize, Serialize};

use crate::{
    menu::{COFFEES, Sku},
    till::Till,
};

routes! { buy, order, how_to_order, usual }

/// What the customer had last, by which “the usual” is known. It is committed together with the receipt.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct LastOrder {
    order: Option<(String, u8)>,
}

impl SessionState for LastOrder {
    const NAME: &'static str = "last_order";
}

/// Sells it.
///
/// The first buttons named no quantity, and before that they said ORDER. Both still lie in the conversations
/// of customers, and both are still answered.
#[on_payload("BUY:{sku}:{qty=1}", was = "ORDER:{sku}")]
pub(crate) async fn buy(
    sku: Sku,
    qty: u8,
    profile: Profile,
    State(till): State<Till>,
    mut last: Session<LastOrder>,
) -> Reply {
    sell(sku, qty, &profile, &till, &mut last)
}

/// "order 2 moka"
#[on_text(r"(?i)^order (?<qty>\d{1,2}) (?<sku>\w+)$")]
pub(crate) async fn order(
    sku: Sku,
    qty: u8,
    profile: Profile,
    State(till): State<Till>,
    mut last: Session<LastOrder>,
) -> Reply {
    sell(sku, qty, &profile, &till, &mut last)
}

/// The same once more, as long as it is on the menu.
#[on_text(words = ["the usual", "again"])]
pub(crate) async fn usual(profile: Profile, State(till): State<Till>, mut last: Session<LastOrder>) -> Reply {
    let known = last.order.as_ref();
    match known.and_then(|(sku, cups)| Some((Sku::read(sku)?, *cups))) {
        Some((sku, cups)) => sell(sku, cups, &profile, &till, &mut last),
        None => Reply::text("I do not know yet what you like. Type “menu”."),
    }
}

/// An order that `order` could not read: of something else, or in other words.
#[on_text(r"(?i)^order\b")]
pub(crate) async fn how_to_order() -> String {
    let names = COFFEES.map(|coffee| coffee.name).join(", ");
    format!("We have {names}. Write it like “order 2 moka”.")
}

fn sell(Sku(coffee): Sku, cups: u8, profile: &Profile, till: &Till, last: &mut LastOrder) -> Reply {
    if !(1..=20).contains(&cups) {
        return Reply::text("We sell 1 to 20 cups at a time.");
    }
    last.order = Some((coffee.sku.to_owned(), cups));
    let price = coffee.price_of(cups);
    let customer = profile.name().unwrap_or("our guest");
    let receipt = Receipt::new(customer, till.next_order().to_string(), "Cash", price)
        .item(ReceiptItem::new(coffee.name, price).quantity(cups.into()));
    Reply::receipt(receipt).then("Thank you! It is ready in five minutes.")
}
