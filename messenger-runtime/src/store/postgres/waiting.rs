//! Claims that wait until there is something to claim.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, oneshot},
    time::{Instant, sleep},
};

use super::{PostgresStore, claims, handed::Handed, sends};
use crate::store::{Claim, Row, StoreError};

/// The longest wait between two looks at the tables.
const POLL: Duration = Duration::from_millis(500);
/// The shortest, right after something went on.
const SOON: Duration = Duration::from_millis(20);
/// Timers are looked at this often, however busy the node.
const TIMERS: Duration = Duration::from_millis(100);

impl PostgresStore {
    /// Whether it is time to look at the timers.
    fn fires(&self) -> bool {
        let mut fired = self.fired.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = fired.is_none_or(|last| last.elapsed() >= TIMERS);
        if is_time {
            *fired = Some(Instant::now());
        }
        is_time
    }

    pub(super) async fn claim_when_due(
        &self,
        limit: usize,
        suspects: bool,
    ) -> Result<Vec<Claim>, StoreError> {
        let mut pause = SOON;
        loop {
            if self.fires() {
                claims::fire(&self.database).await?;
            }
            let claims = self.claim_now(limit, suspects).await?;
            if !claims.is_empty() {
                return Ok(claims);
            }
            let (event, timer) = claims::next_claim(&self.database, suspects).await?;
            // Where it moved none, another node has them.
            if timer.is_some_and(|due| due <= 0.0) && claims::fire(&self.database).await? {
                continue;
            }
            let due = [event, timer].into_iter().flatten().reduce(f64::min);
            wait(&self.database.events, due, &mut pause).await;
        }
    }

    /// What is claimable now. Whoever stops waiting for it does not keep it.
    async fn claim_now(&self, limit: usize, suspects: bool) -> Result<Vec<Claim>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let database = Arc::clone(&self.database);
        tokio::spawn(async move {
            let claims = claims::claim_now(&database, limit, suspects).await;
            let claims = claims.map(|claims| {
                Handed::new(claims, |claims| async move {
                    for claim in claims {
                        claims::give_back(&database, &claim.lease).await;
                    }
                })
            });
            drop(answer.send(claims));
        });
        Ok(answered.await.map_err(|_| gone())??.take())
    }

    pub(super) async fn claim_outbox_when_due(&self, limit: usize) -> Result<Vec<Row>, StoreError> {
        let mut pause = SOON;
        loop {
            let rows = self.claim_outbox_now(limit).await?;
            if !rows.is_empty() {
                return Ok(rows);
            }
            // Whoever looks for rows finds those that were left behind.
            sends::doubt(&self.database).await?;
            let due = sends::next_row(&self.database).await?;
            wait(&self.database.rows, due, &mut pause).await;
        }
    }

    async fn claim_outbox_now(&self, limit: usize) -> Result<Vec<Row>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let database = Arc::clone(&self.database);
        tokio::spawn(async move {
            let rows = sends::claim_now(&database, limit).await;
            let rows = rows.map(|rows| {
                Handed::new(rows, |rows| async move {
                    for row in rows {
                        sends::give_back(&database, row).await;
                    }
                })
            });
            drop(answer.send(rows));
        });
        Ok(answered.await.map_err(|_| gone())??.take())
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable("the task that talks to the server has ended".to_owned())
}

/// Waits until woken, until `due` (in seconds) or for the pause, which grows.
async fn wait(ready: &Notify, due: Option<f64>, pause: &mut Duration) {
    let due = due.map(|due| Duration::try_from_secs_f64(due).unwrap_or_default());
    let longest = match due {
        // Another node has it, or it came just now.
        Some(Duration::ZERO) => SOON,
        Some(due) => due.clamp(Duration::from_millis(2), *pause),
        None => *pause,
    };
    tokio::select! {
        () = sleep(longest) => *pause = (*pause * 2).min(POLL),
        () = ready.notified() => *pause = SOON,
    }
}
