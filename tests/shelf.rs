//! Stores that a test looks into.

use std::{path::Path, sync::Arc, time::Duration};

use messenger_runtime::{
    event::{Channel, Object},
    store::{
        Conversation, DeadKind, DeadLetter, DeadLetters, MemoryStore, NewEvent, OpenError, SqliteStore,
        StateChange, Store, StoredEvent, Turn,
    },
};
use serde_json::Value;

use crate::stage::{PAGE, PERSON};

/// A store that the test keeps, too.
#[derive(Debug, Clone, Default)]
pub struct Shelf(pub Arc<MemoryStore>);

impl Shelf {
    /// The state of the conversation.
    ///
    /// # Panics
    ///
    /// Where it is no JSON.
    pub async fn state(&self) -> Value {
        let dossier = self.0.dossier(&conversation()).await.expect("memory");
        let state = dossier.and_then(|dossier| dossier.state);
        state.map_or(Value::Null, |state| serde_json::from_str(&state).expect("JSON"))
    }

    /// The states that were kept aside.
    ///
    /// # Panics
    ///
    /// Never: it is in memory.
    pub async fn dead(&self) -> Vec<DeadLetter> {
        let which = DeadLetters {
            kind: Some(DeadKind::State),
            ..DeadLetters::default()
        };
        self.0.dead_letters(which).await.expect("memory")
    }

    /// Puts a state where another build of the bot left it.
    ///
    /// # Panics
    ///
    /// Where somebody else has the conversation.
    pub async fn put(&self, state: &str) {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&(state.len() as u64).to_le_bytes());
        let event = NewEvent {
            conversation: conversation(),
            key,
            event: StoredEvent {
                channel: Channel::Messaging,
                field: None,
                json: "{}".into(),
            },
            opens: None,
            echoes: None,
        };
        let accepted = self.0.append(vec![event], 1).await.expect("memory");
        let claim = accepted.claims.into_iter().next().expect("nobody else is there");
        let turn = Turn {
            lease: claim.lease,
            state: Some(StateChange::Set(state.as_bytes().into())),
            rows: Vec::new(),
            timers: Vec::new(),
            unreadable: Vec::new(),
            failed: None,
            send: false,
        };
        self.0.commit(turn).await.expect("memory");
    }
}

/// The conversation of [`PERSON`] with [`PAGE`].
#[must_use]
pub fn conversation() -> Conversation {
    Conversation {
        object: Object::Page,
        page: PAGE.into(),
        person: Some(PERSON.into()),
    }
}

/// The store in the file, as soon as the bot before has left it.
///
/// # Panics
///
/// Where it cannot be opened, or not within 20 seconds.
pub async fn reopened(path: &Path) -> SqliteStore {
    let opening = async {
        loop {
            match SqliteStore::open(path).await {
                Ok(store) => return store,
                Err(OpenError::Locked(_)) => tokio::time::sleep(Duration::from_millis(10)).await,
                Err(error) => panic!("{error}"),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), opening)
        .await
        .expect("the bot before lets go of its file")
}
