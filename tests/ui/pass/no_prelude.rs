//! Nothing imported.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

messenger_runtime::bot! { pub Shop; menu, catalog::routes }

#[messenger_runtime::on_text(words = ["menu"])]
#[messenger_runtime::on_postback("MENU")]
async fn menu() -> messenger_runtime::message::Reply {
    use messenger_runtime::message::{Button, Reply};
    Reply::buttons("?", [Button::postback("Menu", menu {}), Button::postback("Show", catalog::show {})])
}

mod catalog {
    messenger_runtime::routes! { show }

    #[messenger_runtime::on_postback("SHOW")]
    pub(crate) async fn show() {}
}

fn main() {
    assert_eq!(<Shop as messenger_runtime::Bot>::ROUTES.len(), 3);
}
