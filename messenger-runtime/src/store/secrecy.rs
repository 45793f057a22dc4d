//! That nothing of a person shows in the log where a type of the store is printed.

use std::{fmt::Debug, sync::Arc, time::Duration};

use super::*;
use crate::{
    event::{Channel, Object},
    message::{Action, Recipient, Reply},
};

/// Who, what they said, and what is remembered of them.
const PERSON: &str = "7001234";
const SAID: &str = "canary-said";
const STATE: &str = "canary-state";

fn row(to: Recipient, action: Action) -> NewRow {
    NewRow {
        key: "key".into(),
        to,
        action,
    }
}

#[test]
fn no_type_of_the_store_shows_a_person_or_what_they_said() {
    let whose = Conversation {
        object: Object::Page,
        page: "20001".into(),
        person: Some(PERSON.into()),
    };
    let conversation = Arc::new(whose.clone());
    let event = StoredEvent {
        channel: Channel::Messaging,
        field: None,
        json: format!(r#"{{"sender":{{"id":"{PERSON}"}},"text":"{SAID}"}}"#).into(),
    };
    let lease = Lease {
        conversation: Arc::clone(&conversation),
        epoch: 1,
    };
    let claim = Claim {
        lease: lease.clone(),
        key: [0; 16],
        event: Arc::new(event.clone()),
        claims: 1,
        state: Some(STATE.as_bytes().into()),
        opened: None,
    };
    let action = Reply::text(SAID).into_actions().remove(0);
    let recipients = [
        Recipient::from(PERSON),
        Recipient::UserRef(PERSON.into()),
        Recipient::CommentId(PERSON.into()),
        Recipient::phone_number(PERSON),
    ];
    let rows: Vec<_> = recipients.map(|to| row(to, action.clone())).into();
    let sent = Row {
        conversation: Arc::clone(&conversation),
        new: Arc::new(rows[0].clone()),
        attempts: 0,
        doubts: 0,
        opened: None,
        epoch: 1,
    };
    let cause = Cause::new("MSG631", "the session could not be read");
    let state = StateChange::Set(STATE.as_bytes().into());
    let set = TimerChange::Set {
        name: "remind".into(),
        after: Duration::ZERO,
        key: [0; 16],
        event: event.clone(),
    };
    let letter = DeadLetter {
        id: 1,
        kind: DeadKind::State,
        conversation: Arc::clone(&conversation),
        key: String::new(),
        body: STATE.into(),
        cause: cause.clone(),
        attempts: 0,
        since: std::time::SystemTime::UNIX_EPOCH,
    };
    let shown: [&dyn Debug; 17] = [
        &whose,
        &event,
        &NewEvent {
            conversation: whose.clone(),
            key: [0; 16],
            event: event.clone(),
            opens: None,
            echoes: None,
        },
        &lease,
        &claim,
        &Accepted {
            claims: vec![claim.clone()],
            ..Accepted::default()
        },
        &Committed {
            next: Some(claim.clone()),
            row: Some(sent.clone()),
        },
        &state,
        &set,
        &Turn {
            lease: lease.clone(),
            state: Some(state.clone()),
            rows: rows.clone(),
            timers: vec![set.clone()],
            unreadable: vec![(STATE.to_owned(), cause.clone())],
            failed: Some(cause),
            send: true,
        },
        &rows,
        &sent,
        &Enqueue {
            conversation: Arc::clone(&conversation),
            rows: rows.clone(),
            turn: Some(lease.clone()),
            once: None,
        },
        &Settled {
            next: Some(sent.clone()),
            echoed: false,
        },
        &Lost {
            turns: vec![lease.clone()],
            rows: vec!["key".into()],
        },
        &Dossier {
            conversation: whose.clone(),
            opened: None,
            state: Some(STATE.into()),
            events: vec![SAID.into()],
            rows: vec![SAID.into()],
            timers: vec![("remind".into(), SAID.into())],
            dead_letters: vec![letter.clone()],
        },
        &(
            letter,
            DeadLetters {
                conversation: Some(whose.clone()),
                ..DeadLetters::default()
            },
        ),
    ];
    // Bytes are printed as numbers.
    let in_numbers = format!("{:?}", STATE.as_bytes());
    let in_numbers = in_numbers.trim_matches(['[', ']']);
    for value in shown {
        let text = format!("{value:?}");
        for canary in [PERSON, SAID, STATE, in_numbers] {
            assert!(!text.contains(canary), "{canary} in {text}");
        }
    }
    assert!(
        format!("{:?}", Recipient::from(PERSON)).contains(PERSON),
        "a canary that would show"
    );
}
