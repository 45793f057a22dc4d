//! Two handlers for one payload, in two groups.

use messenger_runtime::prelude::*;

bot! { Shop; catalog::routes, basket::routes, help }

mod catalog {
    use messenger_runtime::prelude::*;

    routes! { buy }

    #[on_postback("BUY")]
    pub(crate) async fn buy() {}
}

mod basket {
    use messenger_runtime::prelude::*;

    routes! { buy }

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
