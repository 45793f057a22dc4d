//! Sending from outside a turn: a timetable, a payment that came in.

use std::{fmt, sync::Arc};

use sha2::{Digest as _, Sha256};

use super::handle::{Handle, Inside};
use crate::{
    SendError,
    event::Object,
    message::{IntoReply, LimitErrors, Platform, Recipient, Reply},
    store::{Conversation, Enqueue, Enqueued, EventKey, NewRow},
};

impl Handle {
    /// Sends to a person of a Facebook page without an event of theirs to answer; see [`SendTo`].
    ///
    /// ```
    /// use messenger_runtime::{Handle, SendError, message::{Reply, UtilityTemplate}};
    ///
    /// /// The payment provider called: the order is paid.
    /// async fn paid(bot: &Handle, order: &str, psid: &str) -> Result<(), SendError> {
    ///     let receipt = Reply::utility(UtilityTemplate::new("order_paid", "en"));
    ///     bot.to("20001", psid).send_once(&format!("paid-{order}"), receipt).await?;
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn to(&self, page: &str, psid: &str) -> SendTo {
        self.sending_to(Object::Page, page, psid)
    }

    /// Sends to a person of an Instagram account, by the id that the account knows them by; see [`SendTo`].
    #[must_use]
    pub fn to_instagram(&self, account: &str, igsid: &str) -> SendTo {
        self.sending_to(Object::Instagram, account, igsid)
    }

    fn sending_to(&self, object: Object, page: &str, person: &str) -> SendTo {
        SendTo {
            inner: Arc::clone(&self.inner),
            conversation: Arc::new(Conversation {
                object,
                page: page.into(),
                person: Some(person.into()),
            }),
        }
    }
}

/// Sends to one person from outside a turn; made by [`Handle::to`] and [`Handle::to_instagram`].
///
/// What it sends goes out as replies of handlers do: behind everything that the conversation has still to send,
/// in order, tried again, held back while the page is paused, and within the person's window: 24 hours after
/// they last wrote, 7 days with a tag, any time as a utility message. The bot need not have seen the person
/// before; then the platform decides.
///
/// A quick reply that is sent so works when it is tapped. Typing its title does not count as a tap: that is
/// kept with the conversation, which only its own turns change.
///
/// It may be used inside a handler too, to write to somebody else. To write to the person at hand, take
/// [`Chat`](crate::Chat): what a handler sends by this is sent again when the handler runs again.
#[derive(Clone)]
pub struct SendTo {
    inner: Arc<dyn Inside>,
    conversation: Arc<Conversation>,
}

impl SendTo {
    /// Queues a reply, and returns when the store keeps it.
    ///
    /// # Errors
    ///
    /// [`SendError::Limits`], [`SendError::Reply`], [`SendError::NotServed`], [`SendError::Stopping`],
    /// [`SendError::Store`]: nothing was queued. Of [`StoreError::Unavailable`] alone nobody knows: it may have been
    /// queued, so that sending again may say it twice. [`send_once`](Self::send_once) does not.
    ///
    /// [`StoreError::Unavailable`]: crate::store::StoreError::Unavailable
    pub async fn send(&self, reply: impl IntoReply) -> Result<(), SendError> {
        let rows = self.rows(self.checked(reply)?, random());
        if !rows.is_empty() {
            self.inner.outgoing().enqueue(self.queuing(rows, None)).await?;
        }
        Ok(())
    }

    /// As [`send`](Self::send), once for each `key` and person: gives `false`, and queues nothing, where this was
    /// called with the same key before. For what is told more than once, such as that a payment came in.
    ///
    /// A key is known for as long as the store knows the keys of events.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send). The key then counts as new, unless the error is [`StoreError::Unavailable`]: it may
    /// have been queued. Call it again with the same key until it gives an answer; `false` then says that the first call
    /// has queued it.
    ///
    /// [`StoreError::Unavailable`]: crate::store::StoreError::Unavailable
    pub async fn send_once(&self, key: &str, reply: impl IntoReply) -> Result<bool, SendError> {
        let once = self.once(key);
        let rows = self.rows(self.checked(reply)?, once);
        if rows.is_empty() {
            return Ok(false);
        }
        let enqueue = self.queuing(rows, Some(once));
        let became = self.inner.outgoing().enqueue(enqueue).await?;
        Ok(!became.contains(&Enqueued::Known))
    }

    /// As [`send`](Self::send), and waits until the platform has taken every message of it. Dropping the future
    /// ends the waiting, not the sending.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), [`SendError::Graph`] and [`SendError::GivenUp`] where a message was given up,
    /// [`SendError::PagePaused`] and [`SendError::Unsettled`] where it waits in the outbox, [`SendError::Erased`] where its
    /// conversation was erased meanwhile.
    pub async fn send_and_wait(&self, reply: impl IntoReply) -> Result<(), SendError> {
        let rows = self.rows(self.checked(reply)?, random());
        if rows.is_empty() {
            return Ok(());
        }
        let sent = self.inner.outgoing().send_and_wait(self.queuing(rows, None));
        sent.await
    }

    /// The reply, once nothing speaks against sending it.
    fn checked(&self, reply: impl IntoReply) -> Result<Reply, SendError> {
        let reply = reply.into_reply().map_err(SendError::Reply)?;
        let platform = match self.conversation.object {
            Object::Page => Platform::Messenger,
            Object::Instagram => Platform::Instagram,
        };
        let to: Result<(), LimitErrors> = self.recipient().check(platform);
        to.and_then(|()| reply.check(platform))?;
        if !self.inner.serves(&self.conversation.page) {
            return Err(SendError::NotServed(Arc::clone(&self.conversation.page)));
        }
        if self.inner.is_resting() {
            return Err(SendError::Stopping);
        }
        Ok(reply)
    }

    fn recipient(&self) -> Recipient {
        Recipient::Id(self.conversation.person.as_deref().unwrap_or_default().to_owned())
    }

    fn rows(&self, reply: Reply, name: EventKey) -> Vec<NewRow> {
        let name = hex::encode(name);
        let row = |(ordinal, action)| NewRow {
            key: format!("{name}:{ordinal}").into(),
            to: self.recipient(),
            action,
        };
        reply.into_actions().into_iter().enumerate().map(row).collect()
    }

    fn queuing(&self, rows: Vec<NewRow>, once: Option<EventKey>) -> Enqueue {
        Enqueue {
            conversation: Arc::clone(&self.conversation),
            rows,
            turn: None,
            once,
        }
    }

    /// The user's key in the scope of this conversation. Lengths go ahead, so that no two scopes are one.
    fn once(&self, key: &str) -> EventKey {
        let Conversation { object, page, person } = &*self.conversation;
        let mut digest = Sha256::new_with_prefix(b"once");
        digest.update([u8::from(*object == Object::Instagram)]);
        for part in [page, person.as_deref().unwrap_or_default(), key] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        let digest: [u8; 32] = digest.finalize().into();
        let mut once = EventKey::default();
        once.copy_from_slice(&digest[..16]);
        once
    }
}

/// A name for rows that no other has, on any node and after any restart.
fn random() -> EventKey {
    let mut name = EventKey::default();
    getrandom::fill(&mut name)
        .expect("the system gives random bytes: the maps of this process were seeded with them");
    name
}

impl fmt::Debug for SendTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendTo")
            .field("conversation", &self.conversation)
            .finish_non_exhaustive()
    }
}
