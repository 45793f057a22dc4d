//! A handler that says it begins a flow which the bot does not have.

use messenger_runtime::{flow::Retry, prelude::*};
use serde::{Deserialize, Serialize};

bot! { Shop; buy, flow Order }

fn order() -> Order {
    Order::default()
}

#[on_text(words = ["buy"], begins = Ordr)]
async fn buy(dialog: Dialog) -> Reply {
    dialog.begin(order())
}

#[derive(Default, Serialize, Deserialize)]
struct Order {
    cups: u32,
}

#[flow(start = cups)]
impl Order {
    #[ask("How many?", next = [done])]
    async fn cups(&mut self, cups: u32) -> Result<Next, Retry> {
        self.cups = cups;
        Ok(Next::done)
    }

    #[end]
    async fn done(&mut self) -> &'static str {
        "Thanks."
    }
}

fn main() {
    let _running = Shop::stateless().run();
}
