//! What is left in the store.

use std::collections::BTreeMap;

use messenger_runtime::store::DeadLetters;
use serde_json::json;

use crate::{Problem, store};

/// Prints the queues, and how many dead letters there are by kind and code, as JSON.
pub(crate) async fn print() -> Result<(), Problem> {
    let store = store::open().await?;
    let (mut dead, mut after) = (BTreeMap::<String, u64>::new(), 0);
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
            *dead
                .entry(format!("{} {}", letter.kind.as_str(), letter.cause.code))
                .or_default() += 1;
        }
    }
    let left = store.backlog().await?;
    println!(
        "{}",
        json!({"events": left.events, "rows": left.rows, "dead_letters": dead})
    );
    store.close().await?;
    Ok(())
}
