//! The configuration: what a bot has to be told before it starts.
//!
//! Most bots read it from environment variables with [`Config::from_env`]. [`Config::builder`] sets the same
//! by hand, and [`ConfigBuilder::env`] fills in what was not set. All that is missing or wrong is reported
//! at once, by name and without any value. How the bot behaves while it runs (deadlines, limits, the clock)
//! are plain fields of [`Config`], with defaults, to be changed before the bot is started.
//!
//! | variable | what it is | default | also read from |
//! |---|---|---|---|
//! | `MESSENGER_ACCESS_TOKEN` | the page's access token; with several pages one for all, or one for each in their order, separated by commas | required | `FACEBOOK_ACCESS_TOKEN`, `FACEBOOK_PAGE_ACCESS_TOKEN` |
//! | `MESSENGER_APP_SECRET` | the app secret; several, separated by commas, while it is being rotated | required | `FACEBOOK_APP_SECRET` |
//! | `MESSENGER_VERIFY_TOKEN` | a word of your choice, entered in the App Dashboard as well | required | `FACEBOOK_VERIFY_TOKEN` |
//! | `MESSENGER_PAGE_ID` | the pages (and Instagram accounts) to serve, each once, separated by commas | every one | `FACEBOOK_PAGE_ID` |
//! | `MESSENGER_APP_ID` | the app's id, by which its own echoes are told from others | none | `FACEBOOK_APP_ID` |
//! | `MESSENGER_ADDR` | address or host name, and port, to listen on | `127.0.0.1:3000` | |
//! | `PORT` | the port alone, then on all addresses, as container platforms expect | | `MESSENGER_PORT` |
//! | `MESSENGER_WEBHOOK_PATH` | the webhook's path | `/webhook` | `MESSENGER_APP_ENDPOINT`, `MESSENGER_ENDPOINT` |
//! | `MESSENGER_CALLBACK_URL` | the public `https` address of the webhook; `subscribe` registers it, nothing else needs it | none | |
//! | `MESSENGER_GRAPH_ORIGIN` | where the Graph API is | `https://graph.facebook.com` | |
//! | `MESSENGER_GRAPH_VERSION` | its version | `v25.0` | |
//! | `MESSENGER_OPERATOR_ADDR` | where the [operator listener](crate::operator) listens; `off`: nowhere. An address other than a loopback one needs a token | `127.0.0.1:3001`, or nowhere where that is taken | |
//! | `MESSENGER_OPERATOR_TOKEN` | what who asks there has to send, 16 characters or more | none | |
//! | `MESSENGER_STORE` | where everything is kept: `sqlite:PATH`, `postgres://..` or `memory` | `sqlite:` and `bot.db` in a folder of the program's name in the user's data directory: `~/.local/share` (or `XDG_DATA_HOME`), `~/Library/Application Support`, `%LOCALAPPDATA%` | |
//! | `MESSENGER_DEBUG` | `1` prints every request to the Graph API and its answer to standard error, the token masked; texts are printed whole | `0` | |
//!
//! The other names are those of earlier libraries, so that a bot can move here with its environment as it
//! is. Where two names of one setting disagree, the first column wins and [`Config::warnings`] says so.
//! An empty variable counts as absent.
//!
//! Where to look: `settings` is this table in code, `read` turns texts into values, `credentials` is the
//! [`Provider`] made of them, unless [`ConfigBuilder::provider`] brings another.

mod builder;
mod credentials;
mod data;
mod error;
pub(crate) mod read;
mod settings;
mod waits;
mod watchdog;

use std::{net::SocketAddr, sync::Arc, time::Duration};

pub use self::{
    builder::ConfigBuilder,
    error::{ConfigError, Fault, Problem},
    waits::SendWaits,
    watchdog::Watchdog,
};
use secrecy::SecretString;

use crate::{Clock, Provider, operator::OperatorAddress, store::StoreLocation, webhook::WebhookOptions};

