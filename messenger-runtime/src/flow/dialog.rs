//! Beginning and ending a flow from a handler.

use std::{fmt, sync::Arc};

use super::{Flow, ListedFlow, entry::begun};
use crate::{
    BoxFuture, Context, FromContext, Rejection,
    message::{Action, Reply},
    routing::{
        dialog::DialogChange,
        session::{SessionError, Workspace},
    },
};

/// The dialog of the conversation: begins a flow, ends the one that runs, or tells where it is.
///
/// What a handler does with it is committed with the turn; of a handler that fails nothing stays.
///
/// ```
/// use messenger_runtime::{flow::Retry, prelude::*};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Booking {
///     guests: u32,
/// }
///
/// #[flow(start = guests)]
/// impl Booking {
///     #[ask("For how many?", options = ["2", "4"], next = [booked])]
///     async fn guests(&mut self, guests: u32) -> Result<Next, Retry> {
///         if guests > 8 {
///             return Err(Retry("We have room for eight."));
///         }
///         self.guests = guests;
///         Ok(Next::booked)
///     }
///
///     #[end]
///     async fn booked(&mut self) -> String {
///         format!("A table for {} is yours.", self.guests)
///     }
/// }
///
/// #[on_text(words = ["book"])]
/// async fn book(dialog: Dialog) -> Reply {
///     Reply::text("With pleasure.").then(dialog.begin(Booking::default()))
/// }
///
/// bot! { Bistro; book, flow Booking }
/// ```
pub struct Dialog {
    workspace: Arc<Workspace>,
    handler: u32,
}

impl Dialog {
    /// Begins a flow when the handler has ended. One that runs is replaced, after its `#[on_cancel]`.
    ///
    /// The reply stands for what the flow says first; where the handler does not return it, that comes last.
    #[expect(clippy::needless_pass_by_value, reason = "a flow is made where it begins")]
    pub fn begin<F: Flow + ListedFlow>(&self, flow: F) -> Reply {
        match begun(&flow) {
            Ok(begun) => self.change(DialogChange::Begin(begun)),
            Err(error) => self.workspace.fail(
                self.handler,
                SessionError::Unstorable {
                    what: format!("the flow `{}`", F::GRAPH.name),
                    error: Arc::new(error),
                },
            ),
        }
        Reply::from(Action::Question)
    }

    /// Ends the flow that runs when the handler has ended, after its `#[on_cancel]`. Where none runs, nothing happens.
    pub fn end(&self) {
        self.change(DialogChange::End);
    }

    /// The flow that waits for an answer and the step at which it does, by their names.
    #[must_use]
    pub fn running(&self) -> Option<(&str, &str)> {
        self.workspace.flow()
    }

    fn change(&self, change: DialogChange) {
        self.workspace.change_dialog(self.handler, change);
    }
}

impl fmt::Debug for Dialog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Dialog").field(&self.running()).finish()
    }
}

impl<'a, S: Sync> FromContext<'a, S> for Dialog {
    fn from_context(context: &'a Context<'a, S>) -> BoxFuture<'a, Result<Self, Rejection>> {
        Box::pin(async move {
            Ok(Self {
                workspace: Arc::clone(context.workspace),
                handler: context.workspace.handler(),
            })
        })
    }
}
