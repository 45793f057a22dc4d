//! What is left in the store when everything has ended.

use std::{collections::BTreeMap, io};

use serde::Deserialize;

use crate::{
    ledger::{Ledger, Violation},
    node::Launch,
};

/// The dead letters of messages that the platform refused for good, by kind and code.
const REFUSED: &str = "message MSG510";

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
    let of_kind = |kind: &str| -> u64 {
        let those = left
            .dead_letters
            .iter()
            .filter(|(name, _)| name.starts_with(kind));
        those.map(|(_, count)| count).sum()
    };
    let (events, refused) = (of_kind("event "), of_kind(REFUSED));
    let (failures, refusals) = (ledger.failures(), ledger.refusals());
    if (events, refused, of_kind("")) != (failures, refusals, failures + refusals) {
        let what = format!(
            "{failures} events were made to fail and {refusals} messages were refused, but these are the dead letters: {:?}",
            left.dead_letters
        );
        ledger.violated(Violation::new(what));
    }
    Ok(())
}
