//! What is missing or wrong, all at once.

use std::fmt;

/// Why a configuration cannot be used: every problem of it, not only the first.
///
/// A command that meets it prints it and ends with exit code 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub(super) problems: Vec<Problem>,
}

/// One setting that is missing or wrong. It never holds the setting's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub(super) name: &'static str,
    pub(super) fault: Fault,
    pub(super) expected: &'static str,
}

/// What is wrong with a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `MSG001`: it has to be set and is not.
    Missing,
    /// `MSG002`: it is set to something else than it should be.
    Malformed,
    /// `MSG003`: there are several access tokens, but not one for each page.
    Count {
        /// How many pages there are.
        pages: usize,
        /// How many tokens there are.
        tokens: usize,
    },
}

impl ConfigError {
    /// Every problem, in the order in which the settings are documented.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Problem {
    /// The name of the environment variable.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// What is wrong with it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// What it should be, and where to find it.
    #[must_use]
    pub fn expected(&self) -> &str {
        self.expected
    }

    /// Its page in the error index.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.fault {
            Fault::Missing => "MSG001",
            Fault::Malformed => "MSG002",
            Fault::Count { .. } => "MSG003",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            fault,
            expected,
        } = self;
        write!(f, "{}: {name} ", self.code())?;
        match fault {
            Fault::Missing => f.write_str("is not set")?,
            Fault::Malformed => f.write_str("is not what it should be")?,
            Fault::Count { pages, tokens } => {
                write!(f, "holds {tokens} tokens for {pages} page ids")?;
            }
        }
        write!(f, "\n    expected: {expected}")
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => f.write_str("the configuration has a problem:")?,
            n => write!(f, "the configuration has {n} problems:")?,
        }
        self.problems
            .iter()
            .try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for ConfigError {}
