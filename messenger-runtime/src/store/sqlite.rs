//! The store of one machine: a SQLite file, which needs no server.
//!
//! One thread writes, many may read. Everything that asks for a change sends the thread an operation and waits; the
//! thread puts all that have come into one transaction, and answers after its commit. So one write to the
//! disk carries many events, and nothing is acknowledged that is not on it.
//!
//! | file | what |
//! |---|---|
//! | `options.rs` | what can be set; opening |
//! | `file.rs`, `space.rs` | directories, rights, the lock; room on the disk |
//! | `schema.rs`, `schema/` | the tables, their versions, the settings of connections |
//! | `writer.rs`, `jobs.rs`, `handed.rs` | the thread that writes; what it is told; leases on their way |
//! | `engine.rs`, `engine/` | the operations on the tables |
//! | `index.rs` | what is claimable and sendable, in memory |
//! | `reader.rs` | what only reads |
//! | `failure.rs` | what errors mean |

mod engine;
mod failure;
mod file;
mod handed;
mod index;
mod jobs;
mod options;
mod reader;
mod schema;
mod space;
#[cfg(test)]
mod tests;
mod writer;

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError, atomic::Ordering, mpsc::Sender},
    thread::JoinHandle,
};

use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

pub use self::options::SqliteOptions;
use self::{
    engine::{Ended, Engine, Incoming, Queued, Revived, millis},
    failure::{Failure, meaning},
    handed::{Handed, Outgoing},
    jobs::{Ask, Message},
    options::Settings,
    reader::Readers,
};
use super::{
    Accepted, Backlog, Cause, Claim, Committed, Conversation, DeadKind, DeadLetter, DeadLetters, Dossier,
    Enqueue, Enqueued, EventKey, Lease, NewEvent, NewRow, OpenError, Replayed, Row, Settled, Settlement,
    Store, StoreError, StoredEvent, Turn,
};
use crate::{BoxFuture, event::Object};

/// How many operations may wait for the thread that writes; whoever comes then waits for a place.
const WAITING: usize = 4_096;