/// A bot's configuration.
///
/// ```
/// use std::time::Duration;
/// use messenger_runtime::config::Config;
///
/// let mut config = Config::builder()
///     .access_token("EAAB...")
///     .app_secret("0123456789abcdef0123456789abcdef")
///     .verify_token("a long random word")
///     .build()?;
/// config.turn_timeout = Duration::from_secs(10);
/// assert_eq!(config.address.to_string(), "127.0.0.1:3000");
/// # Ok::<(), messenger_runtime::config::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Where pages, tokens and secrets come from.
    pub provider: Arc<dyn Provider>,
    /// The Graph API's scheme, host and port, without a slash at the end.
    pub graph_origin: String,
    /// The Graph API's version, like `v25.0`.
    ///
    /// Platform: <https://developers.facebook.com/docs/graph-api/guides/versioning>
    pub graph_version: String,
    /// Whether calls carry `appsecret_proof`. Default: yes.
    ///
    /// Platform: <https://developers.facebook.com/docs/graph-api/guides/secure-requests>
    pub app_secret_proof: bool,
    /// Where the webhook listens.
    pub address: SocketAddr,
    /// The webhook's path.
    pub webhook_path: String,
    /// The public `https` address of the webhook, which the command `subscribe` registers.
    pub callback_url: Option<String>,
    /// What the webhook accepts, and its limits.
    pub webhook: WebhookOptions,
    /// Where the [operator listener](crate::operator) of [`BotBuilder::run`](crate::BotBuilder::run) listens.
    pub operator: OperatorAddress,
    /// What who asks there has to send. 16 characters or more.
    pub operator_token: Option<SecretString>,
    /// Whether every request to the Graph API and its answer is printed to standard error, the token masked.
    /// What is written to people is printed as well.
    pub debug: bool,
    /// How long a handler may take. The platform's policy asks bots to answer within 30 s. Default: 30 s.
    pub turn_timeout: Duration,
    /// After how long a handler that still runs has the person see that the bot is typing; `None` for never. It is shown
    /// again every 15 s, and a second after each message that the handler sends meanwhile. Default: 1 s.
    ///
    /// Platform: sender actions, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/sender-actions>.
    pub typing_after: Option<Duration>,
    /// How long a handler may keep its thread to itself, neither awaiting anything nor ending, before the process is
    /// ended with exit code 1 (MSG627). Such a handler cannot be cut off, and a few of them would stop the whole bot.
    /// Whoever restarts the process lets its event be tried again, and after [`max_claims`](Self::max_claims) of
    /// these it is a dead letter. A handler that only waits never comes to this, however long: it ends by
    /// [`turn_timeout`](Self::turn_timeout). Long computations belong into `tokio::task::spawn_blocking`. Default: 30 s
    /// beyond its time, where the program is the bot's own.
    pub watchdog: Watchdog,
    /// How many handlers may run at a time, over all conversations; 0 counts as 1. Default: 256.
    pub concurrent_turns: usize,
    /// How often an event may be begun without coming to an end, because the process died over it, before it is
    /// kept as a dead letter instead; 0 counts as 1. Default: 5.
    pub max_claims: u32,
    /// How long the bot stays silent for a person to whom somebody else has written. Default: 30 minutes.
    pub human_pause: Duration,
    /// How many events may wait for their turn; from then on the webhook answers 503 and the platform
    /// sends them again later. Default: 100,000.
    pub queue_limit: usize,
    /// How long a person's profile is kept before it is asked for again. Default: 1 hour.
    pub profile_ttl: Duration,
    /// Where events, conversations and messages are kept, unless [`BotBuilder::store`](crate::BotBuilder::store)
    /// brings a store.
    ///
    /// Default: a file in the user's data directory where the environment of the process was read
    /// ([`from_env`](Self::from_env), [`ConfigBuilder::env`]); else in memory, so that what is put together by hand,
    /// as in tests, shares nothing and leaves nothing behind.
    pub store: StoreLocation,
    /// The time of day. Default: the system's.
    pub clock: Arc<dyn Clock>,
    /// Where the jitter of retries starts; a test that sets it gets the same waits each time.
    /// Default: random.
    pub seed: u64,
    #[doc(hidden)]
    pub send_waits: SendWaits,
    /// What is worth knowing about the settings although they can be used, one sentence each.
    pub warnings: Vec<String>,
}

impl Config {
    /// Starts from nothing.
    pub fn builder() -> ConfigBuilder {
        ConfigBuilder::default()
    }

    /// Reads the environment variables of this process.
    ///
    /// # Errors
    ///
    /// Everything that is missing or cannot be used, by name.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::builder().env().build()
    }

    /// With numbers that can be reckoned with: no wait of more than ten years, room for a handler at least.
    pub(crate) fn bounded(mut self) -> Self {
        const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
        for wait in [
            &mut self.turn_timeout,
            &mut self.human_pause,
            &mut self.profile_ttl,
        ] {
            *wait = LONGEST.min(*wait);
        }
        if let Watchdog::After(grace) = &mut self.watchdog {
            *grace = LONGEST.min(*grace);
        }
        self.max_claims = self.max_claims.max(1);
        self.concurrent_turns = self.concurrent_turns.clamp(1, 1_000_000);
        self
    }

    /// Reads the same variables from `vars`.
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn from_vars(vars: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        Self::builder().vars(vars).build()
    }
}

#[cfg(test)]
mod tests;
