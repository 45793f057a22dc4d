//! The check of single fields, for calls of the Graph API that are not messages.

use super::{LimitError, LimitErrors, Platform, errors::Problem, limits::Limit, rules};

/// Looks at the fields of one call and remembers every violation.
#[derive(Default)]
pub(crate) struct Fields(Vec<LimitError>);

impl Fields {
    /// A text within `limit`.
    pub(crate) fn text(self, path: &str, text: &str, limit: Limit) -> Self {
        self.note(path, rules::text(text, limit))
    }

    pub(crate) fn maybe_text(self, path: &str, text: Option<&str>, limit: Limit) -> Self {
        match text {
            Some(text) => self.text(path, text, limit),
            None => self,
        }
    }

    /// A number, or the length of a list, within `limit`.
    pub(crate) fn number(self, path: &str, got: usize, limit: Limit) -> Self {
        self.note(path, rules::number(got, limit))
    }

    /// A text that is not empty.
    pub(crate) fn required(self, path: &str, text: &str) -> Self {
        self.note(path, rules::required(text))
    }

    pub(crate) fn url(self, path: &str, url: &str) -> Self {
        self.note(path, rules::url(url))
    }

    /// Something that Messenger alone has.
    pub(crate) fn messenger_only(self, platform: Platform, path: &str, what: &'static str) -> Self {
        match platform {
            Platform::Messenger => self,
            Platform::Instagram => self.note(path, Some(Problem::Missing(platform, what))),
        }
    }

    pub(crate) fn invalid(self, path: &str, what: &'static str) -> Self {
        self.note(path, Some(Problem::Invalid(what)))
    }

    pub(crate) fn finish(self) -> Result<(), LimitErrors> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(LimitErrors(self.0))
        }
    }

    fn note(mut self, path: &str, problem: Option<Problem>) -> Self {
        if let Some(problem) = problem {
            self.0.push(LimitError {
                path: path.to_owned(),
                problem,
            });
        }
        self
    }
}
