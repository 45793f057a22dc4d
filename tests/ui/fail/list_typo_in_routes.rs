//! An entry of a group that does not exist.

use messenger_runtime::prelude::*;

bot! { Shop; catalog::routes, help }

mod catalog {
    use messenger_runtime::prelude::*;

    routes! { bye, show }

    #[on_postback("BUY")]
    pub(crate) async fn buy() {}

    #[on_postback("SHOW")]
    pub(crate) async fn show() {}
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _show = Button::postback("Show", catalog::show {});
    let _running = Shop::stateless().run();
}
