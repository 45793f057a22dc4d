//! A flow whose value is stored and cannot be read again.

use messenger_runtime::prelude::*;

bot! { Shop; buy, flow Order }

#[on_text(words = ["buy"])]
async fn buy(dialog: Dialog) -> Reply {
    dialog.begin(Order {})
}

#[derive(serde::Serialize)]
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
