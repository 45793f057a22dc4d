//! The summary.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use crate::{
    args::{Arguments, Engine},
    cycles::Blows,
    fail_points::FailPoints,
    ledger::{Counts, Ledger},
};

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) arguments: Arguments,
    pub(crate) seed: u64,
    pub(crate) took: Duration,
    pub(crate) cycles: u32,
    pub(crate) blows: Blows,
    pub(crate) points: FailPoints,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) logs: PathBuf,
}

impl Report {
    /// Whether there was no violation; with a control, whether there was one of its kind.
    pub(crate) fn is_as_expected(&self) -> bool {
        self.ledger.violation().is_some() == self.arguments.control.is_some()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let store = match self.arguments.store {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        if let Some(control) = self.arguments.control {
            let name = format!("{control:?}");
            return match self.ledger.violation() {
                Some(violation) => write!(
                    f,
                    "control {name} on {store}: violation found as expected, in cycle {}: {}",
                    self.cycles,
                    violation.told()
                ),
                None => {
                    write!(
                        f,
                        "control {name} on {store}: NOT NOTICED in {} cycles, seed {}",
                        self.cycles, self.seed
                    )?;
                    match self.ledger.others() {
                        Some((first, count)) => {
                            write!(f, "; {count} violations of other kinds, {first} first")
                        }
                        None => Ok(()),
                    }
                }
            };
        }
        let counts = &self.ledger.counts;
        let of = Counts::of;
        let flows = self.ledger.flows();
        let Blows {
            killed,
            at_fail_points,
            terminated,
            paused,
            database,
        } = self.blows;
        for (what, figure) in [
            ("ended by kill -9", u64::from(killed)),
            ("ended at a fail point", u64::from(at_fail_points)),
            ("asked to end, killed if slow", u64::from(terminated)),
            ("paused past its lease", u64::from(paused)),
            ("database killed", u64::from(database)),
            ("leases lost, or not renewed in time", of(&counts.lost_leases)),
            ("events acknowledged", of(&counts.events)),
            ("of them with others in one body", of(&counts.mixed)),
            ("of them comments on the page", of(&counts.comments)),
            ("sent from outside a turn", of(&counts.outside)),
            ("bodies posted again without a 200", of(&counts.reposted)),
            ("bodies posted again after a 200", of(&counts.doubled)),
            ("messages got by the platform", of(&counts.sends)),
            ("refused for good", of(&counts.refused)),
            ("of them replayed at work", of(&counts.replayed)),
            ("taken, their request cut", of(&counts.cut)),
            ("echoes lost", of(&counts.echoes_lost)),
            ("echoes late", of(&counts.echoes_late)),
            ("copies, refused before", of(&counts.copies_refused)),
            ("copies, echo lost", of(&counts.copies_lost)),
            ("copies, echo late", of(&counts.copies_late)),
            ("copies, echo held up", of(&counts.copies_held_up)),
            ("dead events, all on purpose", self.ledger.failures()),
            ("dead messages, all refused", self.ledger.refusals()),
        ]
        .into_iter()
        .chain(flows.named())
        {
            writeln!(f, "  {what:<36} {figure:>9}")?;
        }
        for (point, tries) in self.points.tries() {
            write!(f, "  at {point:<33} {:>9} of {} tries", tries.hit, tries.armed)?;
            writeln!(
                f,
                "{}",
                self.points
                    .reason(point)
                    .map(|why| format!(" ({why})"))
                    .unwrap_or_default()
            )?;
        }
        if let Some(violation) = self.ledger.violation() {
            writeln!(
                f,
                "\nVIOLATION (seed {}, logs in {}): {violation}",
                self.seed,
                self.logs.display()
            )?;
        }
        write!(
            f,
            "crash {store}: {} cycles on {} node{}, {} events, {} flows, {} violation{}, {} copies, {} s, seed {}",
            self.cycles,
            self.arguments.nodes,
            if self.arguments.nodes == 1 { "" } else { "s" },
            of(&counts.events),
            flows.ended,
            if self.ledger.violation().is_some() {
                "at least 1"
            } else {
                "0"
            },
            if self.ledger.violation().is_some() {
                ""
            } else {
                "s"
            },
            [
                &counts.copies_refused,
                &counts.copies_lost,
                &counts.copies_late,
                &counts.copies_held_up,
            ]
            .into_iter()
            .map(of)
            .sum::<u64>(),
            self.took.as_secs(),
            self.seed
        )
    }
}
