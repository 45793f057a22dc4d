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
    /// The texts of the messages that were given up after too many doubts.
    given_up: Vec<String>,
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
    let dead = left.dead_letters.iter();
    let (events, others): (Vec<_>, Vec<_>) = dead.partition(|(kind, _)| kind.starts_with("event "));
    let count = |letters: &[(&String, &u64)]| letters.iter().map(|(_, count)| **count).sum::<u64>();
    let (failures, mut given_up) = (ledger.failures(), ledger.given_up());
    if count(&events) != failures || count(&others) != given_up.len() as u64 {
        let what = format!(
            "{failures} events were made to fail and {} messages never came, but these are the dead letters: {:?}",
            given_up.len(),
            left.dead_letters
        );
        ledger.violated(Violation::new(what));
    }
    // A reply behind a message through `Chat` ends in a word that nobody knows who has not got it.
    given_up.retain(|owed| !left.given_up.iter().any(|text| text.starts_with(&**owed)));
    if let Some(lost) = given_up.first() {
        ledger.violated(Violation::new(format!(
            "{lost:?} never came, and is no dead letter"
        )));
    }
    Ok(())
}
