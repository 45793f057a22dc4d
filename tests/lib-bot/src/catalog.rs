//! What there is to buy.

use messenger_runtime::prelude::*;

use crate::Menu;

routes! { show, buy }

/// Shows everything.
#[on_text(words = ["menu"], interrupts)]
#[on_postback("SHOW")]
pub async fn show(State(menu): State<Menu>) -> Reply {
    let buttons: Vec<Button> = menu
        .names()
        .iter()
        .map(|sku| {
            Button::postback(
                sku.as_str(),
                buy {
                    sku: sku.clone(),
                    qty: 1,
                },
            )
        })
        .collect();
    Reply::buttons("What would you like?", buttons)
}

/// Takes an order.
#[on_postback("BUY:{sku}:{qty=1}", was = "ORDER:{sku}")]
#[on_text(r"(?i)^(?<qty>\d{1,2}) (?<sku>\w+)$")]
pub async fn buy(sku: String, qty: u32) -> String {
    format!("{qty} {sku}, coming.")
}