/// Keeps everything in one SQLite file, for one process.
///
/// What was answered is on the disk: it survives the end of the process at any moment, and a power cut where the
/// disk keeps what it says it has kept. A second process is refused. The file is `0600`, its directory, where it is
/// made, `0700`; beside it stand `-wal` and `-shm` while the store is open, and `-lock`.
///
/// Duplicates are known for 7 days, at most 100,000 events and 200,000 messages wait, dead letters are kept for 30 days; see
/// [`SqliteOptions`]. After [`close`](Store::close) the file is all there is, and can be copied; while the store is
/// open `sqlite3 -readonly bot.db "VACUUM INTO 'copy.db'"` makes a copy.
///
/// Where a write cannot be made durable every call fails with [`StoreError::Broken`] from then on.
///
/// ```
/// use messenger_runtime::store::{SqliteStore, Store};
///
/// # let runtime = tokio::runtime::Runtime::new()?;
/// # let path = std::env::temp_dir().join(format!("example-{}.db", std::process::id()));
/// # runtime.block_on(async {
/// let store = SqliteStore::at(&path).queue_bound(10_000).open().await?;
/// assert!(store.backlog().await?.is_empty());
/// store.close().await?;
/// # for ending in ["", "-lock"] { std::fs::remove_file(format!("{}{ending}", path.display()))?; }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SqliteStore {
    tell: Sender<Message>,
    /// Places in the queue of the thread.
    places: Arc<Semaphore>,
    broken: Arc<OnceLock<StoreError>>,
    readers: Arc<Readers>,
    settings: Arc<Settings>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl SqliteStore {
    /// Opens the file at `path` with the default settings; see [`SqliteOptions::open`].
    ///
    /// # Errors
    ///
    /// [`OpenError`], for every reason that it names.
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self, OpenError> {
        Self::at(path).open().await
    }

    /// Settings of a store at `path`.
    pub fn at(path: impl Into<PathBuf>) -> SqliteOptions {
        SqliteOptions::new(path.into())
    }

    fn new(
        tell: Sender<Message>,
        broken: Arc<OnceLock<StoreError>>,
        readers: Readers,
        settings: Arc<Settings>,
        thread: JoinHandle<()>,
    ) -> Self {
        Self {
            tell,
            places: Arc::new(Semaphore::new(WAITING)),
            broken,
            readers: Arc::new(readers),
            settings,
            thread: Mutex::new(Some(thread)),
        }
    }

    /// Why nothing is answered any more.
    fn gone(&self) -> StoreError {
        self.broken.get().cloned().unwrap_or_else(|| {
            StoreError::Broken("the thread that writes has ended; see the log for its panic".to_owned())
        })
    }

    async fn send<T>(
        &self,
        message: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Message,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.tell.send(message(answer)).map_err(|_| self.gone())?;
        answered.await.unwrap_or_else(|_| Err(self.gone()))
    }

    /// Has the thread do `work` in its next transaction. It may be run more than once.
    async fn ask<T: Send + 'static>(
        &self,
        patient: bool,
        work: impl FnMut(&mut Engine) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask_for(patient, work, |done| done).await
    }

    /// As [`ask`](Self::ask); `hand` makes the answer, once the transaction is on the disk.
    async fn ask_for<T: Send + 'static, U: Send + 'static>(
        &self,
        patient: bool,
        work: impl FnMut(&mut Engine) -> Result<T, Failure> + Send + 'static,
        hand: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U, StoreError> {
        let _place = self.places.acquire().await.map_err(|_| self.gone())?;
        self.send(|answer| {
            Message::Job(Box::new(Ask {
                work,
                patient,
                outcome: None,
                hand,
                answer,
            }))
        })
        .await
    }

    /// Asks a connection that only reads, on a thread where it may block.
    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Some(broken) = self.broken.get() {
            return Err(broken.clone());
        }
        let readers = Arc::clone(&self.readers);
        let answer = tokio::task::spawn_blocking(move || readers.ask(question)).await;
        match answer {
            Ok(answer) => answer.map_err(|error| match meaning(&error) {
                // A reader proves nothing about what was written.
                StoreError::Broken(text) => StoreError::Unavailable(text),
                other => other,
            }),
            Err(ended) => Err(StoreError::Unavailable(ended.to_string())),
        }
    }

    /// Makes leases go back by themselves where nobody takes them.
    fn handed(&self) -> impl FnOnce(Vec<Claim>, Vec<Outgoing>) -> Handed + Send + 'static {
        let back = self.tell.clone();
        move |claims, rows| Handed::new(claims, rows, back)
    }

    /// The rows, their bodies read. One that cannot be read becomes a dead letter, and the next takes its place.
    async fn rows(&self, handed: &mut Handed) -> Result<Vec<Row>, StoreError> {
        while let Some(row) = handed.unreadable() {
            let conversation = row.conversation;
            tracing::error!(?conversation, "MSG608: a kept message cannot be read");
            let dead = Settlement::Dead(Cause::new(
                "MSG608",
                "the message was kept by another version of this program and cannot be read",
            ));
            let (next, _) = self.settle_row(conversation, row.epoch, dead, None).await?;
            handed.add_rows_of(next);
        }
        Ok(handed.rows())
    }

    async fn settle_row(
        &self,
        conversation: Arc<Conversation>,
        epoch: u64,
        settlement: Settlement,
        body: Option<String>,
    ) -> Result<(Handed, bool), StoreError> {
        let handed = self.handed();
        self.ask_for(
            true,
            move |engine| engine.settle(&conversation, epoch, &settlement, body.as_deref()),
            |(next, echoed)| (handed(Vec::new(), Vec::from_iter(next)), echoed),
        )
        .await
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.settings.path)
            .finish_non_exhaustive()
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.tell.send(Message::Stop);
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("strings, numbers and lists always serialise")
}

fn with_json(rows: Vec<NewRow>) -> Vec<(Arc<NewRow>, String)> {
    rows.into_iter()
        .map(|row| {
            let json = json(&row);
            (Arc::new(row), json)
        })
        .collect()
}

