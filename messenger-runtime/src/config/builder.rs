//! Setting by hand, filling in from variables, and checking it all.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Config, ConfigError, Fault, Problem, SendWaits, Watchdog,
    credentials::{Credentials, Tokens},
    data, read,
    settings::{Setting, Texts},
};
use crate::{Provider, SystemClock, store::StoreLocation, webhook::WebhookOptions};

/// Collects settings; [`build`](Self::build) checks them.
///
/// What is set by hand goes before what [`env`](Self::env) reads, whichever is called first.
///
/// ```
/// use messenger_runtime::config::Config;
///
/// let config = Config::builder()
///     .page("1234567890", "EAAB...one")
///     .page("2345678901", "EAAB...two")
///     .app_secret("0123456789abcdef0123456789abcdef")
///     .verify_token("a long random word")
///     .build()?;
/// assert!(config.provider.serves("2345678901"));
/// assert!(!config.provider.serves("3456789012"));
/// # Ok::<(), messenger_runtime::config::ConfigError>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct ConfigBuilder {
    set: Texts,
    read: Texts,
    pages: Vec<(String, SecretString)>,
    app_secrets: Vec<SecretString>,
    address: Option<SocketAddr>,
    provider: Option<Arc<dyn Provider>>,
    store: Option<StoreLocation>,
    /// Whether the environment of the process was read: it is no test.
    of_process: bool,
    warnings: Vec<String>,
}

impl ConfigBuilder {
    /// Fills in what is not set by hand from the environment variables of this process.
    ///
    /// Then [`Config::store`] is a file in the platform's data directory where nothing else says otherwise.
    pub fn env(mut self) -> Self {
        self.of_process = true;
        // What is not Unicode is no value of any setting, but it must not pass for absent either.
        self.vars(|name| std::env::var_os(name).map(|text| text.to_string_lossy().into_owned()))
    }

    /// Fills in what is not set by hand from `vars`.
    pub fn vars(mut self, vars: impl Fn(&str) -> Option<String>) -> Self {
        self.read.fill(vars, &mut self.warnings);
        self
    }

    fn text(mut self, setting: Setting, text: impl Into<SecretString>) -> Self {
        self.set.set(setting, text.into());
        self
    }

    /// Serves `page` with `token`. Called for several pages, those and no others are served. A page named
    /// twice is a problem (`MSG002`).
    pub fn page(mut self, page: impl Into<String>, token: impl Into<SecretString>) -> Self {
        self.pages.push((page.into(), token.into()));
        self
    }

    /// The access token of every page; `MESSENGER_ACCESS_TOKEN`.
    pub fn access_token(self, token: impl Into<SecretString>) -> Self {
        self.text(Setting::AccessToken, token)
    }

    /// The app's id; `MESSENGER_APP_ID`.
    pub fn app_id(self, id: impl Into<String>) -> Self {
        self.text(Setting::AppId, id.into())
    }

    /// An app secret, the one to sign with first; `MESSENGER_APP_SECRET`.
    pub fn app_secret(mut self, secret: impl Into<SecretString>) -> Self {
        self.app_secrets.push(secret.into());
        self
    }

    /// The verify token; `MESSENGER_VERIFY_TOKEN`.
    pub fn verify_token(self, token: impl Into<SecretString>) -> Self {
        self.text(Setting::VerifyToken, token)
    }

    /// Where the Graph API is; `MESSENGER_GRAPH_ORIGIN`.
    pub fn graph_origin(self, origin: impl Into<String>) -> Self {
        self.text(Setting::GraphOrigin, origin.into())
    }

    /// The Graph API's version; `MESSENGER_GRAPH_VERSION`.
    pub fn graph_version(self, version: impl Into<String>) -> Self {
        self.text(Setting::GraphVersion, version.into())
    }

