//! What can go wrong in a handler.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use super::Rejection;
use crate::message::{LimitError, LimitErrors};

/// Why a handler came to nothing; what `#[on_error]` takes.
///
/// Its texts name the handler and the cause, never what the person wrote. The event is kept as a
/// [dead letter](crate::store::DeadLetter) with the code and the first 500 characters of the text, that of
/// the handler's own error included: leave out of your errors what should not be kept.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum HandlerError {
    /// An extractor could not give its value (MSG210).
    Rejected(Rejection),
    /// The handler returned `Err` (MSG211).
    Failed(Arc<dyn Error + Send + Sync>),
    /// The handler panicked (MSG212).
    Panicked,
    /// The handler ran longer than the configured turn time-out (MSG213).
    TimedOut(Duration),
    /// The reply breaks limits of the platform and was not sent (`MSG1xx`).
    Limits(LimitErrors),
}

impl HandlerError {
    /// The code of the error, like `MSG211`; the error index has a page for each. Of several limits that a
    /// reply breaks, that of the first.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected(_) => "MSG210",
            Self::Failed(_) => "MSG211",
            Self::Panicked => "MSG212",
            Self::TimedOut(_) => "MSG213",
            Self::Limits(errors) => errors.iter().next().map_or("MSG103", LimitError::code),
        }
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejection) => write!(f, "MSG210: an extractor failed: {rejection}"),
            Self::Failed(error) => write!(f, "MSG211: the handler failed: {error}"),
            Self::Panicked => f.write_str("MSG212: the handler panicked; its message is on standard error"),
            Self::TimedOut(limit) => {
                write!(
                    f,
                    "MSG213: the handler ran longer than {limit:?}; answer first, and do long work in a task of your own"
                )
            }
            Self::Limits(errors) => errors.fmt(f),
        }
    }
}

impl Error for HandlerError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Failed(error) => Some(error.as_ref()),
            Self::Limits(errors) => Some(errors),
            Self::Panicked | Self::TimedOut(_) => None,
        }
    }
}
