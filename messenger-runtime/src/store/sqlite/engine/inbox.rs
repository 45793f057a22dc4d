//! Events: taking them in, leasing them, ending their turns.

use std::sync::Arc;

use rusqlite::params;

use super::{Engine, later, load::Kept, missing, time};
use crate::{
    fail_points::sabotaged,
    store::{
        Appended, Cause, Claim, Conversation, DeadKind, EventKey, Lease, NewRow, StateChange, StoreError,
        StoredEvent, TimerChange,
        sqlite::{
            failure::Failure,
            handed::Outgoing,
            index::{Event, Id, Inbox, Outbox, State},
        },
    },
};

/// How many timers run out in one transaction.
const TIMERS: i64 = 1_000;

/// An event to keep, as the thread that writes takes it.
#[derive(Debug)]
pub(in crate::store::sqlite) struct Incoming {
    pub(in crate::store::sqlite) conversation: Arc<Conversation>,
    pub(in crate::store::sqlite) key: EventKey,
    pub(in crate::store::sqlite) event: Arc<StoredEvent>,
    pub(in crate::store::sqlite) opens: Option<i64>,
    pub(in crate::store::sqlite) echoes: Option<Arc<str>>,
}

/// A turn, its rows with the JSON in which they are kept.
#[derive(Debug)]
pub(in crate::store::sqlite) struct Ended {
    pub(in crate::store::sqlite) lease: Lease,
    pub(in crate::store::sqlite) state: Option<StateChange>,
    pub(in crate::store::sqlite) rows: Vec<(Arc<NewRow>, String)>,
    pub(in crate::store::sqlite) timers: Vec<TimerChange>,
    pub(in crate::store::sqlite) unreadable: Vec<(String, Cause)>,
    pub(in crate::store::sqlite) failed: Option<Cause>,
    pub(in crate::store::sqlite) send: bool,
}

/// What came of taking events in.
#[derive(Debug, Default)]
pub(in crate::store::sqlite) struct Taken {
    pub(in crate::store::sqlite) events: Vec<Appended>,
    pub(in crate::store::sqlite) claims: Vec<Claim>,
    pub(in crate::store::sqlite) settled: Vec<Arc<str>>,
}

impl Engine {
    pub(in crate::store::sqlite) fn append(
        &mut self,
        events: &[Incoming],
        claim: usize,
    ) -> Result<Taken, Failure> {
        let ready = self.ready(events.len());
        let mut settled = Vec::new();
        for new in events {
            if let Some(key) = &new.echoes
                && self.settle_echo(&new.conversation, key)?
            {
                settled.push(Arc::clone(key));
            }
        }
        ready?;
        self.fire_timers()?;
        let mut taken = Taken {
            // Those that waited before have their turn first.
            claims: self.claim(claim, false)?,
            settled,
            ..Taken::default()
        };
        for new in events {
            if !self.remember(&new.key)? {
                taken.events.push(Appended::Duplicate);
                if new.opens.is_some() {
                    let id = self.conversation(&new.conversation, new.opens)?;
                    self.forget_if_idle(id)?;
                }
                continue;
            }
            taken.events.push(Appended::Fresh);
            let id = self.conversation(&new.conversation, new.opens)?;
            let is_idle = self
                .index
                .slots
                .get(&id)
                .is_some_and(|slot| slot.inbox_is == Inbox::Idle);
            if is_idle && taken.claims.len() < claim {
                let claim = self.push_leased(id, new)?;
                taken.claims.push(claim);
            } else {
                self.push_event(id, &new.key, &new.event)?;
            }
        }
        // A later event of the same request may have moved the 24 hours on.
        for claim in &mut taken.claims {
            if let Some((_, slot)) = self.index.by_name(&claim.lease.conversation) {
                claim.opened = slot.opened.map(time);
            }
        }
        Ok(taken)
    }

