//! A flow that no `bot!` lists.

use messenger_runtime::prelude::*;
use serde::{Deserialize, Serialize};

bot! { Shop; buy }

#[on_text(words = ["buy"])]
async fn buy(dialog: Dialog) -> Reply {
    dialog.begin(Order::default())
}

#[derive(Default, Serialize, Deserialize)]
struct Order {}

#[flow(start = cups)]
impl Order {
    #[ask("How many?", next = [done])]
    async fn cups(&mut self, _cups: u32) -> Next {
        Next::done
    }

    #[end]
    async fn done(&mut self) {}
}

fn main() {
    let _running = Shop::stateless().run();
}
