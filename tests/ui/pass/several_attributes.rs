//! Several attributes on one function.
#![deny(warnings, missing_docs, unreachable_pub, unnameable_types, missing_debug_implementations, unused_qualifications, single_use_lifetimes, clippy::pedantic)]

use messenger_runtime::prelude::*;

bot! { pub Shop; human, passed }

#[on_text(words = ["human", "agent"], interrupts)]
#[on_text(r"(?i)\bperson\b")]
#[on_postback("HUMAN")]
#[on_quick_reply("AGENT")]
#[on_attachment(audio | video, file)]
#[messenger_runtime::on_command("human")]
async fn human() -> &'static str {
    "One moment, please."
}

#[before]
#[on_take_thread_control]
async fn passed() {}

fn main() {
    assert_eq!(Shop::ROUTES.len(), 8);
    assert_eq!(Shop::ROUTES[4].pattern, "audio|video|file");
}
