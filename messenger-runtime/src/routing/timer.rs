//! Timers of a conversation: setting them, and what their handlers take.

use std::{fmt, sync::Arc, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest as _, Sha256};

use super::session::{SessionError, Workspace};
use crate::{
    BoxFuture, Context, FromContext, Rejection,
    event::{self, Channel, Kind, Timestamp},
    store::{EventKey, StoredEvent, TimerChange},
};

/// How many bytes the data of a timer may take.
const DATA_LIMIT: usize = 16 << 10;
/// The longest wait; what is longer counts as this.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// Sets and cancels timers of the conversation.
///
/// A timer that is due wakes its conversation: the handler of [`on_timer`](crate::on_timer) runs as a turn of its
/// own, with everything that handlers take. Changes are committed with the turn, and those of a handler that
/// fails are not; a timer survives a restart of the bot. A conversation has one timer of a name: setting it again
/// takes the place of the earlier one. One that is already due runs, whatever is set or cancelled after.
///
/// ```
/// use std::time::Duration;
///
/// use messenger_runtime::prelude::*;
///
/// #[on_postback("ADD:{sku}")]
/// async fn add(sku: String, timers: Timers) -> &'static str {
///     timers.set_with("cart", Duration::from_secs(3600), &sku);
///     "It is in your cart."
/// }
///
/// #[on_timer("cart")]
/// async fn remind(timer: Timer) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
///     let sku: String = timer.data()?;
///     Ok(format!("Your {sku} is still waiting for you."))
/// }
///
/// #[on_postback("ORDER")]
/// async fn order(timers: Timers) -> &'static str {
///     timers.cancel("cart");
///     "It is on its way."
/// }
/// # bot! { Shop; add, remind, order }
/// ```
#[derive(Debug, Clone)]
pub struct Timers {
    workspace: Arc<Workspace>,
    handler: u32,
}

impl Timers {
    /// Sets the timer `name`: it is due `after` the turn is committed, at the earliest. A wait of more than a
    /// hundred years counts as a hundred.
    pub fn set(&self, name: &str, after: Duration) {
        self.set_raw(name, after, None);
    }

    /// As [`set`](Self::set), with data that [`Timer::data`] gives back; at most 16 KiB as JSON. Data that cannot
    /// be written as JSON (MSG632) or is larger (MSG633) fails the handler.
    pub fn set_with(&self, name: &str, after: Duration, data: &(impl Serialize + ?Sized)) {
        let what = || format!("the data of the timer `{name}`");
        match to_raw_value(data) {
            Ok(data) if data.get().len() > DATA_LIMIT => {
                let error = SessionError::TooLarge {
                    what: what(),
                    bytes: data.get().len(),
                    limit: DATA_LIMIT,
                };
                self.workspace.fail(self.handler, error);
            }
            Ok(data) => self.set_raw(name, after, Some(&data)),
            Err(error) => {
                let error = SessionError::Unstorable {
                    what: what(),
                    error: Arc::new(error),
                };
                self.workspace.fail(self.handler, error);
            }
        }
    }

    /// Cancels the timer `name`; without such a timer it does nothing.
    pub fn cancel(&self, name: &str) {
        let noted = self
            .workspace
            .change_timer(self.handler, |_| TimerChange::Cancel { name: name.into() });
        complain_of_late(name, noted);
    }

    fn set_raw(&self, name: &str, after: Duration, data: Option<&RawValue>) {
        let after = after.min(LONGEST);
        let workspace = &self.workspace;
        let event = event(workspace, name, after, data);
        let noted = workspace.change_timer(self.handler, |ordinal| TimerChange::Set {
            name: name.into(),
            after,
            key: key(workspace.key(), name, ordinal),
            event,
        });
        complain_of_late(name, noted);
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Timers {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move { Ok(Self::of(context.workspace)) })
    }
}

impl Timers {
    /// Those of the handler at work.
    pub(crate) fn of(workspace: &Arc<Workspace>) -> Self {
        Self {
            workspace: Arc::clone(workspace),
            handler: workspace.handler(),
        }
    }

    /// Sets the timer of `event` once more, as it is.
    pub(crate) fn set_again(&self, timer: &event::Timer<'_>, after: Duration) {
        let data = timer.data.as_ref().map(event::Raw::as_str);
        let data = data.and_then(|data| serde_json::from_str::<&RawValue>(data).ok());
        self.set_raw(timer.name.as_deref().unwrap_or_default(), after, data);
    }
}

/// The timer that is due, in a handler of [`on_timer`](crate::on_timer). Fails for other events.
#[derive(Clone)]
pub struct Timer {
    name: String,
    data: Option<String>,
    due: Option<Timestamp>,
}

impl Timer {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it was [set with](Timers::set_with); of a timer without data, what `null` is read as.
    ///
    /// # Errors
    ///
    /// Where it does not fit the type. The error may quote the data.
    pub fn data<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.data.as_deref().unwrap_or("null"))
    }

    /// When it was due; its turn may come later.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        self.due
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("name", &self.name)
            .field("due", &self.due)
            .finish_non_exhaustive()
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Timer {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            let Kind::Timer(timer) = context.event().kind() else {
                return Err(Rejection::new("the event is no timer"));
            };
            Ok(Self {
                name: timer.name.as_deref().unwrap_or_default().to_owned(),
                data: timer.data.as_ref().map(|data| data.as_str().to_owned()),
                due: context.event().timestamp(),
            })
        })
    }
}

fn complain_of_late(name: &str, noted: bool) {
    if !noted {
        tracing::error!(
            timer = name,
            "MSG634: a timer was changed after its handler had ended, by a task of its own perhaps; the change is lost"
        );
    }
}

/// The event that a timer becomes, in the shape of the platform's own.
fn event(workspace: &Workspace, name: &str, after: Duration, data: Option<&RawValue>) -> StoredEvent {
    #[derive(Serialize)]
    struct Wire<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        sender: Option<Party<'a>>,
        recipient: Party<'a>,
        timestamp: u64,
        timer: Body<'a>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "snake_case")]
    enum Party<'a> {
        Id(&'a str),
        UserRef(&'a str),
    }
    #[derive(Serialize)]
    struct Body<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a RawValue>,
    }
    let conversation = workspace.conversation();
    let now = workspace.clock().now();
    let due = now.checked_add(after).unwrap_or(now);
    let since = due.duration_since(std::time::SystemTime::UNIX_EPOCH);
    let person = conversation.person.as_deref();
    let wire = Wire {
        sender: person.map(|person| {
            if workspace.is_by_user_ref() {
                Party::UserRef(person)
            } else {
                Party::Id(person)
            }
        }),
        recipient: Party::Id(&conversation.page),
        timestamp: since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)),
        timer: Body { name, data },
    };
    let json = serde_json::to_string(&wire).expect("strings, numbers and JSON always serialise");
    StoredEvent {
        channel: Channel::Timer,
        field: Some(name.into()),
        json: json.into(),
    }
}

/// Another one for each setting, and the same when a turn runs again.
fn key(event: &EventKey, name: &str, ordinal: u32) -> EventKey {
    let digest: [u8; 32] = Sha256::new_with_prefix(b"timer")
        .chain_update(event)
        .chain_update(ordinal.to_le_bytes())
        .chain_update(name)
        .finalize()
        .into();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    key
}
