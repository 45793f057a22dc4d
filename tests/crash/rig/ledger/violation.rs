//! What must never happen, told apart by what it says of the promise.

use std::fmt;

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A message that was owed has not come, long after one behind it has.
    Lost,
    /// A message came ahead of one that is owed before it, which is lost or comes too late.
    Passed,
    /// The one that was passed has come.
    OutOfOrder,
    /// Handled twice, or sent again without a doubt.
    Doubled,
    /// What a turn had kept in the session is gone.
    Undone,
    /// Anything else, such as that nothing comes any more.
    Other,
}

/// What is wrong with a message that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Breach {
    pub(super) kind: Kind,
    pub(super) what: String,
}

impl Breach {
    pub(super) fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into(),
        }
    }
}

/// Something that must never happen.
#[derive(Debug)]
pub(crate) struct Violation {
    pub(super) kind: Kind,
    pub(super) what: String,
    pub(super) history: Vec<String>,
}

impl Violation {
    /// A violation without a person's history.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            kind: Kind::Other,
            what: what.into(),
            history: Vec::new(),
        }
    }

    /// What was seen, on one line.
    pub(crate) fn told(&self) -> String {
        format!("{:?}: {}", self.kind, self.what)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.told())?;
        self.history.iter().try_for_each(|line| writeln!(f, "    {line}"))
    }
}
