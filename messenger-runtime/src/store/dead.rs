//! What could not be handled, sent or read, and is kept for people to look at.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use serde::{Deserialize, Serialize};

use super::Conversation;

/// Why something became a dead letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The code of the error, like `MSG513`; the error index has a page for each.
    pub code: String,
    /// The error in words, without tokens and without what people wrote.
    pub text: String,
}

impl Cause {
    /// A cause of `code`, in words.
    #[must_use]
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.text)
    }
}

/// What a dead letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadKind {
    /// An event whose handler failed, or that ended the process too often. Its body is a
    /// [`StoredEvent`](super::StoredEvent).
    Event,
    /// A message that was given up. Its body is a [`NewRow`](super::NewRow).
    Message,
    /// A part of a conversation's state that could not be read. Its body is what it was.
    State,
}

impl DeadKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Event, Self::Message, Self::State];

    /// Its name: `event`, `message` or `state`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Message => "message",
            Self::State => "state",
        }
    }
}

/// Something that could not be handled, sent or read.
#[derive(Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// By what it is shown, replayed and discarded; later ones have higher numbers.
    pub id: u64,
    /// What it is.
    pub kind: DeadKind,
    /// Whose it is.
    pub conversation: Arc<Conversation>,
    /// The key of the event in hexadecimal digits, or of the row; of a state empty.
    pub key: String,
    /// What it was, as JSON; see [`DeadKind`]. It may hold what people wrote.
    pub body: Box<str>,
    /// Why.
    pub cause: Cause,
    /// How often it was tried: the claims of an event, the sends of a message with the last one; of a state 0.
    pub attempts: u32,
    /// Since when it is here.
    pub since: SystemTime,
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetter")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("conversation", &self.conversation)
            .field("key", &self.key)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .field("cause", &self.cause)
            .field("attempts", &self.attempts)
            .field("since", &self.since)
            .finish()
    }
}

/// Which dead letters to list, oldest first.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    /// Of this kind; else of all.
    pub kind: Option<DeadKind>,
    /// Of this conversation; else of all.
    pub conversation: Option<Conversation>,
    /// With a higher id than this.
    pub after: u64,
    /// At most so many.
    pub limit: usize,
}

impl Default for DeadLetters {
    /// The first hundred of all.
    fn default() -> Self {
        Self {
            kind: None,
            conversation: None,
            after: 0,
            limit: 100,
        }
    }
}

/// Tells the log of dead letters that went without anybody having looked at them, once a minute at most.
#[derive(Debug, Default)]
pub(super) struct Vanished {
    pub(super) letters: u64,
    told: Option<Instant>,
}

impl Vanished {
    /// So many more have gone.
    pub(super) fn add(&mut self, letters: u64) {
        self.letters += letters;
    }

    /// Tells of those that have gone since the last time.
    pub(super) fn tell(&mut self) {
        let pause = Duration::from_secs(60);
        if self.letters == 0 || self.told.is_some_and(|told| told.elapsed() < pause) {
            return;
        }
        tracing::warn!(
            letters = std::mem::take(&mut self.letters),
            "dead letters were deleted, as there were too many or they were too old; replay or discard them in time"
        );
        self.told = Some(Instant::now());
    }
}

/// What came of replaying a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayed {
    /// It is no dead letter any more: the event waits at the end of its conversation's queue, the message at
    /// the end of its outbox.
    Queued,
    /// There is no such dead letter.
    Unknown,
    /// It is a state, or its body cannot be read: it stays what it is.
    Impossible,
}

#[cfg(test)]
mod tests {
    use super::Vanished;

    /// What this thread logs.
    #[derive(Clone, Default)]
    struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn those_that_vanish_are_told_of_once_with_their_number() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let mut vanished = Vanished::default();
        tracing::subscriber::with_default(subscriber, || {
            vanished.tell();
            vanished.add(3);
            vanished.tell();
            vanished.add(1);
            vanished.tell();
        });
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(log.contains("WARN") && log.contains("letters=3"), "{log}");
        assert_eq!(vanished.letters, 1, "told of later");
    }
}
