//! Things to put into stores.

use std::{sync::Arc, time::Duration};

use crate::{
    event::{Channel, Object},
    message::{Action, Message, Recipient},
    store::{
        Cause, Claim, Conversation, DeadLetters, Enqueue, EventKey, Lease, NewEvent, NewRow, StoredEvent,
        TimerChange, Turn,
    },
};

/// As stores keep it.
pub(in super::super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("strings, numbers and lists always serialise")
}

pub(in super::super) fn person(name: &str) -> Conversation {
    Conversation {
        object: Object::Page,
        page: "1".into(),
        person: Some(name.into()),
    }
}

pub(in super::super) fn key(number: u8) -> EventKey {
    [number; 16]
}

pub(in super::super) fn stored(number: u8) -> StoredEvent {
    StoredEvent {
        channel: Channel::Messaging,
        field: None,
        json: format!("{{\"number\":{number}}}").into(),
    }
}

pub(in super::super) fn event(name: &str, number: u8) -> NewEvent {
    NewEvent {
        conversation: person(name),
        key: key(number),
        event: stored(number),
        opens: None,
        echoes: None,
    }
}

/// The echo of a row.
pub(in super::super) fn echo(name: &str, number: u8, of: &str) -> NewEvent {
    NewEvent {
        echoes: Some(of.into()),
        ..event(name, number)
    }
}

pub(in super::super) fn row(key: &str) -> NewRow {
    NewRow {
        key: key.into(),
        to: Recipient::Id("2".into()),
        action: Action::from(Message::text(key)),
    }
}

/// A turn that changes nothing.
pub(in super::super) fn turn(claim: &Claim) -> Turn {
    Turn {
        lease: claim.lease.clone(),
        state: None,
        rows: Vec::new(),
        timers: Vec::new(),
        unreadable: Vec::new(),
        failed: None,
        send: false,
    }
}

/// A turn that sends.
pub(in super::super) fn sending(claim: &Claim, keys: &[&str]) -> Turn {
    Turn {
        rows: keys.iter().map(|key| row(key)).collect(),
        ..turn(claim)
    }
}

/// A turn that fails.
pub(in super::super) fn failing(claim: &Claim) -> Turn {
    Turn {
        failed: Some(cause()),
        ..turn(claim)
    }
}

pub(in super::super) fn cause() -> Cause {
    Cause::new("MSG606", "as the test says")
}

/// Rows without a turn.
pub(in super::super) fn loose(name: &str, keys: &[&str]) -> Enqueue {
    Enqueue {
        conversation: Arc::new(person(name)),
        rows: keys.iter().map(|key| row(key)).collect(),
        turn: None,
        once: None,
    }
}

/// Rows of a turn that still runs.
pub(in super::super) fn of_turn(lease: &Lease, keys: &[&str]) -> Enqueue {
    Enqueue {
        conversation: Arc::clone(&lease.conversation),
        rows: keys.iter().map(|key| row(key)).collect(),
        turn: Some(lease.clone()),
        once: None,
    }
}

pub(in super::super) fn timer(name: &str, after: Duration, number: u8) -> TimerChange {
    let event = StoredEvent {
        channel: Channel::Timer,
        field: Some(name.into()),
        ..stored(number)
    };
    TimerChange::Set {
        name: name.into(),
        after,
        key: key(number),
        event,
    }
}

pub(in super::super) fn all_letters() -> DeadLetters {
    DeadLetters {
        limit: 1_000,
        ..DeadLetters::default()
    }
}
