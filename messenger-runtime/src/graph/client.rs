//! The client, and its binding to a page.

mod builder;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::Url;
use serde::Serialize;

pub use builder::ClientBuilder;

use super::{
    GraphError, Pacing, RequestHook, Retry,
    answer::Answer,
    call::Call,
    flights::Flights,
    pages::Pages,
    profile::{Profile, ProfileCache, ProfileField},
    sign::Page,
    upload::AttachmentCache,
};
use crate::{Clock, Provider, message::Platform};

/// The Graph API client: connections, configuration and the profile cache. Cheap to clone.
///
/// Bind it to a page with [`page`](Self::page) to make calls.
///
/// ```
/// # use std::sync::Arc;
/// # use messenger_runtime::{Provider, graph::{Client, GraphError}};
/// # async fn example(provider: Arc<dyn Provider>) -> Result<(), GraphError> {
/// let client = Client::builder(provider).version("v25.0").build()?;
/// let page = client.page("1906385232743451");
/// let profile = page.profile("1254459154682919").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

/// What a page is called under its own token. Its id would not do: an event of an Instagram account bears
/// the account's id, and its messages go through the page that the account is linked to.
pub(super) const ME: &str = "me";

pub(super) struct Inner {
    pub(super) http: reqwest::Client,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) hook: Option<Arc<dyn RequestHook>>,
    pub(super) proof: bool,
    pub(super) timeout: Duration,
    pub(super) connect_timeout: Duration,
    pub(super) retry: Retry,
    pub(super) pacing: Pacing,
    pub(super) max_answer: usize,
    pub(super) profiles: ProfileCache,
    pub(super) profile_fields: Vec<ProfileField>,
    pub(super) attachments: Arc<dyn AttachmentCache>,
    /// The uploads that others may wait for.
    pub(super) uploads: Flights<String>,
    /// The profiles that others may wait for.
    pub(super) lookups: Flights<Arc<Profile>>,
    pub(super) clock: Arc<dyn Clock>,
    /// Stands for the app where a page would stand.
    pub(super) app: Arc<Page>,
    pages: Mutex<Pages>,
    /// Origin and version, without a slash at the end.
    base: String,
}

impl Client {
    /// Begins a client whose tokens and secrets come from `provider`.
    pub fn builder(provider: Arc<dyn Provider>) -> ClientBuilder {
        ClientBuilder::new(provider)
    }

    /// The client bound to `page`, by the page's id.
    #[must_use]
    pub fn page(&self, page: impl AsRef<str>) -> Graph {
        self.graph(page.as_ref(), Platform::Messenger)
    }

    /// The client bound to an Instagram account, by the account's id. Calls go through the page that the
    /// account is linked to; what Instagram does not have is [`Unsupported`](super::Unsupported) before a
    /// request leaves.
    ///
    /// Platform: Instagram messaging, <https://developers.facebook.com/documentation/business-messaging/instagram-messaging/overview>
    #[must_use]
    pub fn instagram(&self, account: impl AsRef<str>) -> Graph {
        self.graph(account.as_ref(), Platform::Instagram)
    }

    /// How many pages are remembered.
    #[cfg(test)]
    pub(super) fn pages(&self) -> usize {
        self.0.pages.lock().unwrap().len()
    }

    /// What the app's own calls are made with.
    pub(super) fn app_graph(&self) -> Graph {
        Graph {
            inner: Arc::clone(&self.0),
            page: Arc::clone(&self.0.app),
            platform: Platform::Messenger,
            again: true,
        }
    }

    fn graph(&self, id: &str, platform: Platform) -> Graph {
        let mut pages = self.0.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let page = pages.page(id, &self.0.pacing, |id| {
            Page::new(id, self.0.url([ME, "messages"]).ok())
        });
        drop(pages);
        Graph {
            inner: Arc::clone(&self.0),
            page,
            platform,
            again: true,
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &self.base)
            .field("app_secret_proof", &self.proof)
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

impl Inner {
    /// The URL of the version itself, where batches go.
    pub(super) fn root(&self) -> Result<Url, GraphError> {
        Url::parse(&format!("{}/", self.base))
            .map_err(|error| GraphError::request("the URL is not one", Some(error.into())))
    }

    /// `url` without origin and version; `None` if it has others.
    pub(super) fn relative<'u>(&self, url: &'u Url) -> Option<&'u str> {
        url.as_str().strip_prefix(self.base.as_str())?.strip_prefix('/')
    }

    /// The URL of these path segments, each escaped to stay one segment.
    pub(super) fn url(&self, segments: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Url, GraphError> {
        let mut url = self.base.clone();
        for segment in segments {
            let segment = segment.as_ref();
            // These cannot be escaped: every client and server along the way would resolve them.
            if matches!(segment, "" | "." | "..") {
                return Err(GraphError::request(
                    "an id or a part of the path is empty, `.` or `..`",
                    None,
                ));
            }
            url.push('/');
            for byte in segment.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    url.push(char::from(byte));
                } else {
                    url += &format!("%{byte:02X}");
                }
            }
        }
        Url::parse(&url).map_err(|error| GraphError::request("the URL is not one", Some(error.into())))
    }
}

/// The client bound to one page: makes calls with the page's token. Cheap to clone.
#[derive(Clone)]
pub struct Graph {
    inner: Arc<Inner>,
    page: Arc<Page>,
    platform: Platform,
    again: bool,
}

impl Graph {
    /// The id of the page.
    #[must_use]
    pub fn page_id(&self) -> &str {
        &self.page.id
    }

    /// Which platform the page is on.
    #[must_use]
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// The same without further tries, for callers that keep their own count, such as an outbox. It also waits
    /// for its turn for a moment only, see [`Pacing`]: what has to wait longer is MSG518.
    #[must_use]
    pub fn once(&self) -> Self {
        Self {
            again: false,
            ..self.clone()
        }
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub(super) fn page_state(&self) -> &Arc<Page> {
        &self.page
    }

    pub(super) fn shared_id(&self) -> Arc<str> {
        Arc::clone(&self.page.id)
    }

    pub(super) fn messages_url(&self) -> Result<Url, GraphError> {
        match &self.page.messages {
            Some(url) => Ok(url.clone()),
            None => self.inner.url([ME, "messages"]),
        }
    }

    pub(super) async fn call(&self, call: Call) -> Result<Answer, GraphError> {
        self.inner.call(&self.page, call, self.again).await
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph")
            .field("page", &self.page.id)
            .field("again", &self.again)
            .field("client", &self.inner)
            .finish()
    }
}

/// A body as JSON bytes.
pub(super) fn encode(body: &impl Serialize) -> Result<bytes::Bytes, GraphError> {
    serde_json::to_vec(body).map(Into::into).map_err(|error| {
        GraphError::request(
            "the request's body does not serialise to JSON",
            Some(error.into()),
        )
    })
}
