//! The commits of turns.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{
    batch::Call,
    claims::{self, Claimed},
    database::{Connection, Database, Param, Shared, change, seconds},
    fault::Fault,
    name, sends,
};
use crate::{
    fail_points::crash_point,
    store::{Cause, Committed, Lease, Row, StateChange, TimerChange, Turn},
};

/// The JSON in which something is kept.
pub(super) fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("strings, numbers and lists always serialise")
}

/// When a conversation was opened, in nanoseconds since 1970.
pub(super) fn opened_in(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos().try_into().unwrap_or(i64::MAX),
        Err(_) => 0,
    }
}

pub(super) fn opened_at(nanos: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(nanos.max(0).cast_unsigned())
}

pub(super) fn epoch_in(epoch: u64) -> i64 {
    epoch.cast_signed()
}

/// A turn to commit.
pub(super) struct Commit {
    turn: Turn,
    name: Vec<u8>,
    rows: Vec<Vec<u8>>,
}

impl Commit {
    pub(super) fn new(mut turn: Turn) -> Self {
        let mut seen = HashSet::new();
        turn.rows.retain(|row| seen.insert(Arc::clone(&row.key)));
        Self {
            name: name::encode(&turn.lease.conversation),
            rows: turn.rows.iter().map(json).collect(),
            turn,
        }
    }

    /// Whether one statement does all of it.
    fn is_plain(&self) -> bool {
        self.turn.failed.is_none() && self.turn.unreadable.is_empty() && self.turn.timers.is_empty()
    }
}

impl Call for Commit {
    /// `None` where the lease is lost.
    type Answer = Option<Committed>;
    type Made = Option<Ended>;

    fn weight(&self) -> usize {
        1 + self.rows.len()
    }

    fn alone(&self) -> Option<&[u8]> {
        Some(&self.name)
    }

