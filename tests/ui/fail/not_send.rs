//! A handler that holds an `Rc` while it waits.

use messenger_runtime::prelude::*;

bot! { Shop; wait, help }

#[on_postback("WAIT")]
async fn wait() -> String {
    let name = std::rc::Rc::new(String::from("moka"));
    std::future::ready(()).await;
    name.to_string()
}

#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {
    let _button = Button::postback("Help", help {});
    let _running = Shop::stateless().run();
}
