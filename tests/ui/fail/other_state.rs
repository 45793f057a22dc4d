//! An extractor that needs another state.

use messenger_runtime::prelude::*;

bot! { Shop(String); stock, help }

#[derive(Clone)]
struct Stock(u32);

#[on_postback("STOCK")]
async fn stock(State(stock): State<Stock>) -> String {
    stock.0.to_string()
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::with(async || String::new()).run();
}