    async fn make(
        calls: &[Self],
        database: &Database,
        connection: &Connection<'_>,
    ) -> Result<Vec<Self::Made>, Fault> {
        let names: Vec<&[u8]> = calls.iter().map(|call| &*call.name).collect();
        let epochs: Vec<i64> = calls.iter().map(|call| epoch_in(call.turn.lease.epoch)).collect();
        let (mut changes, mut states) = (Vec::new(), Vec::new());
        for call in calls {
            let (change, state) = match &call.turn.state {
                None => (0_i64, None),
                Some(StateChange::Clear) => (1, None),
                Some(StateChange::Set(state)) => (2, Some(&**state)),
            };
            changes.push(change);
            states.push(state);
        }
        let sends: Vec<bool> = calls.iter().map(|call| call.turn.send).collect();
        let (mut row_names, mut row_keys, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        for call in calls {
            for (row, body) in call.turn.rows.iter().zip(&call.rows) {
                row_names.push(&*call.name);
                row_keys.push(row.key.as_bytes());
                bodies.push(body.as_slice());
            }
        }
        let lease = database.lease_secs();
        let params: [Param<'_>; 10] = [
            &names,
            &epochs,
            &changes,
            &states,
            &sends,
            &row_names,
            &row_keys,
            &bodies,
            &database.holder,
            &lease,
        ];
        let sql = connection.sql;
        crash_point!("postgres.commit");
        let mut timed = false;
        let ended = if calls.iter().all(Self::is_plain) {
            connection.locked(&names, &sql.commit, &params).await?
        } else {
            connection.begin_locked(&names).await?;
            bury(calls, connection).await?;
            timed = set_timers(calls, connection).await?;
            crash_point!("postgres.commit.prepared");
            let ended = connection.query(&sql.commit, &params).await?;
            crash_point!("postgres.commit.done");
            connection.commit().await?;
            ended
        };
        crash_point!("postgres.committed");
        database.count(-i64::try_from(ended.len()).unwrap_or(0));
        let by_name: HashMap<&[u8], &Commit> = calls.iter().map(|call| (&*call.name, call)).collect();
        let mut committed = HashMap::new();
        let mut rows_wait = false;
        for row in &ended {
            let name: &[u8] = row.get(0);
            let call = by_name
                .get(name)
                .ok_or_else(|| Fault::damaged("a turn that nobody ended"))?;
            let opened = row.get::<_, Option<i64>>(3).map(opened_at);
            let next = if row.get::<_, i64>(1) > 0 {
                let (Some(key), Some(body)) = (row.get(4), row.get(5)) else {
                    return Err(Fault::damaged("an event is counted that is not there"));
                };
                Some(Claimed::read(
                    call.turn.lease.clone(),
                    key,
                    body,
                    1,
                    row.get(2),
                    opened,
                ))
            } else {
                None
            };
            let first = row.get::<_, Option<i64>>(6);
            rows_wait |= row.get::<_, bool>(7) && first.is_none();
            database.count_rows(row.get(8));
            let leased = first.zip(call.turn.rows.first()).map(|(epoch, new)| Row {
                conversation: Arc::clone(&call.turn.lease.conversation),
                new: Arc::new(new.clone()),
                attempts: 0,
                doubts: 0,
                opened,
                epoch: epoch.cast_unsigned(),
            });
            committed.insert(name, Ended { next, row: leased });
        }
        if rows_wait {
            database.rows_wait();
        }
        if timed {
            database.events_wait();
        }
        Ok(calls.iter().map(|call| committed.remove(&*call.name)).collect())
    }

    async fn finish(ended: Self::Made, database: &Database) -> Self::Answer {
        let ended = ended?;
        let next = match ended.next {
            Some(next) => next.readable(database).await,
            None => None,
        };
        Some(Committed { next, row: ended.row })
    }

    async fn forsaken(answer: Self::Answer, database: &Database) {
        let Some(committed) = answer else { return };
        if let Some(next) = committed.next {
            claims::give_back(database, &next.lease).await;
        }
        if let Some(row) = committed.row {
            sends::give_back(database, row).await;
        }
    }

    fn unanswered(calls: &[Self], database: &Shared) {
        let mut first = sends::First::default();
        for call in calls.iter().filter(|call| call.turn.send) {
            if let Some(row) = call.turn.rows.first() {
                first.add(call.name.clone(), &row.key, epoch_in(call.turn.lease.epoch));
            }
        }
        first.free(database);
    }
}

/// A turn that was committed.
pub(super) struct Ended {
    next: Option<Claimed>,
    row: Option<Row>,
}

/// Makes the event of a lease a dead letter that cannot be read; the one behind it.
pub(super) async fn bury_unreadable(database: &Database, lease: Lease) -> Option<Claimed> {
    tracing::error!(conversation = ?lease.conversation, "MSG608: a kept event cannot be read");
    let call = [Commit::new(Turn {
        lease,
        state: None,
        rows: Vec::new(),
        timers: Vec::new(),
        unreadable: Vec::new(),
        failed: Some(Cause::new(
            "MSG608",
            "the event was kept by another version of this program and cannot be read",
        )),
        send: false,
    })];
    let ended = change!(
        database,
        connection,
        Commit::make(&call, database, connection).await
    );
    match ended {
        Ok(mut ended) => ended.pop().flatten().and_then(|ended| ended.next),
        Err(error) => {
            tracing::debug!(%error, "it stays leased until its time is over");
            None
        }
    }
}

/// Keeps what the turns could not handle or read.
async fn bury(calls: &[Commit], connection: &Connection<'_>) -> Result<(), Fault> {
    let (mut names, mut epochs, mut codes, mut texts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for call in calls {
        if let Some(cause) = &call.turn.failed {
            names.push(&*call.name);
            epochs.push(epoch_in(call.turn.lease.epoch));
            codes.push(plain(&cause.code));
            texts.push(plain(&cause.text));
        }
    }
    if !names.is_empty() {
        connection
            .execute(&connection.sql.bury_events, &[&names, &epochs, &codes, &texts])
            .await?;
    }
    let (mut names, mut epochs, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    let (mut codes, mut texts) = (Vec::new(), Vec::new());
    for call in calls {
        for (body, cause) in &call.turn.unreadable {
            names.push(&*call.name);
            epochs.push(epoch_in(call.turn.lease.epoch));
            bodies.push(body.as_bytes());
            codes.push(plain(&cause.code));
            texts.push(plain(&cause.text));
        }
    }
    if !names.is_empty() {
        connection
            .execute(
                &connection.sql.bury_states,
                &[&names, &epochs, &bodies, &codes, &texts],
            )
            .await?;
    }
    Ok(())
}

/// The text without the one character that PostgreSQL's `text` cannot hold.
pub(super) fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Changes the timers of the turns; whether one was set.
async fn set_timers(calls: &[Commit], connection: &Connection<'_>) -> Result<bool, Fault> {
    let (mut gone_names, mut gone_epochs, mut gone_timers) = (Vec::new(), Vec::new(), Vec::new());
    let (mut names, mut epochs, mut timers) = (Vec::new(), Vec::new(), Vec::new());
    let (mut waits, mut keys, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    for call in calls {
        let epoch = epoch_in(call.turn.lease.epoch);
        let mut changed = HashSet::new();
        // The last change of a name counts.
        for change in call.turn.timers.iter().rev() {
            match change {
                TimerChange::Set {
                    name,
                    after,
                    key,
                    event,
                } if changed.insert(name) => {
                    names.push(&*call.name);
                    epochs.push(epoch);
                    timers.push(name.as_bytes());
                    waits.push(seconds(*after));
                    keys.push(key.as_slice());
                    bodies.push(json(event));
                }
                TimerChange::Cancel { name } if changed.insert(name) => {
                    gone_names.push(&*call.name);
                    gone_epochs.push(epoch);
                    gone_timers.push(name.as_bytes());
                }
                TimerChange::Set { .. } | TimerChange::Cancel { .. } => {}
            }
        }
    }
    if !gone_names.is_empty() {
        connection
            .execute(
                &connection.sql.cancel_timers,
                &[&gone_names, &gone_epochs, &gone_timers],
            )
            .await?;
    }
    if !names.is_empty() {
        connection
            .execute(
                &connection.sql.set_timers,
                &[&names, &epochs, &timers, &waits, &keys, &bodies],
            )
            .await?;
    }
    Ok(!names.is_empty())
}
