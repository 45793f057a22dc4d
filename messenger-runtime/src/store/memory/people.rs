//! The people's side: dead letters, what is known of one person, how much waits.

use std::sync::Arc;

use tokio::time::Instant;

use super::{MemoryStore, slot::Outbox};
use crate::store::{
    Backlog, Conversation, DeadKind, DeadLetter, DeadLetters, Dossier, NewRow, Replayed, StoredEvent,
    replay_key,
};

impl MemoryStore {
    pub(super) fn dead_letters_now(&self, which: &DeadLetters) -> Vec<DeadLetter> {
        let inner = self.lock();
        let later = inner.dead.range(which.after.saturating_add(1)..);
        let wanted = later.map(|(_, letter)| letter).filter(|letter| {
            let whose = which.conversation.as_ref();
            which.kind.is_none_or(|kind| letter.kind == kind)
                && whose.is_none_or(|whose| *letter.conversation == *whose)
        });
        wanted.take(which.limit).cloned().collect()
    }

    pub(super) fn replay_now(&self, id: u64) -> Replayed {
        let mut inner = self.lock();
        let Some(letter) = inner.dead.get(&id) else {
            return Replayed::Unknown;
        };
        let conversation = Arc::clone(&letter.conversation);
        match letter.kind {
            DeadKind::Event => {
                let mut key = [0; 16];
                let event = serde_json::from_str::<StoredEvent>(&letter.body);
                let (Ok(event), Ok(())) = (event, hex::decode_to_slice(&letter.key, &mut key)) else {
                    return Replayed::Impossible;
                };
                inner.push_event(conversation, replay_key(key, id), event);
            }
            DeadKind::Message => {
                let Ok(row) = serde_json::from_str::<NewRow>(&letter.body) else {
                    return Replayed::Impossible;
                };
                if let Some(slot) = inner.conversations.get_mut(&conversation) {
                    slot.settled.retain(|(known, _)| *known != row.key);
                }
                inner.push_rows(&conversation, vec![row], false);
            }
            DeadKind::State => return Replayed::Impossible,
        }
        inner.dead.remove(&id);
        drop(inner);
        self.inbox_ready.notify_one();
        self.outbox_ready.notify_one();
        Replayed::Queued
    }

    pub(super) fn dossier_now(&self, conversation: &Conversation) -> Option<Dossier> {
        let inner = self.lock();
        let slot = inner.conversations.get(conversation);
        let dead_letters: Vec<DeadLetter> = inner
            .dead
            .values()
            .filter(|letter| *letter.conversation == *conversation)
            .cloned()
            .collect();
        if slot.is_none() && dead_letters.is_empty() {
            return None;
        }
        let mut dossier = Dossier {
            conversation: conversation.clone(),
            opened: None,
            state: None,
            events: Vec::new(),
            rows: Vec::new(),
            timers: Vec::new(),
            dead_letters,
        };
        if let Some(slot) = slot {
            dossier.opened = slot.opened;
            dossier.state = slot
                .state
                .as_deref()
                .map(|state| String::from_utf8_lossy(state).into());
            dossier.events = slot
                .inbox
                .iter()
                .map(|event| json(&*event.event).into())
                .collect();
            dossier.rows = slot
                .outbox
                .iter()
                .map(|waiting| json(&*waiting.row).into())
                .collect();
            let timers = slot.timers.iter();
            dossier.timers = timers
                .map(|timer| (timer.name.clone(), json(&timer.event).into()))
                .collect();
        }
        Some(dossier)
    }

    pub(super) fn erase_now(&self, conversation: &Conversation) -> bool {
        let mut inner = self.lock();
        let before = inner.dead.len();
        inner
            .dead
            .retain(|_, letter| *letter.conversation != *conversation);
        let mut found = inner.dead.len() < before;
        if let Some(slot) = inner.conversations.remove(conversation) {
            found = true;
            inner.events -= slot.inbox.len();
            inner.rows -= slot.outbox.len();
            for timer in &slot.timers {
                inner.timers.remove(&timer.due);
            }
            if let Outbox::Waiting { due } = slot.outbox_is {
                inner.delayed.remove(&due);
            }
            let others = |name: &Arc<Conversation>| **name != *conversation;
            inner.claimable.retain(others);
            inner.suspects.retain(others);
            inner.sendable.retain(others);
        }
        found
    }

    pub(super) fn backlog_now(&self) -> Backlog {
        let (inner, now) = (self.lock(), Instant::now());
        let mut backlog = Backlog {
            events: inner.events,
            rows: inner.rows,
            dead_letters: inner.dead.len(),
            ..Backlog::default()
        };
        if !backlog.is_empty() {
            for slot in inner.conversations.values() {
                let (event, row) = slot.ages(now);
                backlog.oldest_event = backlog.oldest_event.max(event);
                backlog.oldest_row = backlog.oldest_row.max(row);
            }
        }
        backlog
    }
}

pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("strings, numbers and lists always serialise")
}
