//! A type that is listed as a flow and is none.

use messenger_runtime::prelude::*;
use serde::{Deserialize, Serialize};

bot! { Shop; hello, flow Order }

#[fallback]
async fn hello() {}

#[derive(Default, Serialize, Deserialize)]
struct Order {}

fn main() {
    let _running = Shop::stateless().run();
}