    /// Puts an event behind those that wait.
    pub(super) fn push_event(
        &mut self,
        id: Id,
        key: &EventKey,
        event: &StoredEvent,
    ) -> Result<(), rusqlite::Error> {
        let event = Event {
            id: self.insert_event(id, key, event, None)?,
            claims: 0,
        };
        if let Some(slot) = self.index.slots.get_mut(&id)
            && !matches!(slot.inbox_is, Inbox::Leased(_))
        {
            // It is read again when it is wanted: a long queue must not hold all states.
            slot.state = State::Unread;
        }
        self.index.push_event(id, event);
        Ok(())
    }

    /// Takes in an event of an idle conversation and leases it in one.
    fn push_leased(&mut self, id: Id, new: &Incoming) -> Result<Claim, rusqlite::Error> {
        let epoch = self.next_epoch();
        let event = Event {
            id: self.insert_event(id, &new.key, &new.event, Some(epoch))?,
            claims: 1,
        };
        let state = self.state(id)?;
        let slot = self.index.slots.get_mut(&id).ok_or_else(|| missing(id))?;
        slot.inbox_is = Inbox::Leased(epoch);
        let claim = Claim {
            lease: Lease {
                conversation: Arc::clone(&slot.name),
                epoch,
            },
            key: new.key,
            event: Arc::clone(&new.event),
            claims: 1,
            state,
            opened: slot.opened.map(time),
        };
        self.index.push_event(id, event);
        Ok(claim)
    }

