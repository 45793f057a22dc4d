//! The load bot: two hundred handlers that say which of them answered.
//!
//! It is configured by its environment: `PORT`, `GRAPH_ORIGIN`, `APP_SECRET`, `VERIFY_TOKEN`, `PAGE_TOKEN`, and
//! `NO_SEND=1` to do everything but the call of the Graph API. `by-hand` is the same bot without the framework.

mod no_send;
mod quick_high;
mod quick_low;
mod quick_middle;
mod texts;

use messenger_runtime::{config::Config, graph::Pacing, prelude::*, store::MemoryStore};
use no_send::NoSend;

bot! {
    /// Says which of its routes took an event.
    pub LoadBot;
    texts::routes, quick_low::routes, quick_middle::routes, quick_high::routes, bought, other
}

#[on_postback("BUY:{rest..}")]
async fn bought(rest: String) -> String {
    format!("Bought {rest}")
}

#[fallback]
async fn other(text: Option<Text>) -> Option<String> {
    text.map(|text| format!("You said: {}", text.as_str()))
}

fn said(route: usize, text: &str) -> String {
    format!("[{route}] You said: {text}")
}

fn picked(payload: &str, text: &str) -> String {
    format!("Picked {payload}: {text}")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let config = Config::builder()
        .access_token(variable("PAGE_TOKEN")?)
        .app_secret(variable("APP_SECRET")?)
        .verify_token(variable("VERIFY_TOKEN")?)
        .graph_origin(variable("GRAPH_ORIGIN")?)
        .address(([0, 0, 0, 0], variable("PORT")?.parse()?))
        .build()?;
    let store = MemoryStore::new().queue_bound(config.queue_limit);
    let bot = LoadBot::stateless().config(config).pacing(Pacing::off());
    let bot = if variable("NO_SEND").is_ok_and(|value| value == "1") {
        bot.store(NoSend(std::sync::Arc::new(store)))
    } else {
        bot.store(store)
    };
    Ok(bot.run().await?)
}
