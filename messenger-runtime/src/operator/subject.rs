//! What the listener looks at: a bot that starts, runs and ends.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::{extract::State, response::Response};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use super::answer::{Refused, done};
#[cfg(feature = "metrics")]
use super::observed::Seen;
#[cfg(feature = "metrics")]
use crate::delivery::Counters;
use crate::{
    delivery::Outgoing,
    store::{Conversation, Store, StoreError, StoreLocation},
};

/// How long the store may take to say whether it is ready.
const READY: Duration = Duration::from_secs(2);

/// Which bot this is, so that nobody changes the data of another one that listens where this one should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    bot: &'static str,
    store: String,
}

impl About {
    /// The bot `B` with the store at `location`; `None` where the program brings its own.
    pub(crate) fn of<B>(location: Option<&StoreLocation>) -> Self {
        let store = match location {
            None => "of the program".to_owned(),
            Some(StoreLocation::Memory) => "memory".to_owned(),
            Some(StoreLocation::Sqlite(path)) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                format!("sqlite:{}", path.display())
            }
            // The address holds a password; its digest tells two of them apart.
            Some(StoreLocation::Postgres(url)) => {
                let digest = Sha256::digest(url.expose_secret());
                format!("postgres, {}", hex::encode(&digest[..4]))
            }
        };
        Self {
            bot: std::any::type_name::<B>(),
            store,
        }
    }

    #[cfg(feature = "metrics")]
    pub(super) fn bot(&self) -> &'static str {
        self.bot
    }

    pub(crate) fn document(&self) -> Value {
        json!({"bot": self.bot, "version": env!("CARGO_PKG_VERSION"), "store": self.store})
    }

    /// Whether `document` is what the same bot with the same store says.
    #[cfg(feature = "cli")]
    pub(crate) fn is(&self, document: &Value) -> bool {
        document["bot"] == self.bot && document["store"] == self.store
    }
}

/// A bot at work, seen by its operator.
pub(crate) struct Running {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) is_draining: Box<dyn Fn() -> bool + Send + Sync>,
    /// What it sends; `None` where no bot is at work.
    pub(crate) outgoing: Option<Arc<Outgoing>>,
    #[cfg(feature = "metrics")]
    pub(crate) counters: Arc<Counters>,
    #[cfg(feature = "metrics")]
    pub(crate) seen: Arc<Seen>,
}

#[cfg(feature = "cli")]
impl Running {
    /// A store alone, with no bot at work on it.
    pub(crate) fn of(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            is_draining: Box::new(|| false),
            outgoing: None,
            #[cfg(feature = "metrics")]
            counters: Arc::default(),
            #[cfg(feature = "metrics")]
            seen: Arc::default(),
        }
    }
}

/// A bot from before it runs until its process ends.
pub(crate) struct Subject {
    pub(super) about: About,
    #[cfg(feature = "metrics")]
    pub(super) since: std::time::SystemTime,
    running: OnceLock<Running>,
}

/// Why no events can be taken.
#[derive(Debug)]
pub(super) enum Unready {
    Starting,
    Draining,
    Silent,
    Store(StoreError),
}

impl Unready {
    /// In a word, for those who need no details.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Draining => "draining",
            Self::Silent | Self::Store(_) => "not ready",
        }
    }
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("the bot is starting"),
            Self::Draining => f.write_str("the bot is draining"),
            Self::Silent => write!(f, "the store has not answered within {READY:?}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Subject {
    /// A bot that starts.
    pub(crate) fn starting(about: About) -> Arc<Self> {
        Arc::new(Self {
            about,
            #[cfg(feature = "metrics")]
            since: std::time::SystemTime::now(),
            running: OnceLock::new(),
        })
    }

    /// It runs from now on; only the first time counts.
    pub(crate) fn runs(&self, running: Running) {
        drop(self.running.set(running));
    }

    #[cfg(feature = "metrics")]
    pub(super) fn running(&self) -> Option<&Running> {
        self.running.get()
    }

    pub(super) fn store(&self) -> Result<&dyn Store, Refused> {
        self.running
            .get()
            .map(|running| &*running.store)
            .ok_or_else(Refused::starting)
    }

    /// Deletes everything about a conversation; whether there was anything.
    pub(super) async fn erase(&self, conversation: &Conversation) -> Result<bool, Refused> {
        let outgoing = self.running.get().and_then(|running| running.outgoing.as_ref());
        Ok(match outgoing {
            Some(outgoing) => outgoing.erase(conversation).await?,
            None => self.store()?.erase(conversation).await?,
        })
    }

    /// Whether events can be taken.
    pub(super) async fn ready(&self) -> Result<(), Unready> {
        let running = self.running.get().ok_or(Unready::Starting)?;
        if (running.is_draining)() {
            return Err(Unready::Draining);
        }
        match timeout(READY, running.store.ready()).await {
            Ok(ready) => ready.map_err(Unready::Store),
            Err(_elapsed) => Err(Unready::Silent),
        }
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("about", &self.about)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} with the store {:?}", self.bot, self.store)
    }
}

pub(super) async fn about(State(subject): State<Arc<Subject>>) -> Response {
    done(&subject.about.document())
}
