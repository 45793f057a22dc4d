//! What a conversation remembers from one turn to the next.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use crate::{
    message::{Action, Message, QuickReply},
    routing::Offered,
    store::StateChange,
};

/// The state that the store keeps for a conversation, beside its queues.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// The quick replies of the last message, so that a typed title counts as a tap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) offered: Vec<Offered>,
    /// Until when the bot leaves the person to somebody else, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    paused_until: Option<u64>,
}

impl Memory {
    /// What a store kept. Something that cannot be read is logged and forgotten.
    pub(crate) fn decode(state: Option<&[u8]>) -> Self {
        state.map_or_else(Self::default, |bytes| {
            serde_json::from_slice(bytes).unwrap_or_else(|error| {
                tracing::error!(
                    line = error.line(),
                    column = error.column(),
                    "MSG603: a conversation's state cannot be read"
                );
                Self::default()
            })
        })
    }

    /// What to keep, or `None` where it is what the store has already.
    pub(crate) fn change_from(&self, before: &Self) -> Option<StateChange> {
        if self == before {
            None
        } else if *self == Self::default() {
            Some(StateChange::Clear)
        } else {
            let bytes = serde_json::to_vec(self).expect("strings and numbers always serialise");
            Some(StateChange::Set(Arc::from(bytes)))
        }
    }

    pub(crate) fn is_paused(&self, now: SystemTime) -> bool {
        self.paused_until.is_some_and(|until| seconds(now) < until)
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

fn offers(message: &Message) -> Vec<Offered> {
    let offer = |reply: &QuickReply| {
        Some(Offered {
            title: reply.title()?.to_owned(),
            payload: reply.payload()?.to_owned(),
        })
    };
    message.offered().iter().filter_map(offer).collect()
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