    fn insert_event(
        &self,
        id: Id,
        key: &EventKey,
        event: &StoredEvent,
        lease: Option<u64>,
    ) -> Result<i64, rusqlite::Error> {
        self.conn
            .prepare_cached(
                "INSERT INTO events(conversation, key, channel, field, json, claims, lease, since)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .insert(params![
                id,
                key.as_slice(),
                event.channel.as_str(),
                event.field,
                event.json,
                u32::from(lease.is_some()),
                lease.map(u64::cast_signed),
                self.now
            ])
    }

    /// The conversation's state; read where it is not in memory.
    fn state(&mut self, id: Id) -> Result<Option<Arc<[u8]>>, rusqlite::Error> {
        let slot = self.index.slots.get_mut(&id).ok_or_else(|| missing(id))?;
        if let State::Known(state) = &slot.state {
            return Ok(state.clone());
        }
        let state: Option<Vec<u8>> = self
            .conn
            .prepare_cached("SELECT state FROM conversations WHERE id = ?1")?
            .query_row([id], |row| row.get(0))?;
        let state: Option<Arc<[u8]>> = state.map(Into::into);
        slot.state = State::Known(state.clone());
        Ok(state)
    }

    /// Leases up to `limit` conversations, of suspects one at most.
    pub(in crate::store::sqlite) fn claim(
        &mut self,
        limit: usize,
        suspects: bool,
    ) -> Result<Vec<Claim>, rusqlite::Error> {
        let mut claims = Vec::new();
        let mut suspect = if suspects && limit > 0 {
            self.index.next_turn(true)
        } else {
            None
        };
        while claims.len() < limit {
            let Some(id) = suspect.take().or_else(|| self.index.next_turn(false)) else {
                break;
            };
            let epoch = self.next_epoch();
            match self.claim_first(id, epoch)? {
                Some(claim) => claims.push(claim),
                // Nothing of it could be read.
                None => self.forget_if_idle(id)?,
            }
        }
        Ok(claims)
    }

    /// Leases the conversation's oldest event under `epoch`, and counts the claim. What cannot be read becomes a
    /// dead letter, and the next takes its place.
    fn claim_first(&mut self, id: Id, epoch: u64) -> Result<Option<Claim>, rusqlite::Error> {
        let state = self.state(id)?;
        loop {
            let slot = self.index.slots.get_mut(&id).ok_or_else(|| missing(id))?;
            let Some(first) = slot.inbox.front_mut() else {
                slot.inbox_is = Inbox::Idle;
                return Ok(None);
            };
            first.claims += 1;
            slot.inbox_is = Inbox::Leased(epoch);
            let mut update = self.conn.prepare_cached(
                "UPDATE events SET claims = ?2, lease = ?3 WHERE id = ?1 RETURNING key, channel, field, json",
            )?;
            let (key, kept): (EventKey, Kept) = update
                .query_row(params![first.id, first.claims, epoch.cast_signed()], |row| {
                    Ok((row.get(0)?, Kept::of(row, 1)?))
                })?;
            drop(update);
            if let Some(event) = kept.read() {
                return Ok(Some(Claim {
                    lease: Lease {
                        conversation: Arc::clone(&slot.name),
                        epoch,
                    },
                    key,
                    event: Arc::new(event),
                    claims: first.claims,
                    state,
                    opened: slot.opened.map(time),
                }));
            }
            let (event, claims) = (first.id, first.claims);
            self.bury_unreadable(id, &key, &kept, claims)?;
            self.conn
                .prepare_cached("DELETE FROM events WHERE id = ?1")?
                .execute([event])?;
            self.index.pop_event(id);
            self.end_turn(id)?;
        }
    }

    /// Keeps an event as a dead letter that another version of this program has kept.
    fn bury_unreadable(
        &mut self,
        id: Id,
        key: &EventKey,
        kept: &Kept,
        claims: u32,
    ) -> Result<(), rusqlite::Error> {
        let conversation = self.index.slots.get(&id).map(|slot| &slot.name);
        tracing::error!(?conversation, "MSG608: a kept event cannot be read");
        let cause = Cause::new(
            "MSG608",
            "the event was kept by another version of this program and cannot be read",
        );
        self.bury(
            id,
            DeadKind::Event,
            &hex::encode(key),
            &kept.body(),
            &cause,
            claims,
        )
    }

    /// The number of a conversation whose lease holds.
    pub(super) fn held(&mut self, lease: &Lease) -> Result<Id, Failure> {
        let Some((id, slot)) = self.index.by_name(&lease.conversation) else {
            return Err(StoreError::LeaseLost.into());
        };
        let holds = slot.inbox_is == Inbox::Leased(lease.epoch)
            || (sabotaged!("sqlite.epoch") && !slot.inbox.is_empty());
        if holds {
            Ok(id)
        } else {
            Err(StoreError::LeaseLost.into())
        }
    }

    pub(in crate::store::sqlite) fn release(&mut self, lease: &Lease, tried: bool) -> Result<(), Failure> {
        let id = self.held(lease)?;
        let slot = self.index.slots.get_mut(&id).ok_or_else(|| missing(id))?;
        if let Some(first) = slot.inbox.front_mut() {
            first.claims -= u32::from(!tried);
            self.conn
                .prepare_cached("UPDATE events SET claims = ?2, lease = NULL WHERE id = ?1")?
                .execute(params![first.id, first.claims])?;
        }
        slot.state = State::Unread;
        self.index.queue(id);
        Ok(())
    }

    /// Ends a turn; gives the next event under its lease, and the first row.
    pub(in crate::store::sqlite) fn commit(
        &mut self,
        turn: &Ended,
    ) -> Result<(Option<Claim>, Option<Outgoing>), Failure> {
        let id = self.held(&turn.lease)?;
        if let Some(event) = self.index.pop_event(id) {
            if let Some(cause) = &turn.failed {
                self.bury_event(id, &event, cause)?;
            }
            self.conn
                .prepare_cached("DELETE FROM events WHERE id = ?1")?
                .execute([event.id])?;
        }
        if let Some(change) = &turn.state {
            self.change_state(id, change)?;
        }
        for (body, cause) in &turn.unreadable {
            self.bury(id, DeadKind::State, "", body, cause, 0)?;
        }
        self.end_turn(id)?;
        let next = self.claim_first(id, turn.lease.epoch)?;
        let row = self.push_rows_of(id, &turn.rows, turn.send)?;
        for change in &turn.timers {
            self.change_timer(id, change)?;
        }
        self.forget_if_idle(id)?;
        Ok((next, row))
    }

    fn push_rows_of(
        &mut self,
        id: Id,
        rows: &[(Arc<NewRow>, String)],
        send: bool,
    ) -> Result<Option<Outgoing>, rusqlite::Error> {
        if rows.is_empty() {
            return Ok(None);
        }
        let was_idle = self
            .index
            .slots
            .get(&id)
            .is_some_and(|slot| slot.outbox_is == Outbox::Idle);
        let flight = (send && was_idle).then(|| self.next_epoch());
        let (_, added) = self.insert_rows(id, rows, false, flight)?;
        if added == 0 || !was_idle {
            return Ok(None);
        }
        match flight {
            Some(epoch) => self.in_flight_since(id, epoch),
            None => {
                self.index.queue_rows(id, None);
                Ok(None)
            }
        }
    }

    fn bury_event(&mut self, id: Id, first: &Event, cause: &Cause) -> Result<(), rusqlite::Error> {
        let (key, kept) = self
            .conn
            .prepare_cached("SELECT key, channel, field, json FROM events WHERE id = ?1")?
            .query_row([first.id], |row| {
                Ok((row.get::<_, EventKey>(0)?, Kept::of(row, 1)?))
            })?;
        self.bury(
            id,
            DeadKind::Event,
            &hex::encode(key),
            &kept.body(),
            cause,
            first.claims,
        )
    }

    fn change_state(&mut self, id: Id, change: &StateChange) -> Result<(), rusqlite::Error> {
        let state = match change {
            StateChange::Clear => None,
            StateChange::Set(state) => Some(Arc::clone(state)),
        };
        self.conn
            .prepare_cached("UPDATE conversations SET state = ?2 WHERE id = ?1")?
            .execute(params![id, state.as_deref()])?;
        if let Some(slot) = self.index.slots.get_mut(&id) {
            slot.state = State::Known(state);
        }
        Ok(())
    }

    fn change_timer(&mut self, id: Id, change: &TimerChange) -> Result<(), rusqlite::Error> {
        match change {
            TimerChange::Cancel { name } => {
                self.conn
                    .prepare_cached("DELETE FROM timers WHERE conversation = ?1 AND name = ?2")?
                    .execute(params![id, name])?;
            }
            TimerChange::Set {
                name,
                after,
                key,
                event,
            } => {
                let due = later(self.now, *after);
                self.conn
                    .prepare_cached(
                        "INSERT INTO timers(conversation, name, due, key, channel, field, json)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(conversation, name) DO UPDATE
                         SET due = excluded.due, key = excluded.key, channel = excluded.channel,
                             field = excluded.field, json = excluded.json",
                    )?
                    .execute(params![
                        id,
                        name,
                        due,
                        key.as_slice(),
                        event.channel.as_str(),
                        event.field,
                        event.json
                    ])?;
                self.next_timer = Some(self.next_timer.map_or(due, |next| next.min(due)));
            }
        }
        Ok(())
    }

    /// Moves the events of timers that ran out into the queues of their conversations.
    pub(super) fn fire_timers(&mut self) -> Result<(), rusqlite::Error> {
        if self.next_timer.is_none_or(|next| next > self.now) {
            return Ok(());
        }
        let due: Vec<_> = self
            .conn
            .prepare_cached(
                "SELECT conversation, name, key, channel, field, json, object, page, person
                 FROM timers JOIN conversations ON id = conversation
                 WHERE due <= ?1 ORDER BY due LIMIT ?2",
            )?
            .query_map([self.now, TIMERS], |row| {
                Ok((
                    row.get::<_, Id>(0)?,
                    row.get::<_, Box<str>>(1)?,
                    row.get::<_, EventKey>(2)?,
                    Kept::of(row, 3)?,
                    Arc::new(super::load::name(row, 6)?),
                ))
            })?
            .collect::<Result<_, _>>()?;
        for (id, name, key, kept, conversation) in due {
            self.conn
                .prepare_cached("DELETE FROM timers WHERE conversation = ?1 AND name = ?2")?
                .execute(params![id, name])?;
            let id = self.conversation(&conversation, None)?;
            if let Some(event) = kept.read() {
                self.push_event(id, &key, &event)?;
            } else {
                self.bury_unreadable(id, &key, &kept, 0)?;
                self.forget_if_idle(id)?;
            }
        }
        self.next_timer = self
            .conn
            .prepare_cached("SELECT min(due) FROM timers")?
            .query_row([], |row| row.get(0))?;
        Ok(())
    }
}
