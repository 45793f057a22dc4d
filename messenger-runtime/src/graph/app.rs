//! The client bound to the app itself.

use std::fmt;

use super::{Client, Graph, GraphError, call::Token, request::Draft};
use reqwest::Method;

/// The client bound to the app: makes calls with the app's own token, `{app id}|{app secret}`.
///
/// Both come from the [`Provider`](crate::Provider); without them every call is MSG502. Cheap to clone.
#[derive(Clone)]
pub struct App {
    graph: Graph,
}

impl Client {
    /// The client bound to the app, for what concerns no single page.
    #[must_use]
    pub fn app(&self) -> App {
        App {
            graph: self.app_graph(),
        }
    }
}

impl App {
    /// A request with the app's token.
    pub(super) fn draft(&self, method: Method, segments: impl IntoIterator<Item = impl AsRef<str>>) -> Draft {
        self.graph.draft(method, segments).token(Token::App)
    }

    /// As [`Graph::once`].
    #[cfg(feature = "cli")]
    pub(crate) fn once(&self) -> Self {
        Self {
            graph: self.graph.once(),
        }
    }

    /// The app's id, which is a part of many paths.
    pub(super) fn id(&self) -> Result<String, GraphError> {
        self.graph
            .inner()
            .provider
            .app_id()
            .map(|id| id.to_string())
            .ok_or_else(|| GraphError::token("there is no app id"))
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("client", self.graph.inner()).finish()
    }
}