    /// Where the webhook listens; `MESSENGER_ADDR`.
    pub fn address(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// The webhook's path; `MESSENGER_WEBHOOK_PATH`.
    pub fn webhook_path(self, path: impl Into<String>) -> Self {
        self.text(Setting::WebhookPath, path.into())
    }

    /// Where the platform reaches the webhook; `MESSENGER_CALLBACK_URL`.
    pub fn callback_url(self, url: impl Into<String>) -> Self {
        self.text(Setting::CallbackUrl, url.into())
    }

    /// Where the operator listener listens, or `off`; `MESSENGER_OPERATOR_ADDR`.
    pub fn operator_address(self, address: impl Into<String>) -> Self {
        self.text(Setting::OperatorAddress, address.into())
    }

    /// The token of the operator listener; `MESSENGER_OPERATOR_TOKEN`.
    pub fn operator_token(self, token: impl Into<SecretString>) -> Self {
        self.text(Setting::OperatorToken, token)
    }

    /// Where events, conversations and messages are kept; `MESSENGER_STORE`.
    pub fn store(mut self, store: StoreLocation) -> Self {
        self.store = Some(store);
        self
    }

    /// Whether to print every request to the Graph API; `MESSENGER_DEBUG`.
    pub fn debug(self, debug: bool) -> Self {
        self.text(Setting::Debug, if debug { "1" } else { "0" })
    }

    /// Pages, tokens and secrets that may change while the bot runs. With a provider, none of them is
    /// read from anywhere else.
    pub fn provider(mut self, provider: Arc<dyn Provider>) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Checks all settings.
    ///
    /// # Errors
    ///
    /// Every setting that is missing (`MSG001`) or cannot be used (`MSG002`, `MSG003`), by name; never a
    /// value.
    pub fn build(mut self) -> Result<Config, ConfigError> {
        let mut check = Check {
            set: &self.set,
            read: &self.read,
            problems: Vec::new(),
        };
        let provider = match self.provider.take() {
            Some(provider) => Some(provider),
            None => check
                .credentials(&self.pages, &self.app_secrets)
                .map(|credentials| -> Arc<dyn Provider> { Arc::new(credentials) }),
        };
        let address = self.address.or_else(|| check.address(&mut self.warnings));
        let webhook_path = check.take(Setting::WebhookPath, read::path);
        let callback_url = check.take(Setting::CallbackUrl, read::callback_url);
        let origin = check.take(Setting::GraphOrigin, read::origin);
        let version = check.take(Setting::GraphVersion, read::version);
        let operator = check.take(Setting::OperatorAddress, read::operator_address);
        let operator_token = check.take(Setting::OperatorToken, read::operator_token);
        let debug = check.take(Setting::Debug, read::switch);
        let store = match self.store.take() {
            Some(store) => store,
            None => check.store(self.of_process, &mut self.warnings),
        };

        let problems = check.problems;
        let (Some(provider), true) = (provider, problems.is_empty()) else {
            return Err(ConfigError { problems });
        };
        let (graph_origin, readable) = origin.unwrap_or(("https://graph.facebook.com".to_owned(), false));
        if readable {
            let name = Setting::GraphOrigin.names()[0];
            self.warnings.push(format!(
                "{name} is not https, so access tokens travel readable for others"
            ));
        }
        Ok(Config {
            provider,
            graph_origin,
            graph_version: version.unwrap_or_else(|| "v25.0".to_owned()),
            app_secret_proof: true,
            address: address.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))),
            webhook_path: webhook_path.unwrap_or_else(|| "/webhook".to_owned()),
            callback_url,
            webhook: WebhookOptions::default(),
            operator: operator.unwrap_or_default(),
            operator_token,
            debug: debug.unwrap_or(false),
            turn_timeout: Duration::from_secs(30),
            typing_after: Some(Duration::from_secs(1)),
            watchdog: Watchdog::default(),
            concurrent_turns: 256,
            max_claims: 5,
            human_pause: Duration::from_secs(30 * 60),
            queue_limit: 100_000,
            profile_ttl: Duration::from_secs(60 * 60),
            store,
            clock: Arc::new(SystemClock),
            seed: fastrand::u64(..),
            send_waits: SendWaits::default(),
            warnings: self.warnings,
        })
    }
}

