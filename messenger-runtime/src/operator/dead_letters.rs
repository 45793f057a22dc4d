//! Dead letters: listed, shown, replayed, discarded.

use std::sync::Arc;

use axum::{
    extract::{RawPathParams, RawQuery, State},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Answer, Subject,
    answer::{Refused, conversation, done, embedded, letter_id, number, object, parameters},
    time::rfc3339,
};
use crate::store::{DeadKind, DeadLetter, DeadLetters, Pseudonym, Replayed};

const LIMIT: usize = 100;
const MOST: usize = 1000;

pub(super) async fn list(State(subject): State<Arc<Subject>>, RawQuery(query): RawQuery) -> Answer {
    let which = wanted(query.as_deref())?;
    let limit = which.limit;
    let found = subject.store()?.dead_letters(which).await?;
    let next = (found.len() >= limit)
        .then(|| found.last().map(|last| last.id))
        .flatten();
    let found: Vec<Value> = found.iter().map(summary).collect();
    Ok(done(&json!({"dead_letters": found, "next": next})))
}

fn wanted(query: Option<&str>) -> Result<DeadLetters, Refused> {
    let known = ["kind", "object", "page", "person", "after", "limit"];
    let [kind, of, page, person, after, limit] = parameters(query, known)?;
    let kind = match kind {
        None => None,
        Some(name) => {
            let kind = DeadKind::ALL.into_iter().find(|kind| kind.as_str() == name);
            Some(kind.ok_or_else(|| Refused::parameter("kind is `event`, `message` or `state`"))?)
        }
    };
    let of = object(of.as_deref())?;
    let conversation = match (page, person) {
        (None, None) => None,
        (Some(page), Some(person)) => Some(conversation(of, &page, &person)?),
        _ => return Err(Refused::parameter("page and person go together")),
    };
    let count = |name: &str, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => match number(&text) {
            Some(count) => Ok(Some(count)),
            None => Err(Refused::parameter(format!("{name} is a number"))),
        },
    };
    let limit = match count("limit", limit)? {
        None => LIMIT,
        Some(limit) => usize::try_from(limit)
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| Refused::parameter(format!("limit is 1 to {MOST}")))?,
    };
    Ok(DeadLetters {
        kind,
        conversation,
        after: count("after", after)?.unwrap_or_default(),
        limit,
    })
}

pub(super) async fn show(State(subject): State<Arc<Subject>>, path: RawPathParams) -> Answer {
    let id = letter_id(&path)?;
    let letter = subject.store()?.dead_letter(id).await?;
    letter
        .map(|letter| done(&whole(&letter)))
        .ok_or_else(|| unknown(id))
}

pub(super) async fn replay(State(subject): State<Arc<Subject>>, path: RawPathParams) -> Answer {
    let id = letter_id(&path)?;
    match subject.store()?.replay(id).await? {
        Replayed::Queued => {
            tracing::info!(id, "a dead letter is replayed");
            Ok(done(&json!({"id": id, "replayed": true})))
        }
        Replayed::Unknown => Err(unknown(id)),
        Replayed::Impossible => Err(Refused::impossible(format!(
            "the dead letter {id} cannot be replayed: it is a state, or cannot be read"
        ))),
    }
}

pub(super) async fn discard(State(subject): State<Arc<Subject>>, path: RawPathParams) -> Answer {
    let id = letter_id(&path)?;
    if subject.store()?.discard(id).await? {
        tracing::info!(id, "a dead letter is discarded");
        Ok(discarded(id))
    } else {
        Err(unknown(id))
    }
}

fn discarded(id: u64) -> Response {
    done(&json!({"id": id, "discarded": true}))
}

fn unknown(id: u64) -> Refused {
    Refused::unknown(format!("there is no dead letter {id}"))
}

/// Without what people wrote.
fn summary(letter: &DeadLetter) -> Value {
    let of = &letter.conversation;
    json!({
        "id": letter.id,
        "kind": letter.kind.as_str(),
        "object": of.object.as_str(),
        "page": &*of.page,
        "person": of.person,
        "in_logs": of.person.as_ref().map(|person| Pseudonym::of(&of.page, person).to_string()),
        "key": letter.key,
        "cause": letter.cause,
        "attempts": letter.attempts,
        "since": rfc3339(letter.since),
    })
}

pub(super) fn whole(letter: &DeadLetter) -> Value {
    let mut document = summary(letter);
    document["body"] = embedded(&letter.body);
    document
}
