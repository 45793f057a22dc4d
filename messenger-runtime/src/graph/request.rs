//! A call that is ready to be made: awaited, or put into a batch.

use std::{fmt, time::Duration};

use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::{
    Graph, GraphError, Unsupported,
    answer::Answer,
    call::{Body, Call, MakeForm, Pace, Repeat, Token},
    client::encode,
};
use crate::{BoxFuture, message::Platform};

/// A call to the Graph API that is made when it is awaited, and that answers a `T`.
///
/// ```
/// # use messenger_runtime::graph::{Graph, GraphError};
/// # async fn example(graph: Graph, psid: &str) -> Result<(), GraphError> {
/// let owner = graph.thread_owner(psid).await?;
/// # Ok(()) }
/// ```
///
/// What is wrong with it before it leaves (an id that cannot be part of a URL, a limit, something that
/// Instagram does not have) is the error of the awaited call.
#[must_use = "a request does nothing until it is awaited"]
pub struct Request<T> {
    pub(super) graph: Graph,
    pub(super) call: Result<Call, GraphError>,
    pub(super) read: fn(&Answer) -> Result<T, GraphError>,
}

impl<T> Request<T> {
    /// Makes the call with this token in place of its own.
    pub fn token(mut self, token: SecretString) -> Self {
        if let Ok(call) = &mut self.call {
            call.token = Token::Given(token);
        }
        self
    }

    /// Makes the call.
    ///
    /// # Errors
    ///
    /// Any [`GraphError`]; its [`action`](GraphError::action) says what to do.
    pub async fn send(self) -> Result<T, GraphError> {
        (self.read)(&self.graph.call(self.call?).await?)
    }
}

impl<T: 'static> IntoFuture for Request<T> {
    type Output = Result<T, GraphError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T> Clone for Request<T> {
    fn clone(&self) -> Self {
        Self {
            graph: self.graph.clone(),
            call: self.call.clone(),
            read: self.read,
        }
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}

/// A request being written. The first thing wrong with it is kept.
#[derive(Clone)]
pub(super) struct Draft {
    graph: Graph,
    call: Result<Call, GraphError>,
}

impl Graph {
    /// A request to these path segments, each escaped to stay one. A `GET` may be repeated freely, anything
    /// else only while it surely did not arrive.
    pub(super) fn draft(&self, method: Method, segments: impl IntoIterator<Item = impl AsRef<str>>) -> Draft {
        let url = self.inner().url(segments);
        self.draft_to(method, url)
    }

    pub(super) fn draft_to(&self, method: Method, url: Result<Url, GraphError>) -> Draft {
        let repeat = if method == Method::GET {
            Repeat::Freely
        } else {
            Repeat::OnlyIfNotArrived
        };
        Draft {
            graph: self.clone(),
            call: url.map(|url| Call {
                method,
                url,
                body: Body::Empty,
                repeat,
                pace: Pace::Other,
                parts: std::sync::Arc::default(),
                token: Token::Page,
                at_least: Duration::ZERO,
                secrets: Vec::new(),
            }),
        }
    }
}

impl Draft {
    fn with(mut self, change: impl FnOnce(&mut Call)) -> Self {
        if let Ok(call) = &mut self.call {
            change(call);
        }
        self
    }

    /// Fails the request, unless something else failed it before.
    pub(super) fn refuse(mut self, error: GraphError) -> Self {
        if self.call.is_ok() {
            self.call = Err(error);
        }
        self
    }

    /// Fails the request where `check` does.
    pub(super) fn check<E: Into<GraphError>>(self, check: Result<(), E>) -> Self {
        match check {
            Ok(()) => self,
            Err(error) => self.refuse(error.into()),
        }
    }

    /// Fails the request for an Instagram account, which has no such `feature`.
    pub(super) fn messenger_only(self, feature: &'static str) -> Self {
        if self.graph.platform() == Platform::Instagram {
            let error = Unsupported::on_instagram(feature).into();
            return self.refuse(error);
        }
        self
    }

    pub(super) fn query(self, name: &str, value: impl AsRef<str>) -> Self {
        self.with(|call| {
            call.url.query_pairs_mut().append_pair(name, value.as_ref());
        })
    }

    pub(super) fn maybe_query(self, name: &str, value: Option<impl AsRef<str>>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// A parameter that must not be printed.
    pub(super) fn secret_query(self, name: &str, value: &SecretString) -> Self {
        self.query(name, value.expose_secret()).secret(value)
    }

    /// Keeps `secret` out of everything printed about the call.
    pub(super) fn secret(self, secret: &SecretString) -> Self {
        self.with(|call| call.secrets.push(secret.clone()))
    }

    pub(super) fn json(self, body: &impl Serialize) -> Self {
        match encode(body) {
            Ok(body) => self.with(|call| call.body = Body::Json(body)),
            Err(error) => self.refuse(error),
        }
    }

    pub(super) fn body(self, body: Body) -> Self {
        self.with(|call| call.body = body)
    }

    pub(super) fn multipart(self, form: impl MakeForm + 'static) -> Self {
        self.body(Body::Multipart(std::sync::Arc::new(form)))
    }

    /// Done twice is done once.
    pub(super) fn repeatable(self) -> Self {
        self.with(|call| call.repeat = Repeat::Freely)
    }

    pub(super) fn pace(self, pace: Pace) -> Self {
        self.with(|call| call.pace = pace)
    }

    pub(super) fn token(self, token: Token) -> Self {
        self.with(|call| call.token = token)
    }

    /// It may take this long even where the client's time-out is shorter.
    pub(super) fn at_least(self, time: Duration) -> Self {
        self.with(|call| call.at_least = call.at_least.max(time))
    }

    pub(super) fn reads<T>(self, read: fn(&Answer) -> Result<T, GraphError>) -> Request<T> {
        Request {
            graph: self.graph,
            call: self.call,
            read,
        }
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft")
            .field("call", &self.call)
            .finish_non_exhaustive()
    }
}
