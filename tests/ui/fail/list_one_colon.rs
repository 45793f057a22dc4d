//! One colon where two belong, in a bot whose other entry is used by a button.

use messenger_runtime::prelude::*;

bot! { Shop: catalog:show, menu }

mod catalog {
    use messenger_runtime::prelude::*;

    #[on_postback("SHOW")]
    pub(crate) async fn show() {}
}

#[on_postback("MENU")]
async fn menu() -> Reply {
    Reply::buttons("Again?", [Button::postback("Menu", menu {})])
}

fn main() {
    let _running = Shop::stateless().run();
}
