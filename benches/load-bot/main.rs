//! The load bot: two hundred handlers that say which of them answered.
//!
//! It is configured by its environment: `PORT`, `GRAPH_ORIGIN`, `APP_SECRET`, `VERIFY_TOKEN`, `PAGE_TOKEN`,
//! `MESSENGER_STORE` (`memory` where it is not set), and `NO_SEND=1` to do everything but the call of the Graph API,
//! which needs a store in memory or in a file. `LEAK=N` makes it keep N bytes for each text that no route takes, so
//! that who watches its memory can be seen to notice. `by-hand` is the same bot without the framework.

mod no_send;
mod quick_high;
mod quick_low;
mod quick_middle;
mod texts;

use std::sync::{Arc, LazyLock, Mutex};

use messenger_runtime::{
    config::Config,
    graph::Pacing,
    prelude::*,
    store::{MemoryStore, SqliteStore, Store, StoreLocation},
};
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
    leak();
    text.map(|text| format!("You said: {}", text.as_str()))
}

fn said(route: usize, text: &str) -> String {
    format!("[{route}] You said: {text}")
}

fn picked(payload: &str, text: &str) -> String {
    format!("Picked {payload}: {text}")
}

/// What `LEAK` made the bot keep.
static LEAKED: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

fn leak() {
    static EACH: LazyLock<usize> = LazyLock::new(|| {
        let bytes = std::env::var("LEAK").ok().and_then(|bytes| bytes.parse().ok());
        bytes.unwrap_or_default()
    });
    if *EACH > 0 {
        let mut leaked = LEAKED.lock().expect("no holder of this lock panics");
        leaked.push(vec![1; *EACH]);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let store = variable("MESSENGER_STORE").map_or(Ok(StoreLocation::Memory), |store| store.parse())?;
    let config = Config::builder()
        .access_token(variable("PAGE_TOKEN")?)
        .app_secret(variable("APP_SECRET")?)
        .verify_token(variable("VERIFY_TOKEN")?)
        .graph_origin(variable("GRAPH_ORIGIN")?)
        .address(([0, 0, 0, 0], variable("PORT")?.parse()?))
        .store(store.clone())
        .build()?;
    let limit = config.queue_limit;
    let bot = LoadBot::stateless().config(config).pacing(Pacing::off());
    if variable("NO_SEND").is_ok_and(|value| value == "1") {
        let store: Arc<dyn Store> = match store {
            StoreLocation::Memory => Arc::new(MemoryStore::new().queue_bound(limit)),
            StoreLocation::Sqlite(path) => Arc::new(SqliteStore::at(path).queue_bound(limit).open().await?),
            _ => return Err("NO_SEND=1 needs a store in memory or in a file".into()),
        };
        return Ok(bot.store(NoSend(store)).run().await?);
    }
    Ok(bot.run().await?)
}
