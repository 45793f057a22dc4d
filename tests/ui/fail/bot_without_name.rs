//! A bot without a name.

use messenger_runtime::prelude::*;

bot! { welcome, help }



#[on_postback("HELP")]
async fn help() -> &'static str {
    "Ask away."
}

fn main() {}
