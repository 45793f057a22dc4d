//! The ways in which a call can fail, and what each means.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::{
    Action, Unsupported,
    codes::{self, Row, Throttled},
    error::Request,
    redact,
};
use crate::message::LimitErrors;

pub(super) enum Fault {
    Config(String),
    Token(&'static str),
    Request(String),
    /// The platform of the page does not have it.
    Unsupported(Unsupported, String),
    /// Violations of limits, found before anything left.
    Limits(LimitErrors, String),
    /// Its turn would come too late; how long to wait instead.
    Paced(Duration),
    Connect,
    Lost,
    TimedOut,
    TooLarge(String),
    /// The answer cannot be read at all; a read may be tried again.
    Unreadable(String),
    /// The answer is JSON, but not what the call answers.
    Unexpected(String),
    /// The platform left out the answer to a call of a batch.
    Unanswered,
    /// A call of a batch that waits for one that failed for sure, and what to do about that one.
    NotReached(Action),
    Status {
        status: u16,
        after: Option<Duration>,
    },
    Graph(Refusal),
}

/// The platform's `error` object.
///
/// Platform: Handling errors, <https://developers.facebook.com/docs/graph-api/guides/error-handling>
pub(super) struct Refusal {
    pub(super) code: i64,
    pub(super) subcode: Option<i64>,
    pub(super) error_type: Option<String>,
    /// Redacted.
    pub(super) message: Option<String>,
    pub(super) trace: Option<String>,
    row: Row,
    after: Option<Duration>,
}

impl Refusal {
    /// Reads the `error` value of an answer, in whatever shape it comes.
    pub(super) fn read(
        error: &Value,
        status: u16,
        after: Option<Duration>,
        clean: impl Fn(&str) -> String,
    ) -> Self {
        let number = |key: &str| match error.get(key)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let text = |key: &str| error.get(key).and_then(Value::as_str).map(&clean);
        let code = number("code").unwrap_or(-1);
        let subcode = number("error_subcode");
        let row = codes::look_up(code, subcode).unwrap_or_else(|| {
            let transient = error.get("is_transient").and_then(Value::as_bool);
            let again = transient.unwrap_or(status == 429 || status >= 500);
            Row {
                code,
                subcode,
                meaning: "refused for a reason this client does not know",
                action: if again {
                    Action::Retry { after: None }
                } else {
                    Action::Permanent
                },
                // Nothing says that an unknown failure inside the platform came before the message went out.
                doubtful: status >= 500 && status != 503,
            }
        });
        Self {
            code,
            subcode,
            error_type: text("type"),
            message: text("message").or_else(|| error.as_str().map(&clean)),
            trace: text("fbtrace_id"),
            row,
            after,
        }
    }
}

impl Fault {
    pub(super) fn graph(&self) -> Option<&Refusal> {
        match self {
            Self::Graph(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whose calls the platform throttles, if that is why it failed.
    pub(super) fn throttled(&self) -> Option<Throttled> {
        match self {
            Self::Graph(refusal) if matches!(refusal.row.action, Action::Retry { .. }) => {
                codes::throttled(refusal.code)
            }
            Self::Status { status: 429, .. } => Some(Throttled::Page),
            _ => None,
        }
    }

    pub(super) fn id(&self) -> &'static str {
        match self {
            Self::Config(_) => "MSG501",
            Self::Token(_) => "MSG502",
            Self::Request(_) => "MSG503",
            Self::Unsupported(..) => "MSG516",
            Self::Limits(..) => "MSG517",
            Self::Paced(_) => "MSG518",
            Self::Connect => "MSG504",
            Self::Lost => "MSG505",
            Self::TimedOut => "MSG506",
            Self::TooLarge(_) => "MSG507",
            Self::Unreadable(_) | Self::Unexpected(_) => "MSG508",
            Self::Status { .. } => "MSG509",
            Self::Unanswered => "MSG521",
            Self::NotReached(_) => "MSG522",
            Self::Graph(refusal) => match refusal.row.action {
                Action::Permanent => "MSG510",
                Action::Retry { .. } => "MSG511",
                Action::PausePage => "MSG512",
                Action::WindowClosed => "MSG513",
                Action::Unreachable => "MSG514",
                Action::TokenDead => "MSG515",
            },
        }
    }

    pub(super) fn action(&self) -> Action {
        match self {
            Self::Config(_)
            | Self::Request(_)
            | Self::Unsupported(..)
            | Self::Limits(..)
            | Self::TooLarge(_)
            | Self::Unexpected(_) => Action::Permanent,
            Self::Token(_) => Action::TokenDead,
            Self::Paced(after) => Action::Retry { after: Some(*after) },
            Self::NotReached(action) => *action,
            Self::Connect | Self::Lost | Self::TimedOut | Self::Unreadable(_) | Self::Unanswered => {
                Action::Retry { after: None }
            }
            Self::Status {
                status: 408 | 429 | 500..,
                after,
            } => Action::Retry { after: *after },
            Self::Status { .. } => Action::Permanent,
            Self::Graph(Refusal { row, after, .. }) => match row.action {
                Action::Retry { .. } => Action::Retry { after: *after },
                action => action,
            },
        }
    }

    pub(super) fn is_doubtful(&self) -> bool {
        match self {
            Self::Config(_)
            | Self::Token(_)
            | Self::Request(_)
            | Self::Unsupported(..)
            | Self::Limits(..)
            | Self::Paced(_)
            | Self::NotReached(_)
            | Self::Connect => false,
            Self::Lost
            | Self::TimedOut
            | Self::TooLarge(_)
            | Self::Unreadable(_)
            | Self::Unexpected(_)
            | Self::Unanswered => true,
            // 503 refuses before anything is done.
            Self::Status { status, .. } => *status != 503 && matches!(status, 408 | 500..),
            Self::Graph(refusal) => refusal.row.doubtful,
        }
    }

    pub(super) fn meaning(&self) -> &str {
        match self {
            Self::Config(what)
            | Self::Request(what)
            | Self::Unsupported(_, what)
            | Self::Limits(_, what)
            | Self::TooLarge(what)
            | Self::Unreadable(what)
            | Self::Unexpected(what) => what,
            Self::Token(what) => what,
            Self::Paced(_) => {
                "too many calls for now: its turn would come too late, so the request did not leave"
            }
            Self::Connect => "no connection to the Graph API; the request did not leave",
            Self::Lost => "the connection broke after the request left; it may have arrived",
            Self::TimedOut => "the call took too long; the request may have arrived",
            Self::Unanswered => {
                "the batch came back without an answer to this call; it may have been carried out"
            }
            Self::NotReached(_) => "the call of the batch that it waits for failed, so that it was not made",
            Self::Status { .. } => "an HTTP error without a Graph error in it",
            Self::Graph(refusal) => refusal.row.meaning,
        }
    }

    /// What to do about it; `request` is the call that failed, as far as one is known.
    pub(super) fn advice(&self, request: Option<&Request>) -> String {
        let is_a_message = request.is_none_or(Request::is_a_message);
        let plain = match self {
            Self::Config(_) => "correct the client's configuration",
            Self::Token(_) => "give the page's access token to the provider",
            Self::Request(_) | Self::Limits(..) => "correct the call",
            Self::Unsupported(..) => "do without it on this platform",
            Self::Paced(after) => return format!("try again after {} seconds", after.as_secs_f64().ceil()),
            Self::Connect => "check the origin, the network and its proxies",
            Self::Lost | Self::TimedOut | Self::Unanswered => {
                if is_a_message {
                    "wait for the echo before sending again"
                } else if request.is_some_and(|request| request.method == Method::GET) {
                    "try again"
                } else {
                    "look whether it was done before doing it again"
                }
            }
            Self::NotReached(_) => "do what the error of that call says",
            Self::TooLarge(_) => "ask for fewer fields or items, or raise the limit",
            Self::Unreadable(_) | Self::Unexpected(_) => "check that the origin is the Graph API",
            Self::Status { .. } => "check the origin and the proxies on the way to it",
            Self::Graph(refusal) => match (refusal.row.action, refusal.after) {
                (Action::Retry { .. }, Some(after)) => {
                    return format!("try again after {} minutes", after.as_secs().div_ceil(60));
                }
                (Action::Retry { .. }, None)
                    if request.is_some_and(Request::is_of_a_profile) && self.throttled().is_some() =>
                {
                    "a profile takes 10 calls in 10 minutes: try again after 10 minutes"
                }
                (Action::Retry { .. }, None) => "try again later",
                (Action::PausePage, _) => "stop sending for this page and look at its Page Quality tab",
                (Action::WindowClosed, _) => "wait until the person writes again",
                (Action::Unreachable, _) => "stop sending to this person",
                (Action::TokenDead, _) => "put a new access token in place",
                (Action::Permanent, _) if refusal.row.doubtful && !is_a_message => {
                    "look whether it was done before doing it again"
                }
                (Action::Permanent, _) if refusal.row.doubtful => {
                    "do not send it again without looking whether it arrived"
                }
                (Action::Permanent, _) => "correct the cause; sending it again does not help",
            },
        };
        plain.to_owned()
    }
}

/// The longest wait that is believed: limits count over a day.
const DAY: Duration = Duration::from_hours(24);

/// How long the platform asks to wait, from the answer's headers: the estimate of
/// `X-Business-Use-Case-Usage` (minutes), else `Retry-After` (seconds).
///
/// Platform: Rate limits, <https://developers.facebook.com/docs/graph-api/overview/rate-limiting>
pub(super) fn wait_asked(headers: &reqwest::header::HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let usage = || {
        let usage: Value = serde_json::from_str(text("x-business-use-case-usage")?).ok()?;
        let all = || {
            usage
                .as_object()
                .into_iter()
                .flat_map(|all| all.values())
                .filter_map(Value::as_array)
        };
        let minutes = |ours: bool| {
            all()
                .flatten()
                .filter(|entry| {
                    let kind = entry.get("type").and_then(Value::as_str);
                    !ours || matches!(kind, Some("messenger" | "instagram" | "pages"))
                })
                .filter_map(|entry| entry.get("estimated_time_to_regain_access")?.as_f64())
                .fold(0.0, f64::max)
        };
        // A use case that has nothing to do with messages must not delay them, unless it is all there is.
        let ours = minutes(true);
        Some(if ours > 0.0 { ours } else { minutes(false) } * 60.0)
    };
    let seconds = usage()
        .filter(|seconds| *seconds > 0.0)
        .or_else(|| text("retry-after")?.trim().parse().ok())
        .filter(|seconds: &f64| *seconds > 0.0)?;
    Some(Duration::from_secs_f64(seconds.min(DAY.as_secs_f64())))
}

/// Why an answer cannot be parsed, without quoting it: the parser's message can hold values.
pub(super) fn parse_cause(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        serde_json::error::Category::Eof => format!("the answer ends in the middle, at {place}"),
        serde_json::error::Category::Syntax => format!("the answer is not JSON, at {place}"),
        serde_json::error::Category::Data => {
            format!("the answer has another shape than expected, at {place}")
        }
        serde_json::error::Category::Io => "the answer cannot be read".to_owned(),
    }
}

/// The parts of a failed call's context that must not be printed.
pub(super) struct Clean<'a> {
    pub(super) texts: redact::Texts,
    pub(super) secrets: &'a [&'a str],
}

impl Clean<'_> {
    pub(super) fn message(&self, text: &str) -> String {
        redact::scrub_message(text, &self.texts, self.secrets)
    }

    pub(super) fn answer(&self, body: &[u8]) -> String {
        redact::answer(body, &self.texts, self.secrets)
    }
}
