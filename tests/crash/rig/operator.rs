//! What an operator does to the store of bots that have ended: replays an event that failed, erases a person. The
//! first try ends at the fail point, where there is one, and must have changed nothing.

use std::{io, os::unix::process::ExitStatusExt as _, process::Output};

use serde::Deserialize;

use crate::{
    cycles::Cycles,
    fail_points::Moment,
    ledger::Violation,
    node::Launch,
    post::{id, person},
};

/// Who said what was replayed.
#[derive(Debug, Deserialize)]
struct Replayed {
    person: String,
    text: String,
}

impl Cycles {
    /// Replays one event that failed and erases the last person; notes both in the ledger.
    pub(crate) async fn operate(&mut self, launch: &Launch) -> io::Result<()> {
        let last = self.ledger.people() - 1;
        let last_id = id(last);
        let (replay, erase) = (["replay", ""], ["erase", &*last_id]);
        for armed in self.points.of_moment(Moment::Operator) {
            let verb = if armed.point.ends_with(".erase") {
                erase
            } else {
                replay
            };
            let output = run(launch, verb, Some(armed.setting())).await?;
            if output.status.signal() == Some(6) {
                self.points.hit(&armed.point);
            } else {
                let what = format!(
                    "the command {} did not end at {}: {}",
                    verb[0], armed.point, output.status
                );
                self.ledger.violated(Violation::new(what));
            }
        }
        let replayed: Replayed = serde_json::from_slice(&succeeded(run(launch, replay, None).await?)?)?;
        let who = person(&replayed.person).filter(|who| *who < self.ledger.people());
        let who = who.ok_or_else(|| io::Error::other("a stranger's event was replayed"))?;
        self.ledger.person(who).is_handled_again(&replayed.text);
        succeeded(run(launch, erase, None).await?)?;
        self.ledger.person(last).erased();
        Ok(())
    }
}

async fn run(launch: &Launch, verb: [&str; 2], fail_point: Option<String>) -> io::Result<Output> {
    let mut command = launch.command(verb[0]);
    command
        .arg(verb[1])
        .env("FAILPOINTS", fail_point.unwrap_or_default());
    command.output().await
}

fn succeeded(output: Output) -> io::Result<Vec<u8>> {
    if output.status.success() {
        Ok(output.stdout)
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(io::Error::other(format!(
            "a command of the operator failed: {said}"
        )))
    }
}
