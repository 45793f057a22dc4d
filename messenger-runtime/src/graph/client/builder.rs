//! How a client is built.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use reqwest::Url;

use super::{Client, Inner};
use crate::{
    Clock, Provider, SystemClock,
    graph::{
        GraphError, Pacing, RequestHook, Retry,
        flights::Flights,
        profile::{ProfileCache, ProfileField},
        sign::Page,
        upload::{AttachmentCache, MemoryAttachmentCache},
    },
};

/// Where the Graph API lives.
const ORIGIN: &str = "https://graph.facebook.com";
/// The version called unless configured otherwise.
const VERSION: &str = "v25.0";
/// Shorter than servers keep idle connections, so that a send rarely meets one that is just closing.
const IDLE: Duration = Duration::from_secs(30);
/// The longest that connecting may take, and its share of the whole call.
const CONNECT: (Duration, u32) = (Duration::from_secs(5), 3);

/// Configures a [`Client`].
#[must_use = "a builder does nothing until `build`"]
pub struct ClientBuilder {
    provider: Arc<dyn Provider>,
    origin: String,
    version: String,
    proof: bool,
    hook: Option<Arc<dyn RequestHook>>,
    timeout: Duration,
    retry: Retry,
    pacing: Pacing,
    max_answer: usize,
    profiles: ProfileCache,
    profile_fields: Vec<ProfileField>,
    attachments: Option<Arc<dyn AttachmentCache>>,
    clock: Arc<dyn Clock>,
}

impl ClientBuilder {
    pub(super) fn new(provider: Arc<dyn Provider>) -> Self {
        Self {
            provider,
            origin: ORIGIN.to_owned(),
            version: VERSION.to_owned(),
            proof: true,
            hook: None,
            timeout: Duration::from_secs(30),
            retry: Retry::default(),
            pacing: Pacing::default(),
            max_answer: 4 << 20,
            profiles: ProfileCache::default(),
            profile_fields: ProfileField::UNREVIEWED.to_vec(),
            attachments: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// Where the Graph API lives, `https://graph.facebook.com` unless set; an emulator's address while
    /// developing. A path is kept in front of the version.
    pub fn origin(self, origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            ..self
        }
    }

    /// The version to call, `v25.0` unless set; the `v` may be left out.
    ///
    /// Platform: Versions, <https://developers.facebook.com/docs/graph-api/guides/versioning>
    pub fn version(self, version: impl Into<String>) -> Self {
        Self {
            version: version.into(),
            ..self
        }
    }

    /// Whether calls carry `appsecret_proof`; on unless switched off. Without a known app secret none is sent.
    pub fn app_secret_proof(self, proof: bool) -> Self {
        Self { proof, ..self }
    }

    /// Watches every request and answer.
    pub fn hook(self, hook: Arc<dyn RequestHook>) -> Self {
        Self {
            hook: Some(hook),
            ..self
        }
    }

    /// How long a call may take, its further tries and the waits between them included; 30 seconds
    /// unless set. Connecting may take 5 seconds of it, and at most a third.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How often to try again; [`Retry::default`] unless set.
    pub fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// How fast calls leave; the platform's rates unless set.
    pub fn pacing(self, pacing: Pacing) -> Self {
        Self { pacing, ..self }
    }

    /// The largest answer that is read, in bytes; 4 MiB unless set.
    pub fn max_answer(self, bytes: usize) -> Self {
        Self {
            max_answer: bytes,
            ..self
        }
    }

    /// How the profile cache keeps: how long a profile, how long a failed look-up, and how many people.
    /// One hour, one minute and 10,000 unless set; zero people switches the cache off.
    pub fn profile_cache(self, keep: Duration, keep_failed: Duration, people: usize) -> Self {
        Self {
            profiles: ProfileCache::new(keep, keep_failed, people),
            ..self
        }
    }

    /// What to ask about people. Unless set, what needs no permission of its own: the id, the names and the
    /// picture. Of an Instagram account's people, what Instagram has of these.
    pub fn profile_fields(self, fields: impl IntoIterator<Item = ProfileField>) -> Self {
        Self {
            profile_fields: fields.into_iter().collect(),
            ..self
        }
    }

    /// Where [`Graph::attachment_id`](crate::graph::Graph::attachment_id) keeps ids; in memory unless set, 10,000 of them.
    pub fn attachment_cache(self, cache: Arc<dyn AttachmentCache>) -> Self {
        Self {
            attachments: Some(cache),
            ..self
        }
    }

    /// By what clock attachment ids grow old; the system's unless set.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// Builds the client. It connects with the first call.
    ///
    /// # Errors
    ///
    /// MSG501 if the origin is not an `http` or `https` URL, or has a query, a fragment or a password;
    /// if the version is not of the form `v25.0`; if the time-out is zero; or if TLS cannot be set up.
    pub fn build(self) -> Result<Client, GraphError> {
        let base = format!("{}/{}", origin(&self.origin)?, version(&self.version)?);
        if self.timeout.is_zero() {
            return Err(GraphError::config("the time-out of the Graph API client is zero"));
        }
        let connect_timeout = CONNECT.0.min(self.timeout / CONNECT.1);
        let http = reqwest::Client::builder()
            .user_agent(concat!("messenger-runtime/", env!("CARGO_PKG_VERSION")))
            // A redirect would carry the token to wherever it points.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(connect_timeout)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            // Tries again are ours to count; this also saves a copy of every request.
            .retry(reqwest::retry::never().max_retries_per_request(0))
            .build()
            .map_err(|error| GraphError::config(format!("the HTTP client cannot be set up: {error}")))?;
        Ok(Client(Arc::new(Inner {
            http,
            provider: self.provider,
            hook: self.hook,
            proof: self.proof,
            timeout: self.timeout,
            connect_timeout,
            retry: self.retry,
            pacing: self.pacing,
            max_answer: self.max_answer,
            profiles: self.profiles,
            profile_fields: self.profile_fields,
            attachments: self
                .attachments
                .unwrap_or_else(|| Arc::new(MemoryAttachmentCache::default())),
            uploads: Flights::default(),
            lookups: Flights::default(),
            clock: self.clock,
            app: Arc::new(Page::new(Arc::from("app"), None)),
            pages: Mutex::default(),
            base,
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("app_secret_proof", &self.proof)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("profiles", &self.profiles)
            .finish_non_exhaustive()
    }
}

/// The origin, checked, without a slash at the end.
fn origin(origin: &str) -> Result<String, GraphError> {
    let wrong = |why: &str| GraphError::config(format!("the Graph API origin {why}"));
    let url = Url::parse(origin.trim()).map_err(|error| wrong(&format!("is not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("begins with neither http:// nor https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("has a user name or password in it"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The version in the form `v25.0`.
fn version(version: &str) -> Result<String, GraphError> {
    let digits =
        |part: &str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = version.trim();
    let plain = plain.strip_prefix(['v', 'V']).unwrap_or(plain);
    match plain.split_once('.') {
        Some((major, minor)) if digits(major) && digits(minor) => Ok(format!("v{plain}")),
        _ => Err(GraphError::config(
            "the Graph API version is not of the form v25.0",
        )),
    }
}
