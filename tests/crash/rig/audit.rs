//! What is left in the store when everything has ended.

use std::{collections::BTreeMap, io};

use serde::Deserialize;

use crate::{
    ledger::{Ledger, Violation},
    node::Launch,
};

/// What the bot prints of its store.
#[derive(Debug, Deserialize)]
struct Left {
    events: usize,
    rows: usize,
    /// How many dead letters there are by kind and code.
    dead_letters: BTreeMap<String, u64>,
}

/// The queues must be empty, the dead letters those that were made on purpose.
pub(crate) async fn compare(launch: &Launch, ledger: &Ledger) -> io::Result<()> {
    let output = launch.command("audit").output().await?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(format!("the store could not be read: {said}")));
    }
    let left: Left = serde_json::from_slice(&output.stdout)?;
    if left.events + left.rows > 0 {
        let what = format!(
            "{} events and {} messages are left in the store",
            left.events, left.rows
        );
        ledger.violated(Violation::new(what));
    }
    let wanted = ledger.failures();
    let dead: u64 = left.dead_letters.values().sum();
    let events: u64 = left
        .dead_letters
        .iter()
        .filter(|(kind, _)| kind.starts_with("event "))
        .map(|(_, count)| count)
        .sum();
    if dead != wanted || events != wanted {
        let what = format!(
            "{wanted} events were made to fail, but these are the dead letters: {:?}",
            left.dead_letters
        );
        ledger.violated(Violation::new(what));
    }
    Ok(())
}
