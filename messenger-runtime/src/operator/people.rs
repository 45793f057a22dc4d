//! Privacy: what is kept about a person, and its end.

use std::{sync::Arc, time::SystemTime};

use axum::extract::{RawPathParams, RawQuery, State};
use serde_json::{Map, Value, json};

use super::{
    Answer, Subject,
    answer::{Refused, conversation, done, embedded, object, parameters, part},
    dead_letters::whole,
    time::rfc3339,
};
use crate::store::{Conversation, Dossier, Pseudonym};

pub(super) async fn export(
    State(subject): State<Arc<Subject>>,
    path: RawPathParams,
    RawQuery(query): RawQuery,
) -> Answer {
    let of = asked(&path, query.as_deref())?;
    let dossier = subject.store()?.dossier(&of).await?;
    dossier
        .map(|dossier| done(&document(&dossier)))
        .ok_or_else(nothing)
}

pub(super) async fn erase(
    State(subject): State<Arc<Subject>>,
    path: RawPathParams,
    RawQuery(query): RawQuery,
) -> Answer {
    let of = asked(&path, query.as_deref())?;
    if subject.erase(&of).await? {
        tracing::info!(conversation = ?of, "a person was erased");
        Ok(done(&json!({"erased": true})))
    } else {
        Err(nothing())
    }
}

fn asked(path: &RawPathParams, query: Option<&str>) -> Result<Conversation, Refused> {
    let [of] = parameters(query, ["object"])?;
    conversation(object(of.as_deref())?, part(path, "page"), part(path, "person"))
}

fn nothing() -> Refused {
    Refused::unknown("nothing is kept about this person")
}

/// What each part is, for whoever gets the document.
const PARTS: [(&str, &str); 6] = [
    (
        "opened",
        "When the person last wrote or tapped something, which allows answers for 24 hours.",
    ),
    ("state", "What the bot remembers of the conversation."),
    (
        "events",
        "What came from the person, or about the conversation, and is not handled yet, as the platform sent it.",
    ),
    ("messages", "What is still to be sent to the person."),
    ("timers", "What is to happen in the conversation later, by name."),
    (
        "dead_letters",
        "What could not be handled, sent or read, and why; kept until an operator replays or discards it, or the store has kept it long enough.",
    ),
];

fn document(dossier: &Dossier) -> Value {
    let Dossier {
        conversation: of,
        opened,
        state,
        events,
        rows,
        timers,
        dead_letters,
    } = dossier;
    let all = |texts: &[Box<str>]| texts.iter().map(|text| embedded(text)).collect::<Vec<_>>();
    let timers: Vec<_> = timers
        .iter()
        .map(|(name, event)| json!({"name": name, "event": embedded(event)}))
        .collect();
    let data: [Value; PARTS.len()] = [
        opened.map(rfc3339).into(),
        state.as_deref().map(embedded).into(),
        all(events).into(),
        all(rows).into(),
        timers.into(),
        dead_letters.iter().map(whole).collect(),
    ];
    let parts: Map<String, Value> = PARTS
        .iter()
        .zip(data)
        .map(|((name, what), data)| ((*name).to_owned(), json!({"what": what, "data": data})))
        .collect();
    json!({
        "exported": rfc3339(SystemTime::now()),
        "object": of.object.as_str(),
        "page": &*of.page,
        "person": of.person,
        "in_logs": of.person.as_ref().map(|person| Pseudonym::of(&of.page, person).to_string()),
        "parts": parts,
    })
}
