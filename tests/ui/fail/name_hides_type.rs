//! Handlers whose structs would hide a type, a keyword macro or the crate.

use messenger_runtime::prelude::*;

bot! { Shop; str, r#try, r#routes }

#[on_text("str")]
async fn str() -> &'static str {
    "str"
}

#[on_text("try")]
async fn r#try() {}

#[on_text("routes")]
async fn r#routes() {}

fn main() {}
