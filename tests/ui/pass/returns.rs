//! Everything that a handler may return.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;
use std::{borrow::Cow, convert::Infallible, ops::ControlFlow};

use messenger_runtime::message::Message;

bot! { pub Shop; a, b, c, d, e, f, g, h, i, j, k, l }

#[on_postback("A")]
async fn a() {}

#[on_postback("B")]
async fn b() -> &'static str {
    "b"
}

#[on_postback("C")]
async fn c() -> String {
    String::new()
}

#[on_postback("D")]
async fn d() -> Reply {
    Reply::text("d")
}

#[on_postback("E")]
async fn e() -> Option<Message> {
    None
}

#[on_postback("F")]
async fn f() -> Result<Option<Reply>, Infallible> {
    Ok(None)
}

#[on_postback("G")]
async fn g() -> Cow<'static, str> {
    "g".into()
}

#[on_postback("H")]
async fn h() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    Ok(())
}

#[before]
async fn i() -> ControlFlow<Reply> {
    ControlFlow::Continue(())
}

#[before]
async fn j() -> Result<ControlFlow<String>, Infallible> {
    Ok(ControlFlow::Continue(()))
}

#[before]
async fn k() {}

#[on_postback("L")]
async fn l() -> impl messenger_runtime::message::IntoReply {
    "l"
}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 12);
}
