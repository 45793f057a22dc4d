//! Any other call.

use reqwest::Method;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;

use super::{
    Graph, GraphError,
    client::encode,
    transport::{Call, Repeat},
};

/// A call to any path of the Graph API, with the page's token.
///
/// ```
/// # use messenger_runtime::graph::{Graph, GraphError, Method};
/// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
/// let labels = graph.raw(Method::GET, "").segment(psid).segment("custom_labels").query("fields", "name").send().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawRequest {
    graph: Graph,
    method: Method,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    body: Option<Result<bytes::Bytes, GraphError>>,
    token: Option<SecretString>,
}

impl std::fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawRequest")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl Graph {
    /// A call to `path`, such as `me/messenger_profile`, below the version.
    ///
    /// The path is written plainly, each part is escaped; put ids of unknown origin in by
    /// [`segment`](RawRequest::segment), for a `/` in the path separates its parts.
    pub fn raw(&self, method: Method, path: &str) -> RawRequest {
        let path = path.strip_prefix('/').unwrap_or(path);
        let segments = path
            .split('/')
            .filter(|_| !path.is_empty())
            .map(str::to_owned)
            .collect();
        RawRequest {
            graph: self.clone(),
            method,
            segments,
            query: Vec::new(),
            body: None,
            token: None,
        }
    }
}

impl RawRequest {
    /// One more part of the path; whatever it holds, it stays one part.
    pub fn segment(mut self, segment: impl Into<String>) -> Self {
        self.segments.push(segment.into());
        self
    }

    /// A parameter of the query; `access_token` is refused, see [`token`](Self::token).
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// The JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(encode(body));
        self
    }

    /// A token in place of the page's, such as the app's own for subscriptions.
    pub fn token(mut self, token: SecretString) -> Self {
        self.token = Some(token);
        self
    }

    /// Makes the call and gives the answer's JSON.
    ///
    /// A `GET` is tried again also where the connection broke, anything else only while it surely did
    /// not arrive.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`]; MSG503 if a part of the path is empty, `.` or `..`, if the body does not
    /// serialise, or if there is an `access_token` in the query.
    pub async fn send(self) -> Result<Value, GraphError> {
        // URLs end up in the logs of everything on the way.
        if self.query.iter().any(|(name, _)| name == "access_token") {
            return Err(GraphError::request(
                "an access token in the URL; give it by `token`",
                None,
            ));
        }
        let mut url = self.graph.inner().url(&self.segments)?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let repeat = if self.method == Method::GET {
            Repeat::Freely
        } else {
            Repeat::OnlyIfNotArrived
        };
        let call = Call {
            method: self.method,
            url,
            body: self.body.transpose()?,
            repeat,
            token: self.token,
        };
        self.graph.call(call).await?.read()
    }
}
