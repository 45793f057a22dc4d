//! What is left in the store.

use std::collections::BTreeMap;

use messenger_runtime::store::DeadLetters;
use serde_json::{Value, json};

use crate::{Problem, store};

/// The cause of a message that was in doubt too often.
const IN_DOUBT: &str = "MSG622";

/// Prints the queues, and how many dead letters there are by kind and code, as JSON.
pub(crate) async fn print() -> Result<(), Problem> {
    let store = store::open().await?;
    let (mut dead, mut given_up, mut after) = (BTreeMap::<String, u64>::new(), Vec::new(), 0);
    loop {
        let letters = store
            .dead_letters(DeadLetters {
                after,
                ..DeadLetters::default()
            })
            .await?;
        let Some(last) = letters.last() else { break };
        after = last.id;
        for letter in letters {
            if letter.cause.code == IN_DOUBT {
                let row: Value = serde_json::from_str(&letter.body)?;
                given_up.push(row["action"]["send"]["message"]["text"].clone());
            }
            *dead
                .entry(format!("{} {}", letter.kind.as_str(), letter.cause.code))
                .or_default() += 1;
        }
    }
    let left = store.backlog().await?;
    println!(
        "{}",
        json!({"events": left.events, "rows": left.rows, "dead_letters": dead, "given_up": given_up})
    );
    store.close().await?;
    Ok(())
}
