//! The check of single fields, for calls of the Graph API that are not messages.

use super::{
    LimitError, LimitErrors, Platform,
    errors::Problem,
    limits::{Limit, Unit},
};

/// Looks at the fields of one call and remembers every violation.
#[derive(Default)]
pub(crate) struct Fields(Vec<LimitError>);

impl Fields {
    /// A text within `limit`.
    pub(crate) fn text(self, path: &str, text: &str, limit: Limit) -> Self {
        let got = limit.measure(text);
        if got < limit.min {
            self.invalid(path, "empty")
        } else if got > limit.max {
            self.note(path, Problem::TooLong { got, limit })
        } else {
            self
        }
    }

    pub(crate) fn maybe_text(self, path: &str, text: Option<&str>, limit: Limit) -> Self {
        match text {
            Some(text) => self.text(path, text, limit),
            None => self,
        }
    }

    /// A number, or the length of a list, within `limit`.
    pub(crate) fn number(self, path: &str, got: usize, limit: Limit) -> Self {
        if limit.takes(got) {
            return self;
        }
        let problem = match limit.unit {
            Unit::Items => Problem::Count { got, limit },
            Unit::Days | Unit::Seconds => Problem::OutOfRange { got, limit },
            Unit::Characters | Unit::Bytes if got < limit.min => Problem::Invalid("empty"),
            Unit::Characters | Unit::Bytes => Problem::TooLong { got, limit },
        };
        self.note(path, problem)
    }

    /// A text that is not empty.
    pub(crate) fn required(self, path: &str, text: &str) -> Self {
        if text.is_empty() {
            self.invalid(path, "empty")
        } else {
            self
        }
    }

    pub(crate) fn url(self, path: &str, url: &str) -> Self {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"));
        if rest.is_none_or(str::is_empty) {
            self.invalid(path, "not an address that begins with https:// or http://")
        } else {
            self
        }
    }

    /// Something that Messenger alone has.
    pub(crate) fn messenger_only(self, platform: Platform, path: &str, what: &'static str) -> Self {
        match platform {
            Platform::Messenger => self,
            Platform::Instagram => self.note(path, Problem::Missing(platform, what)),
        }
    }

    pub(crate) fn invalid(self, path: &str, what: &'static str) -> Self {
        self.note(path, Problem::Invalid(what))
    }

    pub(crate) fn finish(self) -> Result<(), LimitErrors> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(LimitErrors(self.0))
        }
    }

    fn note(mut self, path: &str, problem: Problem) -> Self {
        self.0.push(LimitError {
            path: path.to_owned(),
            problem,
        });
        self
    }
}
