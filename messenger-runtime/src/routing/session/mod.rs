//! Typed state of a conversation.

mod error;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzz;
mod stored;
mod unreadable;
mod workspace;

#[cfg(test)]
mod tests;

use std::{
    fmt,
    ops::{Deref, DerefMut},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

pub use error::SessionError;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
pub(crate) use stored::{Json, Place, StoredSessions};
pub use unreadable::Unreadable;
pub(crate) use unreadable::UnreadableHook;
use workspace::GivenBack;
pub(crate) use workspace::{Locale, Sessions, Workspace};

use crate::{BoxFuture, Context, FromContext, Rejection, message::BoxError};

/// What the bot remembers of a conversation, in a type of your own.
///
/// A handler takes it, reads it and changes it in place. What it changed is committed with its turn, together
/// with its messages and timers; nothing has to be saved. Turns of one conversation follow one another, on
/// any number of nodes, so that no change overwrites another.
///
/// ```
/// use messenger_runtime::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Cart {
///     items: Vec<String>,
/// }
///
/// impl SessionState for Cart {
///     const NAME: &'static str = "cart";
/// }
///
/// #[on_postback("ADD:{sku}")]
/// async fn add(sku: String, mut cart: Session<Cart>) -> String {
///     cart.items.push(sku);
///     format!("{} in your cart.", cart.items.len())
/// }
///
/// #[on_text(words = ["cart"])]
/// async fn show(cart: Session<Cart>) -> Reply {
///     let Some(last) = cart.items.last() else {
///         return Reply::text("Your cart is empty.");
///     };
///     Reply::buttons(format!("You have {}.", cart.items.join(", ")), [
///         Button::postback("One more", add { sku: last.clone() }),
///         Button::postback("Order", order {}),
///     ])
/// }
///
/// #[on_postback("ORDER")]
/// async fn order(mut cart: Session<Cart>) -> String {
///     let count = cart.items.len();
///     cart.reset();
///     format!("{count} items are on their way.")
/// }
/// # bot! { Shop; add, show, order }
/// ```
///
/// # What is kept
///
/// * A handler that fails, panics or overruns its time leaves no change behind, and neither do the
///   [`before`](macro@crate::before) handlers of its turn. [`on_error`](crate::on_error) starts from what is
///   stored, and its own changes are kept.
/// * A `before` handler hands its changes on to those after it.
/// * A session that was only read, or is as it was before, is not written.
/// * It is dropped by the end of its handler. One that a task still holds then fails the handler (MSG634).
/// * A handler takes each session once (MSG630), and each name has one type (MSG631).
/// * What is written is read again at once: a value that does not come back, such as a field that is left out
///   and has no default, fails the handler (MSG632) instead of the next turn.
/// * All sessions of a conversation take at most 256 KiB as JSON (MSG633).
///
/// # Other versions of the type
///
/// A field that is new with `#[serde(default)]`, or one that is gone, needs no migration. For other changes raise
/// [`VERSION`](SessionState::VERSION) and write [`migrate`](SessionState::migrate):
///
/// ```
/// use messenger_runtime::{SessionState, message::BoxError};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
/// struct Cart {
///     items: Vec<Item>, // in version 1 a list of names
/// }
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Item {
///     sku: String,
///     quantity: u32,
/// }
///
/// #[derive(Deserialize)]
/// struct CartV1 {
///     items: Vec<String>,
/// }
///
/// impl SessionState for Cart {
///     const NAME: &'static str = "cart";
///     const VERSION: u32 = 2;
///
///     fn migrate(version: u32, value: serde_json::Value) -> Result<Self, BoxError> {
///         match version {
///             1 => {
///                 let old: CartV1 = serde_json::from_value(value)?;
///                 let item = |sku| Item { sku, quantity: 1 };
///                 Ok(Cart { items: old.items.into_iter().map(item).collect() })
///             }
///             other => Err(format!("a cart of version {other} is not known").into()),
///         }
///     }
/// }
///
/// let cart = Cart::migrate(1, serde_json::json!({"items": ["moka"]})).unwrap();
/// assert_eq!(cart.items, [Item { sku: "moka".into(), quantity: 1 }]);
/// ```
///
/// # What cannot be read
///
/// Is never silently reset and never locks a conversation up. The handler goes on with the default; what was
/// stored becomes a [dead letter](crate::store::DeadLetter) in the step in which the turn is committed; it is
/// logged (MSG603) and reported to [`BotBuilder::on_unreadable`](crate::BotBuilder::on_unreadable).
pub struct Session<T> {
    value: T,
    touched: Touched,
    // What of `SessionState` its end needs. A bound on the type itself would repeat a missing one at every use.
    name: &'static str,
    write: fn(&T) -> GivenBack,
    workspace: Arc<Workspace>,
    handler: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Touched {
    No,
    Reset,
    Changed,
}

/// A type that [`Session`] keeps for a conversation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a session",
    label = "not a session's state",
    note = "derive `Default`, `serde::Serialize` and `serde::Deserialize` for `{Self}`, and name it: `impl SessionState for {Self} {{ const NAME: &'static str = \"..\"; }}`"
)]
pub trait SessionState: Serialize + DeserializeOwned + Default + Send + 'static {
    /// The name it is stored by, unique in the bot. Another one later is another session.
    const NAME: &'static str;

    /// The version of the type, stored with it.
    const VERSION: u32 = 1;

    /// Makes today's value of what was stored in another version: an older one after a deploy, a newer one
    /// while nodes of both are running, or after going back.
    ///
    /// # Errors
    ///
    /// Where it cannot; unless written, always. What was stored is kept aside then: see [`Session`].
    fn migrate(version: u32, value: Value) -> Result<Self, BoxError> {
        drop(value);
        Err(NoMigration {
            from: version,
            to: Self::VERSION,
        }
        .into())
    }
}

