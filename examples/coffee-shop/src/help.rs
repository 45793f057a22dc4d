//! A human, the opening hours, a photo, and what nobody understood.

use messenger_runtime::prelude::*;

routes! { human, back, hours, photo, sorry }

/// Hands the conversation to the people in the page's inbox. Until they give it back, the bot is silent.
#[on_text(words = ["human", "agent"], interrupts)]
#[on_postback("HUMAN")]
pub(crate) async fn human() -> Reply {
    Reply::text("One moment, please. Somebody from the shop will answer you here.").hand_over()
}

/// They gave it back.
#[on_pass_thread_control]
pub(crate) async fn back() -> Reply {
    Reply::text("It is me again, the bot.").then(crate::start().await)
}

/// A question between two others: who asks it in the middle of an order is asked again for what was missing.
#[on_text(words = ["hours", "opening hours", "when are you open"], interrupts)]
pub(crate) async fn hours() -> &'static str {
    "We are open from 7 to 19, every day."
}

/// A picture.
#[on_attachment(image)]
pub(crate) async fn photo() -> &'static str {
    "What a nice picture! We put the best ones on the wall."
}

/// Everything else that a person says.
#[fallback]
pub(crate) async fn sorry() -> &'static str {
    "I did not get that. Type “menu”, or “order 2 moka”."
}
