//! What a bot is started from, and why it could not be.

use std::io;

use super::service::Left;
use crate::{
    config::ConfigError,
    graph::GraphError,
    message::BoxError,
    operator::OperatorError,
    store::{Backlog, OpenError, StoreError},
    webhook::WebhookError,
};

/// What the closure of [`Bot::with`](super::Bot::with) may give: the state, or a `Result` with it.
pub trait IntoState<S> {
    /// The state, or why there is none.
    fn into_state(self) -> Result<S, BoxError>;
}

impl<S> IntoState<S> for S {
    fn into_state(self) -> Result<S, BoxError> {
        Ok(self)
    }
}

impl<S, E: Into<BoxError>> IntoState<S> for Result<S, E> {
    fn into_state(self) -> Result<S, BoxError> {
        self.map_err(Into::into)
    }
}

/// Why a bot could not be started, or had to stop.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Settings are missing or malformed; all of them, by name.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The closure of [`Bot::with`](super::Bot::with) failed (MSG020).
    #[error("MSG020: the bot's state could not be made: {0}")]
    State(#[source] BoxError),
    /// The catalogue given to [`BotBuilder::catalog`](super::BotBuilder::catalog) is an error (MSG024).
    #[error("MSG024: the bot's texts in other languages could not be read: {0}")]
    Catalog(#[source] BoxError),
    /// The webhook cannot be served.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// The Graph client cannot be built.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The operator listener cannot be started.
    #[error(transparent)]
    Operator(#[from] OperatorError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The signals that stop the bot cannot be listened to (MSG021).
    #[error("MSG021: the bot cannot listen to signals: {0}")]
    Signals(#[source] io::Error),
    /// A second signal came while the bot was finishing its work, and this was left (MSG022).
    #[error("MSG022: stopped by a second signal, before all was done: {} left", Left(*.0))]
    Cut(Backlog),
    /// The store cannot be trusted any more, so the bot has stopped (MSG023).
    #[error("MSG023: the bot has stopped, for its store cannot go on: {0}")]
    Broken(#[source] StoreError),
}
