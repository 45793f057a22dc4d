//! How long the outbox waits; not a setting, but tests shorten it.

use std::time::Duration;

/// The waits of the outbox. Not for use: the platform and the guide count on the defaults.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendWaits {
    /// How long a send in doubt waits for its echo.
    pub echo: Duration,
    /// The longest wait before the second try; it doubles up to the cap.
    pub backoff: Duration,
    /// The longest wait of all.
    pub backoff_cap: Duration,
    /// The time between two probes of a paused page.
    pub probe: Duration,
    /// How often the provider is asked whether a paused page has another token.
    pub token_look: Duration,
    /// The wait before the store is asked again for what it could not do.
    pub store: Duration,
}

impl Default for SendWaits {
    fn default() -> Self {
        Self {
            echo: Duration::from_secs(10),
            backoff: Duration::from_millis(500),
            backoff_cap: Duration::from_secs(60),
            probe: Duration::from_secs(60),
            token_look: Duration::from_secs(1),
            store: Duration::from_secs(1),
        }
    }
}
