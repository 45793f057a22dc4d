//! A step that leads nowhere.

use messenger_runtime::prelude::*;
use serde::{Deserialize, Serialize};

bot! { Shop; buy, flow Order }

#[on_text(words = ["buy"])]
async fn buy(dialog: Dialog) -> Reply {
    dialog.begin(Order::default())
}

#[derive(Default, Serialize, Deserialize)]
struct Order {
    cups: u32,
}

#[flow(start = cups)]
impl Order {
    #[ask("How many?")]
    async fn cups(&mut self, cups: u32) {
        self.cups = cups;
    }
}

fn main() {
    let _running = Shop::stateless().run();
}
