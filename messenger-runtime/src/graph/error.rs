//! The one error of the Graph API client.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::Method;

use super::{Action, Unsupported, codes::Throttled, fault::Fault, redact};
use crate::message::{LimitError, LimitErrors};

/// A call to the Graph API that failed, with everything needed to decide what to do.
///
/// [`action`](Self::action) says what to do and [`is_doubtful`](Self::is_doubtful) whether the call may
/// have been carried out all the same. Both go by numbers, never by text. A doubtful send whose action is
/// [`Action::Retry`] is to be settled first, by its echo. Cloning is cheap.
///
/// Neither `Display` nor `Debug` shows a token, a secret, what a person wrote, or who they are: of the request's path
/// they show `*` for whatever may be an id. [`path`](Self::path) has it whole. `Debug` adds the request's outline
/// (keys, and lengths for values) and the answer.
///
/// | code | meaning |
/// |---|---|
/// | MSG501 | the client cannot be built: origin, version or time-out is wrong |
/// | MSG502 | there is no access token for the page, or it has characters no token has |
/// | MSG503 | the request cannot be made: its body does not serialise, an id is empty, `.` or `..`, or an upload cannot be read |
/// | MSG504 | no connection: the request surely did not arrive |
/// | MSG505 | the connection broke after the request left: it may have arrived |
/// | MSG506 | the call took too long: it may have arrived |
/// | MSG507 | the answer is larger than the limit |
/// | MSG508 | the answer cannot be understood: empty, not JSON, or not what the call answers |
/// | MSG509 | an HTTP error without a Graph error in it, as proxies send |
/// | MSG510 | refused for good: [`Action::Permanent`] |
/// | MSG511 | refused for now: [`Action::Retry`] |
/// | MSG512 | the page must stop sending: [`Action::PausePage`] |
/// | MSG513 | the 24 hour window is closed: [`Action::WindowClosed`] |
/// | MSG514 | the person cannot be reached: [`Action::Unreachable`] |
/// | MSG515 | the access token is dead: [`Action::TokenDead`] |
/// | MSG516 | the platform of the page does not have it; nothing was sent |
/// | MSG517 | a limit of the platform is violated; nothing was sent |
/// | MSG518 | its turn would come too late, see [`Pacing`](super::Pacing); nothing was sent |
/// | MSG521 | the batch came back without an answer to this call: it may have been carried out |
/// | MSG522 | the call of the batch that it waits for failed: it was not made; the action is that call's |
///
/// Platform: Error codes, <https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes>
#[derive(Clone, thiserror::Error)]
#[error(transparent)]
pub struct GraphError(Arc<Report>);

#[derive(thiserror::Error)]
#[error("{}", Line(self))]
pub(super) struct Report {
    pub(super) fault: Fault,
    pub(super) request: Option<Request>,
    pub(super) status: Option<u16>,
    /// The answer's body, redacted.
    pub(super) response: Option<String>,
    #[source]
    pub(super) source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What is kept of the request.
pub(super) struct Request {
    pub(super) method: Method,
    /// Without the query.
    pub(super) path: String,
    /// The body's outline.
    pub(super) outline: Option<String>,
}

impl Request {
    /// Whether an echo tells that it arrived.
    pub(super) fn is_a_message(&self) -> bool {
        self.method == Method::POST && self.path.ends_with("/messages")
    }

    /// Whether it counts against the rate of a profile, the page's or a person's.
    pub(super) fn is_of_a_profile(&self) -> bool {
        self.path.ends_with("/messenger_profile") || self.path.ends_with("/custom_user_settings")
    }
}

impl GraphError {
    pub(super) fn new(report: Report) -> Self {
        Self(Arc::new(report))
    }

    /// The client cannot be built.
    pub(super) fn config(what: impl Into<String>) -> Self {
        Self::bare(Fault::Config(what.into()), None)
    }

    /// The request cannot be made.
    pub(crate) fn request(
        what: impl Into<String>,
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::bare(Fault::Request(what.into()), source)
    }

    /// There is no token to make the call with.
    pub(super) fn token(what: &'static str) -> Self {
        Self::bare(Fault::Token(what), None)
    }

    pub(super) fn bare(fault: Fault, source: Option<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Report {
            fault,
            request: None,
            status: None,
            response: None,
            source,
        })
    }

    /// A refusal as if the platform had answered with these numbers.
    #[cfg(test)]
    pub(crate) fn refused(code: i64, subcode: Option<i64>) -> Self {
        let error = serde_json::json!({"code": code, "error_subcode": subcode});
        let refusal = super::fault::Refusal::read(&error, 400, None, str::to_owned);
        Self::bare(Fault::Graph(refusal), None)
    }

    /// A connection that broke after the request left.
    #[cfg(test)]
    pub(crate) fn lost() -> Self {
        Self::bare(Fault::Lost, None)
    }

    /// What the page's platform does not have, where that is why nothing was sent.
    #[must_use]
    pub fn unsupported(&self) -> Option<Unsupported> {
        match self.0.fault {
            Fault::Unsupported(what, _) => Some(what),
            _ => None,
        }
    }

    /// The violated limits, where they are why nothing was sent.
    #[must_use]
    pub fn limits(&self) -> Option<&LimitErrors> {
        match &self.0.fault {
            Fault::Limits(errors, _) => Some(errors),
            _ => None,
        }
    }

