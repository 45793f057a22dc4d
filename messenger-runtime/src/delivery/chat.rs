//! Sending while a handler still runs.

use std::{
    fmt::{self, Write as _},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use sha2::{Digest as _, Sha256};

use super::{Outgoing, SendError, turn::check};
use crate::{
    BoxFuture, Context, FromContext, Rejection,
    event::Channel,
    message::{Action, BoxError, IntoReply, Recipient, Reply},
    routing::ChatPort,
    store::{Claim, Conversation, Enqueue, EventKey, Lease, NewRow, StoreError},
};

/// Sends to the person while the handler still runs: typing, progress, long work.
///
/// What it sends goes out behind everything that the conversation has still to send, in order, and ahead
/// of the handler's own reply. Each call returns when the platform has taken the message, or as soon as it is known
/// to wait in the outbox for more than about a second: because its page cannot send for now or is throttled, because
/// it stands behind others, or because it is to be tried again. What waits is sent when it can be. A handler is not
/// told what becomes of it then; where it is given up, it becomes a dead letter.
///
/// ```
/// use messenger_runtime::prelude::*;
///
/// #[on_text(words = ["report"])]
/// async fn report(chat: Chat) -> Result<Reply, Box<dyn std::error::Error + Send + Sync>> {
///     chat.typing_on().await?;
///     chat.send("This takes a moment.").await?;
///     Ok(Reply::text("Done."))
/// }
/// # bot! { Shop; report }
/// ```
#[derive(Debug, Clone)]
pub struct Chat(Arc<dyn ChatPort>);

impl Chat {
    /// Sends a reply now.
    ///
    /// # Errors
    ///
    /// The event has nobody to answer (MSG214), or what [`SendError`] lists, but not [`SendError::PagePaused`]: a
    /// message that waits is none that failed. After [`StoreError::LeaseLost`] another worker handles the event, and
    /// every further send fails alike.
    pub async fn send(&self, reply: impl IntoReply) -> Result<(), BoxError> {
        let reply = reply.into_reply()?;
        self.0.send(reply).await
    }

    /// Shows that the bot is typing, for at most 20 seconds or until the next message.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn typing_on(&self) -> Result<(), BoxError> {
        self.send(Reply::typing_on()).await
    }

    /// Ends what [`typing_on`](Self::typing_on) began.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn typing_off(&self) -> Result<(), BoxError> {
        self.send(Reply::typing_off()).await
    }

    /// Marks the person's last message as seen.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn mark_seen(&self) -> Result<(), BoxError> {
        self.send(Reply::mark_seen()).await
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Chat {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move { Ok(Self(Arc::clone(context.chat))) })
    }
}

/// The chat of one event: its rows are numbered, so that a turn that runs again does not send twice.
pub(super) struct Chatter {
    outgoing: Arc<Outgoing>,
    lease: Lease,
    event: EventKey,
    /// Whether nobody asked: the event is a timer of the bot's own.
    unasked: bool,
    to: Option<Recipient>,
    ordinal: AtomicU32,
    /// Whether another worker has the conversation.
    is_void: AtomicBool,
    last: Mutex<Option<Reply>>,
}

impl Chatter {
    pub(super) fn new(outgoing: &Arc<Outgoing>, claim: &Claim, to: Option<Recipient>) -> Self {
        Self {
            outgoing: Arc::clone(outgoing),
            lease: claim.lease.clone(),
            event: claim.key,
            unasked: claim.event.channel == Channel::Timer,
            to,
            ordinal: AtomicU32::new(0),
            is_void: AtomicBool::new(false),
            last: Mutex::default(),
        }
    }

    pub(super) fn conversation(&self) -> &Conversation {
        &self.lease.conversation
    }

    /// The rows of the handler's reply. Nothing that was sent while it ran has their keys, however often it ran.
    pub(super) fn reply_rows(&self, reply: Reply, to: Recipient) -> Vec<NewRow> {
        let mut ordinal = 0;
        self.rows(reply, to, |_| {
            let key = self.key(format_args!("r{ordinal}"));
            ordinal += 1;
            key
        })
    }

    /// The rows of `reply`, numbered after those already sent. A handler that runs again and says something else in
    /// the same place sends something else, so the key tells what is said, too.
    fn next_rows(&self, reply: Reply, to: Recipient) -> Vec<NewRow> {
        self.rows(reply, to, |action| {
            let ordinal = self.ordinal.fetch_add(1, Ordering::Relaxed);
            let [a, b, c, d, ..] = digest_of(action);
            self.key(format_args!("{ordinal}.{:08x}", u32::from_be_bytes([a, b, c, d])))
        })
    }

    fn rows(&self, reply: Reply, to: Recipient, mut key_of: impl FnMut(&Action) -> Arc<str>) -> Vec<NewRow> {
        let mut actions = reply.into_actions();
        if self.unasked {
            actions.iter_mut().for_each(Action::usually_update);
        }
        let recipients = std::iter::repeat_n(to, actions.len());
        let row = |(action, to)| NewRow {
            key: key_of(&action),
            to,
            action,
        };
        actions.into_iter().zip(recipients).map(row).collect()
    }

    fn key(&self, ordinal: fmt::Arguments<'_>) -> Arc<str> {
        let mut event = [0; 2 * size_of::<EventKey>()];
        hex::encode_to_slice(self.event, &mut event).expect("two digits for each byte");
        let mut key = String::with_capacity(event.len() + 12);
        key.extend(event.map(char::from));
        // Writing to a string cannot fail.
        let _ = write!(key, ":{ordinal}");
        key.into()
    }

    /// How many actions were sent through it.
    pub(super) fn sent(&self) -> u32 {
        self.ordinal.load(Ordering::Relaxed)
    }

    /// The last reply with a message in it that was sent through it.
    pub(super) fn last_sent(&self) -> Option<Reply> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn digest_of(action: &Action) -> [u8; 32] {
    // What does not serialise is refused by the store, whatever its key.
    let json = serde_json::to_vec(action).unwrap_or_default();
    Sha256::digest(json).into()
}

impl ChatPort for Chatter {
    fn send(&self, reply: Reply) -> BoxFuture<'_, Result<(), BoxError>> {
        Box::pin(async move {
            if reply.is_empty() {
                return Ok(());
            }
            check(&reply, self.lease.conversation.object)?;
            if self.is_void.load(Ordering::Relaxed) {
                return Err(StoreError::LeaseLost.into());
            }
            let to = self.to.clone().ok_or("MSG214: the event has nobody to answer")?;
            let kept = reply.clone();
            let rows = self.next_rows(reply, to);
            let sent = self.outgoing.send_for_a_while(Enqueue {
                conversation: Arc::clone(&self.lease.conversation),
                rows,
                turn: Some(self.lease.clone()),
                once: None,
            });
            match sent.await {
                Ok(()) => {}
                Err(error) => {
                    let is_void = matches!(error, SendError::Store(StoreError::LeaseLost));
                    self.is_void.fetch_or(is_void, Ordering::Relaxed);
                    return Err(error.into());
                }
            }
            if kept.messages().next().is_some() {
                *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
            }
            Ok(())
        })
    }
}

impl fmt::Debug for Chatter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chatter")
            .field("conversation", &self.lease.conversation)
            .finish_non_exhaustive()
    }
}
