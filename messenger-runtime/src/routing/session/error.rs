//! What can be wrong with what a handler leaves behind.

use std::sync::Arc;

use super::stored::Place;

/// Why the changes of a handler cannot be kept; it counts as failed then.
///
/// [`HandlerError::Failed`](crate::HandlerError::Failed) holds it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The value is none that can be stored (MSG632).
    #[error("MSG632: {what} cannot be stored as JSON and read again: {}", Place(.error))]
    Unstorable {
        /// The session or timer.
        what: String,
        /// The error of `serde`; its text may quote the value.
        error: Arc<serde_json::Error>,
    },
    /// The code that serialises the value panicked (MSG632).
    #[error("MSG632: the code that serialises {what} panicked")]
    Panicked {
        /// The session.
        what: String,
    },
    /// It would pass the limit (MSG633).
    #[error(
        "MSG633: {what} would take {bytes} bytes, at most {limit}; keep what is large in a database of your own, and its key here"
    )]
    TooLarge {
        /// The sessions of the conversation, or the data of a timer.
        what: String,
        /// How large.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The handler ended while something else still held it (MSG634).
    #[error(
        "MSG634: the session `{name}` was still held when the handler ended, by a task of its own perhaps; it must be dropped before"
    )]
    Held {
        /// The session's name.
        name: &'static str,
    },
}
