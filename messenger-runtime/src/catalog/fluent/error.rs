//! What is wrong with Fluent files.

use std::{
    fmt::{self, Display},
    io,
    path::PathBuf,
};

use fluent_bundle::{
    FluentError as BundleError,
    resolver::{ResolverError, errors::ReferenceKind},
};

/// Why a [`FluentCatalog`](super::FluentCatalog) could not be made (MSG330).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FluentError {
    /// Mistakes in the files, all of them.
    #[error("MSG330: {}", Listed(.0))]
    Mistakes(Vec<FluentProblem>),
    /// A folder or a file cannot be read.
    #[error("MSG330: the texts in {} cannot be read: {}; see to the path and who may read it", .0.display(), .1)]
    Unreadable(PathBuf, #[source] io::Error),
    /// There is no `.ftl` file in the folder.
    #[error("MSG330: there is no .ftl file in {}; put one for each language there, like de.ftl", .0.display())]
    Nothing(PathBuf),
}

/// One mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FluentProblem {
    file: String,
    line: Option<usize>,
    what: String,
}

impl FluentProblem {
    pub(super) fn new(file: String, line: Option<usize>, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { file, line, what }
    }

    /// A mistake at a byte of a file.
    pub(super) fn at(file: &str, source: &str, byte: usize, what: &impl Display) -> Self {
        let before = source.get(..byte).unwrap_or(source);
        let line = before.matches('\n').count() + 1;
        Self::new(file.to_owned(), Some(line), what.to_string())
    }

    /// The file, as it was named.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1, where it is about one.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }
}

impl Display for FluentProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

struct Listed<'p>(&'p [FluentProblem]);

impl Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = match self.0 {
            [_] => "a mistake".to_owned(),
            several => format!("{} mistakes", several.len()),
        };
        write!(
            f,
            "{count} in the texts; https://projectfluent.org/fluent/guide has the form"
        )?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// What went wrong while a text was made, without its arguments.
pub(super) fn in_words(error: &BundleError) -> String {
    match error {
        BundleError::ResolverError(ResolverError::Reference(ReferenceKind::Variable { id })) => {
            format!("it has `${id}`, and no argument of that name is given")
        }
        other => other.to_string(),
    }
}
