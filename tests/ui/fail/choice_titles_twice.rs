//! Two variants with one title.

use messenger_runtime::prelude::*;

bot! { Shop; hello }

#[derive(Choice)]
enum Size {
    Small,
    #[choice("small")]
    Tiny,
}

#[fallback]
async fn hello() -> &'static str {
    let _sizes = [Size::Small, Size::Tiny];
    "Hello."
}

fn main() {
    let _running = Shop::stateless().run();
}
