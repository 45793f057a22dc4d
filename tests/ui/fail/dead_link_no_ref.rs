//! A link to a handler that answers no `ref` of its own.

use messenger_runtime::{graph::MeLink, prelude::*};

bot! { Shop; arrived, ask }

#[on_referral]
async fn arrived() -> String {
    "Welcome!".to_owned()
}

#[fallback]
async fn ask() -> String {
    MeLink::messenger("shop").referral(&arrived {}).unwrap().to_string()
}

fn main() {
    let _running = Shop::stateless().run();
}