/// Reads settings and keeps what is wrong with them.
struct Check<'a> {
    set: &'a Texts,
    read: &'a Texts,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn problem(&mut self, setting: Setting, name: &'static str, fault: Fault) {
        self.problems.push(Problem {
            name,
            fault,
            expected: setting.expected(),
        });
    }

    fn take<T>(&mut self, setting: Setting, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.set.get(setting).or_else(|| self.read.get(setting))?;
        let value = read(text.text.expose_secret());
        if value.is_none() {
            self.problem(setting, text.name, Fault::Malformed);
        }
        value
    }

    fn require<T>(&mut self, setting: Setting, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let known = self.problems.len();
        let value = self.take(setting, read);
        if value.is_none() && self.problems.len() == known {
            self.problem(setting, setting.names()[0], Fault::Missing);
        }
        value
    }

    fn credentials(
        &mut self,
        pages: &[(String, SecretString)],
        app_secrets: &[SecretString],
    ) -> Option<Credentials> {
        let tokens = if pages.is_empty() {
            self.tokens()
        } else {
            self.tokens_by_hand(pages)
        };
        let app_secrets = if app_secrets.is_empty() {
            self.require(Setting::AppSecret, read::app_secrets)
        } else {
            let secrets = app_secrets
                .iter()
                .map(|secret| read::app_secrets(secret.expose_secret()));
            let secrets: Option<Vec<_>> = secrets.collect();
            if secrets.is_none() {
                self.problem(
                    Setting::AppSecret,
                    Setting::AppSecret.names()[0],
                    Fault::Malformed,
                );
            }
            secrets.map(|secrets| secrets.into_iter().flatten().collect())
        };
        let verify_token = self.require(Setting::VerifyToken, read::verify_token);
        let app_id = self.take(Setting::AppId, read::id);
        Some(Credentials {
            tokens: tokens?,
            app_secrets: app_secrets?.into(),
            verify_token: verify_token?,
            app_id: app_id.map(Into::into),
        })
    }

    fn tokens(&mut self) -> Option<Tokens> {
        let tokens = self.require(Setting::AccessToken, read::tokens);
        let known = self.problems.len();
        let pages = self.take(Setting::PageId, read::ids);
        if self.problems.len() > known {
            return None;
        }
        let mut tokens = tokens?;
        let pages = pages.unwrap_or_default();
        if tokens.len() > 1 && tokens.len() != pages.len() {
            let fault = Fault::Count {
                pages: pages.len(),
                tokens: tokens.len(),
            };
            self.problem(Setting::AccessToken, Setting::AccessToken.names()[0], fault);
            return None;
        }
        if pages.is_empty() {
            return tokens.pop().map(Tokens::Any);
        }
        Some(Tokens::Pages(
            pages.into_iter().zip(tokens.into_iter().cycle()).collect(),
        ))
    }

    fn tokens_by_hand(&mut self, pages: &[(String, SecretString)]) -> Option<Tokens> {
        let known = self.problems.len();
        let mut tokens = BTreeMap::new();
        for (page, token) in pages {
            let unfit = read::id(page).is_none_or(|page| tokens.insert(page, token.clone()).is_some());
            if unfit {
                self.problem(Setting::PageId, Setting::PageId.names()[0], Fault::Malformed);
            }
            if read::tokens(token.expose_secret()).is_none_or(|tokens| tokens.len() != 1) {
                self.problem(
                    Setting::AccessToken,
                    Setting::AccessToken.names()[0],
                    Fault::Malformed,
                );
            }
        }
        (self.problems.len() == known).then_some(Tokens::Pages(tokens))
    }

    /// The store; that of a process without the setting is a file in the platform's data directory.
    fn store(&mut self, of_process: bool, warnings: &mut Vec<String>) -> StoreLocation {
        let known = self.problems.len();
        let store = self.take(Setting::Store, |text| text.parse().ok());
        if store.is_some() || self.problems.len() > known || !of_process {
            return store.unwrap_or(StoreLocation::Memory);
        }
        if cfg!(not(feature = "sqlite")) {
            warnings.push(
                "MESSENGER_STORE is not set, so everything is kept in memory and lost with the process"
                    .to_owned(),
            );
            return StoreLocation::Memory;
        }
        match data::file() {
            Some(file) => StoreLocation::Sqlite(file),
            None => {
                self.problem(Setting::Store, Setting::Store.names()[0], Fault::Missing);
                StoreLocation::Memory
            }
        }
    }

    fn address(&mut self, warnings: &mut Vec<String>) -> Option<SocketAddr> {
        let address = self.take(Setting::Address, read::address);
        let port = self.take(Setting::Port, read::port);
        if let (Some(address), Some(port)) = (address, port)
            && address.port() != port.port()
        {
            let (address, port) = (Setting::Address.names()[0], self.read.get(Setting::Port)?.name);
            warnings.push(format!("{port} differs from {address}, which is used"));
        }
        address.or(port)
    }
}
