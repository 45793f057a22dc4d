//! Regexes that match no text, because texts are trimmed.

use messenger_runtime::prelude::*;

bot! { Shop; menu, hello, indented }

#[on_text("^menu$")]
async fn menu() {}

#[on_text("(?i)^hello $")]
async fn hello() {}

#[on_text(r"^\s+x")]
async fn indented() {}

fn main() {}
