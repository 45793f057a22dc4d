//! A group that its module does not have.

use messenger_runtime::prelude::*;

bot! { Shop; catalog::routes, help }

mod catalog {
    use messenger_runtime::prelude::*;

    #[on_postback("BUY")]
    pub(crate) async fn buy() {}
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
