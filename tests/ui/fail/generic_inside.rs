//! A parameter that is generic inside of its type.

use messenger_runtime::prelude::*;

bot! { Shop; menu }

#[on_text("menu")]
async fn menu(about: Option<impl std::fmt::Debug>) {
    let _about = about;
}

fn main() {
    let _running = Shop::stateless().run();
}
