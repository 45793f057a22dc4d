//! A step that returns no way on.

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
    #[ask("How many?", next = [done])]
    async fn cups(&mut self, cups: u32) -> u32 {
        self.cups = cups;
        self.cups
    }

    #[end]
    async fn done(&mut self) -> &'static str {
        "Thanks."
    }
}

fn main() {
    let _running = Shop::stateless().run();
}