impl Store for SqliteStore {
    fn append(&self, events: Vec<NewEvent>, claim: usize) -> BoxFuture<'_, Result<Accepted, StoreError>> {
        Box::pin(async move {
            let events: Vec<Incoming> = events
                .into_iter()
                .map(|new| Incoming {
                    conversation: Arc::new(new.conversation),
                    key: new.key,
                    event: Arc::new(new.event),
                    opens: new.opens.map(millis),
                    echoes: new.echoes,
                })
                .collect();
            let handed = self.handed();
            let (events, settled, handed) = self
                .ask_for(
                    false,
                    move |engine| engine.append(&events, claim),
                    |taken| (taken.events, taken.settled, handed(taken.claims, Vec::new())),
                )
                .await?;
            Ok(Accepted {
                events,
                claims: handed.claims(),
                settled,
            })
        })
    }

    fn claim(&self, limit: usize, suspects: bool) -> BoxFuture<'_, Result<Vec<Claim>, StoreError>> {
        Box::pin(async move {
            let handed = self
                .send(|answer| Message::Turns {
                    limit,
                    suspects,
                    answer,
                })
                .await?;
            Ok(handed.claims())
        })
    }

    fn commit(&self, turn: Turn) -> BoxFuture<'_, Result<Committed, StoreError>> {
        Box::pin(async move {
            let turn = Ended {
                lease: turn.lease,
                state: turn.state,
                rows: with_json(turn.rows),
                timers: turn.timers,
                unreadable: turn.unreadable,
                failed: turn.failed,
                send: turn.send,
            };
            let handed = self.handed();
            let mut handed = self
                .ask_for(
                    true,
                    move |engine| engine.commit(&turn),
                    |(next, row)| handed(Vec::from_iter(next), Vec::from_iter(row)),
                )
                .await?;
            let row = self.rows(&mut handed).await?.pop();
            Ok(Committed {
                next: handed.claims().pop(),
                row,
            })
        })
    }

    fn release(&self, lease: Lease, tried: bool) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.ask(true, move |engine| engine.release(&lease, tried)))
    }

    fn enqueue(&self, enqueue: Enqueue) -> BoxFuture<'_, Result<Vec<Enqueued>, StoreError>> {
        let queued = Queued {
            conversation: enqueue.conversation,
            rows: with_json(enqueue.rows),
            turn: enqueue.turn,
            once: enqueue.once,
        };
        Box::pin(self.ask(false, move |engine| engine.enqueue(&queued)))
    }

    fn claim_outbox(&self, limit: usize) -> BoxFuture<'_, Result<Vec<Row>, StoreError>> {
        Box::pin(async move {
            loop {
                let mut handed = self.send(|answer| Message::Rows { limit, answer }).await?;
                let rows = self.rows(&mut handed).await?;
                if !rows.is_empty() {
                    return Ok(rows);
                }
            }
        })
    }

    fn settle(&self, row: Row, settlement: Settlement) -> BoxFuture<'_, Result<Settled, StoreError>> {
        Box::pin(async move {
            let body = matches!(settlement, Settlement::Dead(_)).then(|| json(&*row.new));
            let (mut handed, echoed) = self
                .settle_row(row.conversation, row.epoch, settlement, body)
                .await?;
            Ok(Settled {
                next: self.rows(&mut handed).await?.pop(),
                echoed,
            })
        })
    }

    fn hasten(&self, object: Object, page: &str) -> BoxFuture<'_, Result<(), StoreError>> {
        let page = page.to_owned();
        Box::pin(self.ask(true, move |engine| engine.hasten(object, &page)))
    }

    fn dead_letters(&self, which: DeadLetters) -> BoxFuture<'_, Result<Vec<DeadLetter>, StoreError>> {
        Box::pin(self.read(move |conn| reader::dead_letters(conn, &which)))
    }

    fn dead_letter(&self, id: u64) -> BoxFuture<'_, Result<Option<DeadLetter>, StoreError>> {
        Box::pin(self.read(move |conn| reader::dead_letter(conn, id)))
    }

    fn replay(&self, id: u64) -> BoxFuture<'_, Result<Replayed, StoreError>> {
        Box::pin(async move {
            let Some(letter) = self.dead_letter(id).await? else {
                return Ok(Replayed::Unknown);
            };
            let Some(revived) = revived(&letter) else {
                return Ok(Replayed::Impossible);
            };
            self.ask(false, move |engine| {
                engine.replay(id, &letter.conversation, &revived)
            })
            .await
        })
    }

    fn discard(&self, id: u64) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(self.ask(false, move |engine| engine.discard(id)))
    }

    fn dossier(&self, conversation: &Conversation) -> BoxFuture<'_, Result<Option<Dossier>, StoreError>> {
        let conversation = conversation.clone();
        Box::pin(self.read(move |conn| reader::dossier(conn, &conversation)))
    }

    fn erase(&self, conversation: &Conversation) -> BoxFuture<'_, Result<bool, StoreError>> {
        let conversation = conversation.clone();
        Box::pin(async move {
            let found = self.ask(false, move |engine| engine.erase(&conversation)).await?;
            self.send(Message::Truncate).await?;
            Ok(found)
        })
    }

    fn backlog(&self) -> BoxFuture<'_, Result<Backlog, StoreError>> {
        let ahead = self.settings.clock_is_ahead.load(Ordering::Relaxed);
        let now = millis(self.settings.clock.now()).saturating_add(ahead);
        Box::pin(self.read(move |conn| reader::backlog(conn, now)))
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.ask(false, |engine| engine.ready(1).map_err(Failure::from)))
    }

    fn close(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.readers.close();
            self.send(Message::Close).await?;
            let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(thread) = thread {
                let ended = tokio::task::spawn_blocking(move || thread.join()).await;
                if !matches!(ended, Ok(Ok(()))) {
                    return Err(self.gone());
                }
            }
            Ok(())
        })
    }
}

/// What a dead letter was, where it can be read.
fn revived(letter: &DeadLetter) -> Option<Revived> {
    match letter.kind {
        DeadKind::Event => {
            let mut key: EventKey = [0; 16];
            hex::decode_to_slice(&letter.key, &mut key).ok()?;
            let event: StoredEvent = serde_json::from_str(&letter.body).ok()?;
            Some(Revived::Event(key, Arc::new(event)))
        }
        DeadKind::Message => {
            let row: NewRow = serde_json::from_str(&letter.body).ok()?;
            Some(Revived::Message(Arc::new(row), letter.body.to_string()))
        }
        DeadKind::State => None,
    }
}