/// What [`SessionState::migrate`] says unless it is written.
#[derive(Debug, thiserror::Error)]
#[error("no migration from version {from} to version {to} is written (`SessionState::migrate`)")]
struct NoMigration {
    from: u32,
    to: u32,
}

impl<T: SessionState> Session<T> {
    /// Forgets it: from here on it is the default, and nothing is stored unless it is changed again.
    pub fn reset(&mut self) {
        self.value = T::default();
        self.touched = Touched::Reset;
    }

    fn write(value: &T) -> GivenBack {
        let what = || format!("the session `{}`", T::NAME);
        match catch_unwind(AssertUnwindSafe(|| stored::write(value))) {
            Ok(Ok(json)) => GivenBack::Changed(json),
            Ok(Err(error)) => GivenBack::Unstorable(SessionError::Unstorable {
                what: what(),
                error: Arc::new(error),
            }),
            Err(_panic) => GivenBack::Unstorable(SessionError::Panicked { what: what() }),
        }
    }
}

impl<T> Deref for Session<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Session<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.touched = Touched::Changed;
        &mut self.value
    }
}

impl<T> Drop for Session<T> {
    fn drop(&mut self) {
        // The handler fails by its panic, and one more would abort the process.
        if std::thread::panicking() {
            return;
        }
        let given = match self.touched {
            Touched::No => GivenBack::Unchanged,
            Touched::Reset => GivenBack::Removed,
            Touched::Changed => (self.write)(&self.value),
        };
        self.workspace.give_back(self.handler, self.name, given);
    }
}

impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({})", self.name)
    }
}

impl<'a, S: Sync, T: SessionState> FromContext<'a, S> for Session<T> {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            Ok(Self {
                value: context.workspace.take()?,
                touched: Touched::No,
                name: T::NAME,
                write: Self::write,
                workspace: Arc::clone(context.workspace),
                handler: context.workspace.handler(),
            })
        })
    }
}
