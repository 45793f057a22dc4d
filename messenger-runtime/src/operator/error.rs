//! What keeps the operator listener from starting.

use std::{io, net::SocketAddr};

/// Why the operator listener cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OperatorError {
    /// `MSG640`: it cannot listen.
    #[error(
        "MSG640: the operator listener cannot listen on {address}: {source}; choose a free address with \
         MESSENGER_OPERATOR_ADDR, or `off`"
    )]
    Bind {
        /// The address as given.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// `MSG641`: others could reach it, and nothing would keep them out.
    #[error(
        "MSG641: the operator listener needs a token where others than this machine can reach it; set \
         MESSENGER_OPERATOR_TOKEN to 16 random characters or more"
    )]
    NoToken,
    /// `MSG642`: the webhook's path is one of those at which the bot tells whether it is well.
    #[error("MSG642: the webhook path {path} is where the bot tells its health; choose another path")]
    Path {
        /// The path as given.
        path: String,
    },
}

impl OperatorError {
    /// Its page in the error index.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Bind { .. } => "MSG640",
            Self::NoToken => "MSG641",
            Self::Path { .. } => "MSG642",
        }
    }
}
