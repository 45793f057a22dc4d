//! A handler that is listed by itself and in a group.

use messenger_runtime::prelude::*;

bot! { Shop; catalog::routes, catalog::show }

mod catalog {
    use messenger_runtime::prelude::*;

    routes! { show }

    #[on_postback("SHOW")]
    pub(crate) async fn show() {}
}

fn main() {
    let _running = Shop::stateless().run();
}
