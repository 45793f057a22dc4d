//! A bot of one file, with most of what a handler can be.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, clippy::pedantic)]

use messenger_runtime::{Bot as _, prelude::*};

bot! {
    /// Sells coffee.
    pub CoffeeShop(Menu);
    welcome, menu, buy, order, human, size, closed, failed, sorry,
}

/// The menu.
#[derive(Debug, Clone)]
pub struct Menu(&'static str);

#[on_get_started]
async fn welcome() -> Reply {
    Reply::text("Hi!").then(menu().await)
}

#[on_text(words = ["menu", "help"], interrupts)]
#[on_postback("MENU")]
async fn menu() -> Reply {
    Reply::buttons("What next?", [
        Button::postback("Coffee", buy { sku: "moka".to_owned(), qty: 2 }),
        Button::postback("A human", human {}),
    ])
}

/// Buys.
#[on_postback("BUY:{sku}:{qty=1}", was = "ORDER:{sku}")]
pub async fn buy(sku: String, qty: u32, State(menu): State<Menu>) -> Reply {
    Reply::text(format!("{qty} {sku} {}", menu.0))
        .quick_replies([QuickReply::text("Big", size { value: Some(42) })])
}

#[on_text(r"(?i)^order (?<qty>\d{1,2}) (?<sku>\w+)$")]
async fn order(sku: String, qty: u32) -> Result<String, std::fmt::Error> {
    Ok(format!("{qty} {sku}"))
}

#[on_text(words = ["human", "agent"], interrupts)]
#[on_payload("HUMAN")]
async fn human() -> Option<&'static str> {
    None
}

#[on_quick_reply("SIZE:{value}")]
async fn size(value: Option<u8>, text: Option<Text>) -> String {
    format!("{value:?} {text:?}")
}

#[before]
async fn closed(event: Event<'_>) -> std::ops::ControlFlow<&'static str> {
    if event.text() == Some("knock") {
        std::ops::ControlFlow::Break("We are closed.")
    } else {
        std::ops::ControlFlow::Continue(())
    }
}

#[on_error]
async fn failed() {}

#[fallback]
async fn sorry() -> &'static str {
    "I did not get that."
}

fn main() {
    let routes: Vec<_> = CoffeeShop::ROUTES.iter().map(|route| (route.kind.attribute(), route.pattern, route.handler)).collect();
    assert_eq!(routes[..3], [
        ("on_get_started", "GET_STARTED", "welcome"),
        ("on_text", "menu|help", "menu"),
        ("on_postback", "MENU", "menu"),
    ]);
    assert_eq!(CoffeeShop::ROUTES[0].line, 16);
    assert!(CoffeeShop::ROUTES[1].interrupts);
}
