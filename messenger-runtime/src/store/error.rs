//! Why a store could not do what it was asked.

/// Why a store could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Events or messages to send are at their bound (MSG601). Events the platform will deliver again.
    #[error(
        "MSG601: too many events or messages wait; raise `queue_limit`, or let the platform deliver again"
    )]
    Full,
    /// Another worker has the conversation (MSG602): the turn is void.
    #[error("MSG602: another worker took over the conversation; this turn was dropped")]
    LeaseLost,
    /// The disk is full or nearly so (MSG604): nothing was kept.
    #[error("MSG604: the disk of the store is full or nearly so ({0}); free some space")]
    NoSpace(String),
    /// The store cannot be reached (MSG605). What was asked may have been done or not.
    #[error("MSG605: the store cannot be reached: {0}")]
    Unavailable(String),
    /// The store refuses this input for good, whatever the state of the store (MSG606): nothing was changed.
    #[error("MSG606: the store refuses what it was given: {0}")]
    Refused(String),
    /// The store cannot be trusted any more: a write could not be made durable, or what it kept is damaged
    /// (MSG607). The process must end; what was acknowledged before is safe.
    #[error(
        "MSG607: the store cannot go on: {0}; the bot stops, so that nothing is acknowledged that is not kept"
    )]
    Broken(String),
}

impl StoreError {
    /// Whether the process must end.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Broken(_))
    }
}
