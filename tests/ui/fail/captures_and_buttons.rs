//! Handlers with a mistake in their captures, and buttons that name them: only the mistakes are errors.

use messenger_runtime::prelude::*;

bot! { Shop; unclosed, missing, borrowed, apart, twice, buttons }

#[derive(Debug)]
struct Sku(String);

#[on_postback("UNCLOSED:{sku}:{qty")]
async fn unclosed(sku: String, qty: u8) -> String {
    format!("{sku} {qty}")
}

#[on_postback("MISSING:{sku}")]
async fn missing(qty: u8) -> String {
    qty.to_string()
}

#[on_postback("BORROWED:{sku}")]
async fn borrowed(sku: &str) -> String {
    sku.to_owned()
}

#[on_postback("APART:{sku}")]
async fn apart(Sku(sku): Sku) -> String {
    sku
}

#[on_postback("TWICE:{sku}")]
async fn twice(sku: String, _sku: String) -> String {
    sku
}

#[on_text("buttons")]
async fn buttons() -> Reply {
    let sku = || "moka".to_owned();
    Reply::buttons(
        "Well?",
        [
            Button::postback("Unclosed", unclosed { sku: "moka".into(), qty: 1 }),
            Button::postback("Missing", missing { sku: sku() }),
            Button::postback("Borrowed", borrowed { sku: sku() }),
        ],
    )
    .quick_replies([QuickReply::text("Apart", apart { sku: Sku(sku()) }), QuickReply::text("Twice", twice { sku: sku() })])
}

fn main() {}
