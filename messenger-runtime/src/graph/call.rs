//! A call as data: what to ask, with which token, at whose expense.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use reqwest::{Method, Url, multipart::Form};
use secrecy::SecretString;

use super::{GraphError, error::Request as Kept, redact, sign::Page};
use crate::BoxFuture;

/// A call to make, without its token and its proof.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Body,
    pub(super) repeat: Repeat,
    pub(super) pace: Pace,
    /// The calls of a batch, which count in its place, each against its page.
    pub(super) parts: Arc<[(Arc<Page>, Pace)]>,
    pub(super) token: Token,
    /// How long it may take even where the client's time-out is shorter.
    pub(super) at_least: Duration,
    /// What must not be printed besides the token it is signed with.
    pub(super) secrets: Vec<SecretString>,
}

/// Whether a call can be repeated when nobody knows if it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    Freely,
    OnlyIfNotArrived,
}

/// Which of the platform's rates a call counts against.
///
/// Platform: Rate limits, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/overview/rate-limiting>
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Pace {
    /// Text, links, reactions and stickers.
    Send,
    /// Sound and films.
    SendMedia,
    PrivateReply,
    Conversations,
    MessengerProfile,
    /// The menu of one person.
    UserMenu(Arc<str>),
    /// What has no rate of its own.
    Other,
}

impl Pace {
    /// Whether the platform counts these calls over minutes: after a throttle a further try within seconds
    /// fails as well, and is counted.
    pub(super) fn is_counted_over_minutes(&self) -> bool {
        matches!(self, Self::MessengerProfile | Self::UserMenu(_))
    }
}

/// Whose token a call bears.
#[derive(Clone)]
pub(super) enum Token {
    Page,
    /// The app's own, made of its id and its secret.
    App,
    Given(SecretString),
    /// What proves the caller is in the query.
    None,
    /// In the body of a batch; whether it was given.
    InBody {
        given: bool,
    },
}

impl Token {
    /// Whether the caller brought it along: it can belong to a user who has nothing to do with the pages.
    pub(super) const fn is_given(&self) -> bool {
        matches!(self, Self::Given(_) | Self::InBody { given: true })
    }
}

#[derive(Clone)]
pub(super) enum Body {
    Empty,
    Json(Bytes),
    Multipart(Arc<dyn MakeForm>),
}

/// Makes a multipart form, anew for every try.
pub(super) trait MakeForm: Send + Sync {
    fn form(&self) -> BoxFuture<'_, Result<Form, GraphError>>;

    /// Whether something has left that the form cannot be made without.
    fn is_spent(&self) -> bool {
        false
    }

    /// What went wrong while the form was read, where that is why it was not sent whole.
    fn trouble(&self) -> Option<GraphError> {
        None
    }

    /// The parts as one JSON object, for the hook and for errors; no content of files.
    fn outline(&self) -> String;
}

impl Body {
    /// The text of the body; of a form with files, what is text in it.
    pub(super) fn text(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Empty => None,
            Self::Json(body) => Some(Cow::Borrowed(body)),
            Self::Multipart(parts) => Some(Cow::Owned(parts.outline().into_bytes())),
        }
    }

    pub(super) fn is_spent(&self) -> bool {
        matches!(self, Self::Multipart(parts) if parts.is_spent())
    }

    pub(super) fn trouble(&self) -> Option<GraphError> {
        match self {
            Self::Multipart(parts) => parts.trouble(),
            Self::Empty | Self::Json(_) => None,
        }
    }

    pub(super) const fn content_type(&self) -> Option<&'static str> {
        match self {
            Self::Json(_) => Some("application/json"),
            // A multipart request names its boundary itself.
            Self::Empty | Self::Multipart(_) => None,
        }
    }

    fn outline(&self) -> Option<String> {
        match self {
            Self::Empty => None,
            Self::Json(body) => Some(redact::outline(body)),
            Self::Multipart(parts) => Some(redact::outline(parts.outline().as_bytes())),
        }
    }
}

impl Call {
    pub(super) fn kept(&self, secrets: &[&str]) -> Kept {
        Kept {
            method: self.method.clone(),
            path: redact::scrub(self.url.path(), secrets),
            outline: self.body.outline(),
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("path", &self.url.path())
            .field("body", &self.body.outline())
            .finish_non_exhaustive()
    }
}
