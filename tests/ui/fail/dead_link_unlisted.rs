//! A link to a handler that no bot lists.

use messenger_runtime::{graph::MeLink, prelude::*};

bot! { Shop; ask }

#[on_referral("table-{n}")]
async fn table(n: u32) -> String {
    format!("table {n}")
}

#[fallback]
async fn ask() -> String {
    MeLink::messenger("shop").referral(&table { n: 4 }).unwrap().to_string()
}

fn main() {
    let _running = Shop::stateless().run();
}