    /// This project's code of the error, `MSG501` to `MSG522`; the error index has a page for each.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.0.fault.id()
    }

    /// What to do about it.
    #[must_use]
    pub fn action(&self) -> Action {
        self.0.fault.action()
    }

    /// Whether the call may have been carried out although it failed, because the connection broke or
    /// the answer was lost after the request had left. Repeating such a send can show a person the same
    /// message twice; its echo tells whether it arrived.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.0.fault.is_doubtful()
    }

    /// What went wrong, in words.
    #[must_use]
    pub fn meaning(&self) -> &str {
        self.0.fault.meaning()
    }

    /// The platform's code; `None` where the platform gave none.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        self.0.fault.graph().map(|refusal| refusal.code)
    }

    /// The platform's subcode.
    #[must_use]
    pub fn subcode(&self) -> Option<i64> {
        self.0.fault.graph()?.subcode
    }

    /// The platform's type, such as `OAuthException`.
    #[must_use]
    pub fn error_type(&self) -> Option<&str> {
        self.0.fault.graph()?.error_type.as_deref()
    }

    /// The trace id that the platform's support asks for.
    #[must_use]
    pub fn fbtrace_id(&self) -> Option<&str> {
        self.0.fault.graph()?.trace.as_deref()
    }

    /// The platform's own message, without tokens and without what the request said.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.fault.graph()?.message.as_deref()
    }

    /// The HTTP status, if an answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The method of the request, such as `POST`.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        self.0.request.as_ref().map(|request| request.method.as_str())
    }

    /// The path of the request, version included and without the query. It may hold the id of a person.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.request.as_ref().map(|request| request.path.as_str())
    }

    /// The outline of the request's body: its keys, with lengths in place of values.
    #[must_use]
    pub fn request_outline(&self) -> Option<&str> {
        self.0.request.as_ref()?.outline.as_deref()
    }

    /// The answer's body, redacted, at most 2 KiB.
    #[must_use]
    pub fn response(&self) -> Option<&str> {
        self.0.response.as_deref()
    }

    /// Whether the call was not made because its turn would have come too late.
    pub(crate) fn is_paced(&self) -> bool {
        matches!(self.0.fault, Fault::Paced(_))
    }

    /// Whether the platform throttles.
    pub(crate) fn is_throttled(&self) -> bool {
        self.throttled().is_some()
    }

    /// Whose calls the platform throttles, if that is why it failed.
    pub(super) fn throttled(&self) -> Option<Throttled> {
        self.0.fault.throttled()
    }

    /// How long the platform says to wait.
    pub(super) fn after(&self) -> Option<Duration> {
        match self.action() {
            Action::Retry { after } => after,
            _ => None,
        }
    }
}

impl From<Unsupported> for GraphError {
    fn from(what: Unsupported) -> Self {
        let words = what.to_string();
        Self::bare(Fault::Unsupported(what, words), None)
    }
}

impl From<LimitErrors> for GraphError {
    fn from(errors: LimitErrors) -> Self {
        if let Some((platform, feature)) = errors.iter().find_map(LimitError::unsupported) {
            return Unsupported { platform, feature }.into();
        }
        let words = errors.to_string().replace('\n', "; ");
        Self::bare(Fault::Limits(errors, words), None)
    }
}

impl fmt::Debug for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("GraphError");
        all.field("id", &self.fault.id())
            .field("meaning", &self.fault.meaning())
            .field("action", &self.fault.action())
            .field("doubtful", &self.fault.is_doubtful());
        if let Some(refusal) = self.fault.graph() {
            all.field("code", &refusal.code)
                .field("subcode", &refusal.subcode)
                .field("type", &refusal.error_type)
                .field("fbtrace_id", &refusal.trace);
        }
        if let Some(Request {
            method,
            path,
            outline,
        }) = &self.request
        {
            let path = redact::without_ids(path);
            all.field("request", &format_args!("{method} {path}"));
            if let Some(outline) = outline {
                all.field("body", &format_args!("{outline}"));
            }
        }
        if let Some(status) = self.status {
            all.field("status", &status);
        }
        if let Some(response) = &self.response {
            all.field("response", &format_args!("{response}"));
        }
        if let Some(source) = &self.source {
            all.field("source", source);
        }
        all.finish()
    }
}

/// The error in one line: what, where, with which numbers, and what to do.
struct Line<'a>(&'a Report);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report {
            fault,
            request,
            status,
            ..
        } = self.0;
        write!(f, "{}", fault.id())?;
        if let Some(Request { method, path, .. }) = request {
            write!(f, " {method} {}", redact::without_ids(path))?;
        }
        write!(f, ": {}", fault.meaning())?;
        if let Some(refusal) = fault.graph() {
            write!(f, " (code {}", refusal.code)?;
            if let Some(subcode) = refusal.subcode {
                write!(f, "/{subcode}")?;
            }
            if let Some(trace) = &refusal.trace {
                write!(f, ", trace {trace}")?;
            }
            f.write_str(")")?;
            // Where the numbers say little, the platform's words name the parameter.
            if let (Action::Permanent, Some(message)) = (fault.action(), &refusal.message) {
                write!(f, ": {message}")?;
            }
        } else if let Some(status) = status {
            write!(f, " (HTTP {status})")?;
        }
        write!(f, "; {}", fault.advice(request.as_ref()))
    }
}
