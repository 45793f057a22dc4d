//! Any other call.

use reqwest::Method;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::Value;

use super::{Graph, GraphError, Request, call::Token, request::Draft};
use crate::BoxFuture;

/// A call to any path of the Graph API, with the page's token; awaiting it makes it.
///
/// ```
/// # use messenger_runtime::graph::{Graph, GraphError, Method};
/// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
/// let labels = graph.raw(Method::GET, "").segment(psid).segment("custom_labels").query("fields", "name").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "a request does nothing until it is awaited"]
pub struct RawRequest {
    graph: Graph,
    method: Method,
    segments: Vec<String>,
    rest: Vec<Part>,
}

#[derive(Clone)]
enum Part {
    Query(String, String),
    Json(Value),
    Wrong(GraphError),
    Token(SecretString),
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
    /// [`segment`](RawRequest::segment), for a `/` in the path separates its parts. A `?` is MSG503: parameters
    /// are given by [`query`](RawRequest::query).
    pub fn raw(&self, method: Method, path: &str) -> RawRequest {
        let path = path.strip_prefix('/').unwrap_or(path);
        let segments = path
            .split('/')
            .filter(|_| !path.is_empty())
            .map(str::to_owned)
            .collect();
        let wrong = path.contains('?').then(|| {
            Part::Wrong(GraphError::request(
                "a `?` in the path; give the parameters by `.query(..)`",
                None,
            ))
        });
        RawRequest {
            graph: self.clone(),
            method,
            segments,
            rest: wrong.into_iter().collect(),
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
    pub fn query(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Part::Query(name.into(), value.into()))
    }

    /// The JSON body.
    pub fn json(self, body: &impl Serialize) -> Self {
        self.with(match serde_json::to_value(body) {
            Ok(body) => Part::Json(body),
            Err(error) => Part::Wrong(GraphError::request(
                "the request's body does not serialise to JSON",
                Some(error.into()),
            )),
        })
    }

    /// A token in place of the page's, such as the app's own for subscriptions.
    pub fn token(self, token: SecretString) -> Self {
        self.with(Part::Token(token))
    }

    fn with(mut self, part: Part) -> Self {
        self.rest.push(part);
        self
    }

    /// The request, which answers the platform's JSON and can be put into a batch.
    ///
    /// A `GET` is tried again also where the connection broke, anything else only while it surely did
    /// not arrive.
    ///
    /// It is MSG503 if a part of the path is empty, `.` or `..`, if the path has a `?`, if the body does not serialise, or if
    /// there is an `access_token` in the query.
    pub fn request(self) -> Request<Value> {
        let draft = self.graph.draft(self.method, &self.segments);
        let add = |draft: Draft, part| match part {
            // URLs end up in the logs of everything on the way.
            Part::Query(name, _) if name == "access_token" => draft.refuse(GraphError::request(
                "an access token in the URL; give it by `token`",
                None,
            )),
            Part::Query(name, value) => draft.query(&name, value),
            Part::Json(body) => draft.json(&body),
            Part::Wrong(error) => draft.refuse(error),
            Part::Token(token) => draft.token(Token::Given(token)),
        };
        self.rest
            .into_iter()
            .fold(draft, add)
            .reads(super::answer::Answer::read)
    }
}

impl IntoFuture for RawRequest {
    type Output = Result<Value, GraphError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.request().into_future()
    }
}
