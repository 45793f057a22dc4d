//! What a conversation remembers from one turn to the next.
//!
//! The store keeps it as one JSON object, in which each part stands for itself: one that cannot be read is
//! kept aside and takes no other with it, and one that this build does not know is handed on as it is.

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{json, value::RawValue};

use crate::{
    flow::Kept,
    message::{Action, Message, QuickReply},
    routing::{
        Offered, Unreadable,
        session::{Json, Place, StoredSessions, Workspace},
    },
    store::{Cause, StateChange},
};

/// The state that the store keeps for a conversation, beside its queues.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Memory {
    /// The quick replies of the last message, so that a typed title counts as a tap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) offered: Vec<Offered>,
    /// Until when the bot leaves the person to somebody else, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_until: Option<u64>,
    /// The flow that waits for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) flow: Option<Kept>,
    /// The language that the person has chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Arc<str>>,
    /// Typed state of the handlers.
    #[serde(skip_serializing_if = "has_none")]
    sessions: Arc<StoredSessions>,
    /// What another build keeps here.
    #[serde(flatten)]
    others: BTreeMap<String, Json>,
}

fn has_none(sessions: &Arc<StoredSessions>) -> bool {
    sessions.is_empty()
}

/// A part of the state that could not be read, or all of it.
#[derive(Debug)]
pub(crate) struct Damage {
    /// Its name, where it is a part.
    pub(super) part: Option<&'static str>,
    /// What was stored, as JSON.
    pub(super) body: String,
    error: serde_json::Error,
}

impl Memory {
    /// What a store kept, and what of it could not be read.
    pub(crate) fn decode(state: Option<&[u8]>) -> (Self, Vec<Damage>) {
        let Some(bytes) = state else {
            return (Self::default(), Vec::new());
        };
        let mut damage = Vec::new();
        let mut parts = match serde_json::from_slice::<BTreeMap<String, &RawValue>>(bytes) {
            Ok(parts) => parts,
            Err(error) => {
                let body = whole(bytes);
                damage.push(Damage {
                    part: None,
                    body,
                    error,
                });
                BTreeMap::new()
            }
        };
        let memory = Self {
            offered: read(&mut parts, "offered", &mut damage),
            paused_until: read(&mut parts, "paused_until", &mut damage),
            flow: read(&mut parts, "flow", &mut damage),
            language: read(&mut parts, "language", &mut damage),
            sessions: Arc::new(read(&mut parts, "sessions", &mut damage)),
            others: parts
                .into_iter()
                .map(|(name, part)| (name, part.to_owned().into()))
                .collect(),
        };
        (memory, damage)
    }

    /// What to keep, or `None` where it is what the store has already; that is `replaced` in any case where
    /// not all of it could be read.
    pub(crate) fn change_from(&self, before: &Self, replaced: bool) -> Option<StateChange> {
        if self == before && !replaced {
            None
        } else if *self == Self::default() {
            Some(StateChange::Clear)
        } else {
            let bytes = serde_json::to_vec(self).expect("strings, numbers and JSON always serialise");
            Some(StateChange::Set(Arc::from(bytes)))
        }
    }

    pub(crate) fn sessions(&self) -> &Arc<StoredSessions> {
        &self.sessions
    }

    /// Takes over what a turn changed of the sessions.
    pub(crate) fn keep(&mut self, changes: BTreeMap<&'static str, Option<Json>>) {
        if changes.is_empty() {
            return;
        }
        let sessions = Arc::make_mut(&mut self.sessions);
        for (name, change) in changes {
            match change {
                Some(json) => drop(sessions.insert(name.to_owned(), json)),
                None => drop(sessions.remove(name)),
            }
        }
    }

    pub(crate) fn is_paused(&self, now: SystemTime) -> bool {
        !self.pause_left(now).is_zero()
    }

    /// For how long the bot still leaves the person to somebody else.
    pub(crate) fn pause_left(&self, now: SystemTime) -> Duration {
        let until = Duration::from_secs(self.paused_until.unwrap_or_default());
        until.saturating_sub(Duration::from_secs(seconds(now)))
    }

    pub(crate) fn pause(&mut self, now: SystemTime, pause: Duration) {
        self.paused_until = (!pause.is_zero()).then(|| now.checked_add(pause).map_or(u64::MAX, seconds));
    }

    pub(crate) fn resume(&mut self) {
        self.paused_until = None;
    }

    /// Notes the quick replies that the last message among `actions` offers.
    pub(crate) fn note_offers(&mut self, actions: &[Action]) {
        let last = actions.iter().rev().find_map(|action| match action {
            Action::Send { message, .. } => Some(message),
            _ => None,
        });
        if let Some(message) = last {
            self.offered = offers(message);
        }
    }
}

/// Takes a part and reads it; the default where there is none or it cannot be read.
fn read<T: DeserializeOwned + Default>(
    parts: &mut BTreeMap<String, &RawValue>,
    name: &'static str,
    damage: &mut Vec<Damage>,
) -> T {
    let Some(part) = parts.remove(name) else {
        return T::default();
    };
    serde_json::from_str(part.get()).unwrap_or_else(|error| {
        let body = part.get().to_owned();
        damage.push(Damage {
            part: Some(name),
            body,
            error,
        });
        T::default()
    })
}

/// All of a state that is no JSON object, in JSON.
fn whole(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text }).to_string(),
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }).to_string(),
    }
}

/// Has the turn keep aside what could not be read.
pub(crate) fn set_aside(damage: Vec<Damage>, workspace: &Workspace) {
    for Damage { part, body, error } in damage {
        let what = match part {
            Some(part) => format!("`{part}` of the conversation's state"),
            None => "the conversation's state".to_owned(),
        };
        let text = format!("{what} cannot be read: {}", Place(&error));
        let unreadable = Unreadable {
            conversation: Arc::clone(workspace.conversation()),
            session: None,
            version: None,
            cause: Cause::new("MSG603", text),
            error: Some(Arc::new(error)),
        };
        workspace.set_aside(body, &unreadable);
    }
}

fn offers(message: &Message) -> Vec<Offered> {
    let offer = |reply: &QuickReply| {
        Some(Offered {
            title: reply.title()?.to_owned(),
            payload: reply.payload()?.to_owned(),
        })
    };
    message.offered().iter().filter_map(offer).collect()
}

pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
