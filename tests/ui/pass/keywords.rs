//! Captures whose names are keywords.
#![deny(warnings)]

use messenger_runtime::prelude::*;

bot! { Shop; word, go, table, unused }

#[on_text("^(?<type>.)(?<loop>[0-9])?$")]
async fn word(r#type: String, r#loop: Option<u32>) -> String {
    format!("{} {:?}", r#type, r#loop)
}

#[on_postback("GO:{type}:{loop=1}", was = "OLD:{type..}")]
async fn go(r#type: String, r#loop: u32) -> Reply {
    Reply::buttons(format!("{} {}", r#type, r#loop), [Button::postback("Go", go { r#type: "a".into(), r#loop: 1 })])
}

#[on_referral("table-{in}")]
async fn table(r#in: String) -> String {
    r#in
}

#[on_postback("UNUSED:{match}:{sku}")]
async fn unused(_match: u8, _sku: u8) {}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 5);
    let _button = Button::postback("Unused", unused { r#match: 1, sku: 2 });
}
