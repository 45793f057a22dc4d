//! What the tests write to a store, and what must be found of it afterwards.
//!
//! Each event has a conversation of its own, named by the event's number: a turn of it sets a state and a timer, as that of
//! a flow which expires does, and queues a row, and the row is settled. An acknowledgement is noted after each of the
//! three returned.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use messenger_runtime::{
    event::{Channel, Object},
    message::{Action, Message, Recipient},
    store::{
        Appended, Claim, Conversation, EventKey, NewEvent, NewRow, Row, Settlement, StateChange, Store,
        StoreError, StoredEvent, TimerChange, Turn,
    },
};

use crate::acknowledge;

/// How long a timer waits: longer than any test.
const TIMER: Duration = Duration::from_secs(86_400);

/// How far an event is known to have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// It is kept.
    Appended,
    /// Its turn is committed.
    Committed,
    /// Its message is sent.
    Settled,
}

impl Stage {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Appended, "appended"),
        (Self::Committed, "committed"),
        (Self::Settled, "settled"),
    ];

    /// Reads an acknowledgement: how far which event has come.
    #[must_use]
    pub fn read(acknowledgement: &str) -> Option<(Self, u64)> {
        let (stage, number) = acknowledgement.split_once('-')?;
        let (stage, _) = Self::ALL.iter().find(|(_, name)| *name == stage)?;
        Some((*stage, number.parse().ok()?))
    }

    fn note(self, dir: &Path, number: u64) {
        let (_, name) = Self::ALL[self as usize];
        acknowledge(dir, &format!("{name}-{number}"));
    }
}

/// The conversation of an event.
#[must_use]
pub fn conversation(number: u64) -> Conversation {
    Conversation {
        object: Object::Page,
        page: "1".into(),
        person: Some(number.to_string().into()),
    }
}

/// An event with a conversation of its own.
#[must_use]
pub fn event(number: u64) -> NewEvent {
    NewEvent {
        conversation: conversation(number),
        key: key(number, 0),
        event: StoredEvent {
            channel: Channel::Messaging,
            field: None,
            json: format!("{{\"message\":{{\"text\":\"{number} {}\"}}}}", "x".repeat(300)).into(),
        },
        opens: None,
        echoes: None,
    }
}

fn key(number: u64, last: u8) -> EventKey {
    let mut key = [last; 16];
    key[..8].copy_from_slice(&number.to_be_bytes());
    key
}

fn state(number: u64) -> Arc<[u8]> {
    format!("{{\"number\":{number}}}").into_bytes().into()
}

fn timer(number: u64) -> TimerChange {
    TimerChange::Set {
        name: timer_name(number).into(),
        after: TIMER,
        key: key(number, 1),
        event: event(number).event,
    }
}

fn timer_name(number: u64) -> String {
    format!("timer-{number}")
}

fn row_key(number: u64) -> String {
    format!("row-{number}")
}

/// Writes events numbered by `next` until `end`, noting in the record below `dir` what was acknowledged.
///
/// # Errors
///
/// The first error of the store.
pub async fn write(store: &dyn Store, dir: &Path, next: &AtomicU64, end: u64) -> Result<(), StoreError> {
    loop {
        let first = next.fetch_add(2, Ordering::Relaxed);
        if first >= end {
            return Ok(());
        }
        let numbers = [first, first + 1];
        let accepted = store.append(numbers.map(event).to_vec(), 2).await?;
        for number in numbers {
            Stage::Appended.note(dir, number);
        }
        // Events of others may be among them.
        for claim in accepted.claims {
            turn(store, dir, claim).await?;
        }
    }
}

async fn turn(store: &dyn Store, dir: &Path, claim: Claim) -> Result<(), StoreError> {
    let number = number_of(&claim.lease.conversation);
    let row = NewRow {
        key: row_key(number).into(),
        to: Recipient::Id(number.to_string()),
        action: Action::from(Message::text("hello")),
    };
    let turn = Turn {
        lease: claim.lease,
        state: Some(StateChange::Set(state(number))),
        rows: vec![row],
        timers: vec![timer(number)],
        unreadable: Vec::new(),
        failed: None,
        // Some rows stay: they must be found again.
        send: !number.is_multiple_of(3),
    };
    let committed = store.commit(turn).await?;
    Stage::Committed.note(dir, number);
    if let Some(row) = committed.row {
        settle(store, dir, row, number).await?;
    }
    Ok(())
}

async fn settle(store: &dyn Store, dir: &Path, row: Row, number: u64) -> Result<(), StoreError> {
    store.settle(row, Settlement::Done).await?;
    Stage::Settled.note(dir, number);
    Ok(())
}

fn number_of(conversation: &Conversation) -> u64 {
    let person = conversation.person.as_deref().expect("every event has a person");
    person.parse().expect("persons are numbers")
}

/// What is wrong with what the store has of the event, which is known to have come to `stage`: nothing may be
/// lost, and nothing may be half done.
///
/// # Errors
///
/// The store's.
pub async fn fault(store: &dyn Store, number: u64, stage: Stage) -> Result<Option<String>, StoreError> {
    let dossier = store.dossier(&conversation(number)).await?;
    let (event, state, timer, row) = dossier.map_or((false, None, false, false), |dossier| {
        let name = timer_name(number);
        (
            !dossier.events.is_empty(),
            dossier.state,
            dossier.timers.iter().any(|(timer, _)| **timer == *name),
            dossier
                .rows
                .iter()
                .any(|row| row.contains(&format!("\"{}\"", row_key(number)))),
        )
    });
    let committed = state.is_some();
    let expected = format!("{{\"number\":{number}}}");
    let fault = match stage {
        _ if state.is_some_and(|state| *state != *expected) => Some("another state"),
        _ if event == committed => Some("the event and the state of its turn together, or neither"),
        _ if timer != committed => Some("the timer without the state of its turn, or the other way round"),
        _ if row && !committed => Some("a row of a turn that is not committed"),
        Stage::Appended => None,
        _ if !committed => Some("no turn, though it was committed"),
        Stage::Committed if number.is_multiple_of(3) && !row => Some("no row, though nobody sent it"),
        Stage::Settled if row => Some("a row that was settled"),
        Stage::Committed | Stage::Settled => None,
    };
    Ok(fault.map(|fault| format!("event {number}, {stage:?}: {fault}")))
}

/// Those of the events that the store does not know, though they were acknowledged.
///
/// # Errors
///
/// The store's.
pub async fn unknown(store: &dyn Store, numbers: &[u64]) -> Result<Vec<u64>, StoreError> {
    let mut lost = Vec::new();
    for some in numbers.chunks(500) {
        let events = some.iter().map(|number| event(*number)).collect();
        let accepted = store.append(events, 0).await?;
        let fresh = accepted.events.iter().zip(some);
        lost.extend(
            fresh
                .filter(|(what, _)| **what == Appended::Fresh)
                .map(|(_, number)| *number),
        );
    }
    Ok(lost)
}
