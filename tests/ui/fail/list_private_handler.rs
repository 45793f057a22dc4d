//! A handler that its module keeps to itself.

use messenger_runtime::prelude::*;

bot! { Shop; catalog::buy, help }

mod catalog {
    use messenger_runtime::prelude::*;

    #[on_postback("BUY")]
    async fn buy() {}
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
