//! Directories, events, rows and a clock for the tests.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use crate::{
    Clock,
    event::{Channel, Object},
    message::{Action, Message, Recipient},
    store::{Conversation, EventKey, Lease, NewEvent, NewRow, StoredEvent, Turn},
};

/// A directory that goes with the test.
#[derive(Debug)]
pub(in crate::store::sqlite) struct Directory(PathBuf);

impl Directory {
    pub(in crate::store::sqlite) fn new() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("messenger-sqlite-{}-{number}", std::process::id()));
        Self(path)
    }

    pub(in crate::store::sqlite) fn path(&self) -> &Path {
        &self.0
    }

    pub(in crate::store::sqlite) fn file(&self) -> PathBuf {
        self.0.join("bot.db")
    }

    /// The names of the files whose bytes hold `text`.
    pub(in crate::store::sqlite) fn files_with(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.0).unwrap() {
            let entry = entry.unwrap();
            let bytes = fs::read(entry.path()).unwrap();
            if memchr::memmem::find(&bytes, text.as_bytes()).is_some() {
                found.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        found
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // A test that made nothing leaves nothing.
        let _nothing = fs::remove_dir_all(&self.0);
    }
}

/// A clock that a test sets.
#[derive(Debug, Default)]
pub(in crate::store::sqlite) struct SetClock(AtomicI64);

impl SetClock {
    pub(in crate::store::sqlite) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(1_700_000_000_000)))
    }

    pub(in crate::store::sqlite) fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    pub(in crate::store::sqlite) fn set_back(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_sub(by, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> SystemTime {
        super::super::engine::time(self.0.load(Ordering::Relaxed))
    }
}

pub(in crate::store::sqlite) fn conversation(person: &str) -> Conversation {
    Conversation {
        object: Object::Page,
        page: "1906385232743451".into(),
        person: Some(person.into()),
    }
}

pub(in crate::store::sqlite) fn key(number: u64) -> EventKey {
    let mut key = [7; 16];
    key[..8].copy_from_slice(&number.to_le_bytes());
    key
}

pub(in crate::store::sqlite) fn event(person: &str, number: u64, text: &str) -> NewEvent {
    NewEvent {
        conversation: conversation(person),
        key: key(number),
        event: StoredEvent {
            channel: Channel::Messaging,
            field: None,
            json: serde_json::json!({"sender": {"id": person}, "message": {"text": text}})
                .to_string()
                .into(),
        },
        opens: None,
        echoes: None,
    }
}

pub(in crate::store::sqlite) fn row(person: &str, key: &str, text: &str) -> NewRow {
    NewRow {
        key: key.into(),
        to: Recipient::Id(person.to_owned()),
        action: Action::from(Message::text(text)),
    }
}

pub(in crate::store::sqlite) fn turn(lease: &Lease) -> Turn {
    Turn {
        lease: lease.clone(),
        state: None,
        rows: Vec::new(),
        timers: Vec::new(),
        unreadable: Vec::new(),
        failed: None,
        send: false,
    }
}
