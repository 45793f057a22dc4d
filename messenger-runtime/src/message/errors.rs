//! What [`Reply::check`](super::Reply::check) reports.

use std::fmt;

use super::limits::Limit;

/// Which platform a message goes to; their limits differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    /// Messenger.
    Messenger,
    /// Instagram messaging: shorter texts, fewer kinds of messages.
    Instagram,
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Messenger => "Messenger",
            Self::Instagram => "Instagram",
        })
    }
}

/// One violation of a limit: a code, a path and what is wrong, never the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitError {
    pub(super) path: String,
    pub(super) problem: Problem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    TooLong { got: usize, limit: Limit },
    TooShort { got: usize, limit: Limit },
    OutOfRange { got: usize, limit: Limit },
    Count { got: usize, limit: Limit },
    Invalid(&'static str),
    Missing(Platform, &'static str),
}

impl LimitError {
    /// `MSG101` a text is too long, `MSG102` a list has the wrong length or a number of days is out of
    /// range, `MSG103` something is missing, too short or malformed, `MSG104` the platform does not have it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.problem {
            Problem::TooLong { .. } => "MSG101",
            Problem::Count { .. } | Problem::OutOfRange { .. } => "MSG102",
            Problem::TooShort { .. } | Problem::Invalid(_) => "MSG103",
            Problem::Missing(..) => "MSG104",
        }
    }

    /// Where: in the platform's field names, without the envelope around them, like
    /// `elements[3].title`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The limit and what was measured, where there is a number to it.
    #[must_use]
    pub fn limit(&self) -> Option<(Limit, usize)> {
        match self.problem {
            Problem::TooLong { got, limit }
            | Problem::TooShort { got, limit }
            | Problem::Count { got, limit }
            | Problem::OutOfRange { got, limit } => Some((limit, got)),
            Problem::Invalid(_) | Problem::Missing(..) => None,
        }
    }
}

impl LimitError {
    /// What a platform does not have, where that is the violation.
    pub(crate) fn unsupported(&self) -> Option<(Platform, &'static str)> {
        match self.problem {
            Problem::Missing(platform, what) => Some((platform, what)),
            _ => None,
        }
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.code(), self.path)?;
        match self.problem {
            Problem::TooLong { got, limit } => write!(f, "{got} {}, at most {}", limit.unit, limit.max),
            Problem::TooShort { got, limit } => write!(f, "{got} {}, at least {}", limit.unit, limit.min),
            Problem::Count { got, limit } | Problem::OutOfRange { got, limit } => {
                write!(f, "{got} {}, {} to {}", limit.unit, limit.min, limit.max)
            }
            Problem::Invalid(what) => f.write_str(what),
            Problem::Missing(platform, what) => write!(f, "{platform} has no {what}"),
        }
    }
}

impl std::error::Error for LimitError {}

/// Every violation of one reply, in the order of its parts; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitErrors(pub(super) Vec<LimitError>);

impl LimitErrors {
    /// The violations.
    pub fn iter(&self) -> std::slice::Iter<'_, LimitError> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a LimitErrors {
    type Item = &'a LimitError;
    type IntoIter = std::slice::Iter<'a, LimitError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One violation on each line.
impl fmt::Display for LimitErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.iter().enumerate() {
            let line = if n == 0 { "" } else { "\n" };
            write!(f, "{line}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LimitErrors {}
