//! What keeps the webhook from starting.

use std::io;

/// Why the webhook cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// `MSG461`: nothing to check signatures with.
    #[error(
        "MSG461: there is no app secret, so anybody could send events to this bot; set MESSENGER_APP_SECRET \
         (App Dashboard, App settings, Basic) or have the provider return one"
    )]
    NoAppSecret,
    /// `MSG462`: nothing to check the subscription handshake with.
    #[error(
        "MSG462: there is no verify token, so the platform's subscription handshake cannot be answered; set \
         MESSENGER_VERIFY_TOKEN to a long random word and enter the same in the App Dashboard"
    )]
    NoVerifyToken,
    /// `MSG463`: the webhook's path is not a plain path.
    #[error(
        "MSG463: the webhook path {path:?} is not a plain path; it starts with `/` and holds letters, digits \
         and `- . _ ~ /` only, like `/webhook`"
    )]
    Path {
        /// The path as given.
        path: String,
    },
    /// `MSG464`: the server cannot listen.
    #[error(
        "MSG464: cannot listen on {address}: {source}; choose a free address with MESSENGER_ADDR or PORT"
    )]
    Bind {
        /// The address as given.
        address: String,
        /// What the system said.
        source: io::Error,
    },
}

impl WebhookError {
    /// Its page in the error index.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAppSecret => "MSG461",
            Self::NoVerifyToken => "MSG462",
            Self::Path { .. } => "MSG463",
            Self::Bind { .. } => "MSG464",
        }
    }
}
