//! What the handlers of a bot share.

use crate::{BoxFuture, Context, FromContext, Rejection};

/// The bot's state, or a part of it, cloned for the handler.
///
/// The state is named in `bot! { pub Shop(Menu); .. }` and given to `Shop::with`. Keep it cheap to clone:
/// an `Arc`, a pool, a struct of these. A part is any type that implements [`FromState`] for the state.
///
/// ```
/// use messenger_runtime::prelude::*;
///
/// #[derive(Clone)]
/// struct Menu(&'static str);
///
/// bot! { Shop(Menu); today }
///
/// #[on_text(words = ["today"])]
/// async fn today(State(menu): State<Menu>) -> String {
///     format!("Today: {}", menu.0)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State<T>(pub T);

/// A part of the state `S` that [`State`] can give to a handler.
///
/// ```
/// use messenger_runtime::FromState;
///
/// #[derive(Clone)]
/// struct Database;
/// struct Shared { database: Database }
///
/// impl FromState<Shared> for Database {
///     fn from_state(state: &Shared) -> Self {
///         state.database.clone()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the bot's state has no `{Self}`",
    label = "not part of the state `{S}`",
    note = "name the state in `bot! {{ pub Shop({Self}); .. }}`, or implement `FromState<{S}>` for `{Self}`"
)]
pub trait FromState<S> {
    /// Clones the part.
    fn from_state(state: &S) -> Self;
}

impl<T: Clone> FromState<T> for T {
    fn from_state(state: &T) -> T {
        state.clone()
    }
}

impl<'a, S: Sync, T: FromState<S> + Send> FromContext<'a, S> for State<T> {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move { Ok(Self(T::from_state(context.state()))) })
    }
}
