//! Heads of several segments, defaults, what a payload was before, and the rest.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;
use messenger_runtime::message::{Postback, QuickReplyPayload};

bot! { pub Shop; buy, open, go, size, big, anything }

/// Buys.
#[on_postback("BUY:{sku}:{qty=1}:{gift=false}", was = "ORDER:{sku}", was = "SHOP:PURCHASE:{qty}:{sku}")]
pub async fn buy(gift: bool, sku: String, qty: u32) -> String {
    format!("{qty} {sku} {gift}")
}

#[on_postback("SHOP:OPEN")]
async fn open() {}

#[on_postback("GO:{to}:{rest..}")]
async fn go(to: String, rest: Option<String>) -> Option<String> {
    rest.map(|rest| to + &rest)
}

#[on_payload("SIZE:{value}")]
#[on_quick_reply("CUP:{value}")]
async fn size(value: char) -> String {
    value.into()
}

#[on_quick_reply("SIZE:{value}:{unit}")]
async fn big(value: f32, unit: Option<i8>) -> String {
    format!("{value} {unit:?}")
}

#[on_postback]
#[on_quick_reply]
async fn anything() {}

fn main() {
    let payload = buy { gift: true, sku: "moka:x%".to_owned(), qty: 2 };
    let payload = Postback::payload(&payload);
    assert_eq!(payload, "BUY:moka%3Ax%25:2:true");
    assert_eq!(Postback::payload(&go { to: "a".to_owned(), rest: Some("b:c".to_owned()) }), "GO:a:b:c");
    assert_eq!(Postback::payload(&size { value: 'L' }), "SIZE:L");
    assert_eq!(QuickReplyPayload::payload(&big { value: 0.5, unit: None }), "SIZE:0.5:");

    let handler = |index: Option<usize>| index.map(|index| Shop::TABLE.entries[index].route.handler);
    let postback = |payload| handler((Shop::TABLE.postback)(payload));
    for payload in ["BUY:m", "BUY:m:2", "BUY:m:2:true", "BUY:", "ORDER:m", "SHOP:PURCHASE:3:m"] {
        assert_eq!(postback(payload), Some("buy"), "{payload}");
    }
    assert_eq!(postback("SHOP:OPEN"), Some("open"));
    assert_eq!(postback("GO:x:"), Some("go"));
    assert_eq!(postback("GO:x:y:z"), Some("go"));
    assert_eq!(postback("SIZE:L"), Some("size"));
    for payload in ["", ":", "BUY", "BUY:a:1:true:x", "ORDER:m:2", "SHOP", "SHOP:CLOSE", "GO:x", "BUYX:a", "buy:a", "CUP:L"] {
        assert_eq!(postback(payload), None, "{payload}");
    }
    let quick_reply = |payload| handler((Shop::TABLE.quick_reply)(payload));
    assert_eq!(quick_reply("CUP:L"), Some("size"));
    assert_eq!(quick_reply("SIZE:L"), Some("size"));
    assert_eq!(quick_reply("SIZE:L:3"), Some("big"));
    assert_eq!(quick_reply("BUY:m"), None);
}
