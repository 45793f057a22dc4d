//! `dead-letters` and `person`: what an operator does to a bot.
//!
//! `desk` asks the running bot over its operator listener. Where no bot runs it opens the store itself, and
//! nothing of the bot runs. Either way the documents are those of [`operator`](crate::operator).

mod dead_letters;
mod desk;
mod person;

pub(super) use self::{dead_letters::run as dead_letters, person::run as person};

/// As pretty JSON.
fn pretty(document: &serde_json::Value) -> String {
    format!("{document:#}")
}

/// Without what moves the cursor.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
