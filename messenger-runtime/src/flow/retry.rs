//! Why a question is asked again.

use std::fmt;

use super::Misfit;
use crate::message::Reply;

/// Asks the question again, after saying why.
///
/// ```
/// use messenger_runtime::flow::Retry;
///
/// fn check(qty: u32) -> Result<u32, Retry> {
///     if qty > 5 { Err(Retry("We have only five left.")) } else { Ok(qty) }
/// }
/// assert!(check(6).is_err());
/// ```
#[derive(Clone, PartialEq)]
pub struct Retry {
    why: Why,
}

#[derive(Clone, PartialEq)]
enum Why {
    Said(Reply),
    Misfit(Misfit),
}

/// The reason in your own words: a text, or any [`Reply`].
#[allow(
    non_snake_case,
    reason = "it makes the type of its name, as a tuple struct would"
)]
pub fn Retry(reason: impl Into<Reply>) -> Retry {
    Retry {
        why: Why::Said(reason.into()),
    }
}

impl Retry {
    /// What did not fit, where no step has put it into words of its own.
    #[must_use]
    pub fn misfit(&self) -> Option<&Misfit> {
        match &self.why {
            Why::Misfit(misfit) => Some(misfit),
            Why::Said(_) => None,
        }
    }

    /// What the person is told.
    pub fn into_reply(self) -> Reply {
        match self.why {
            Why::Said(reply) => reply,
            Why::Misfit(misfit) => Reply::text(misfit.to_string()),
        }
    }
}

impl From<Misfit> for Retry {
    fn from(misfit: Misfit) -> Self {
        Self {
            why: Why::Misfit(misfit),
        }
    }
}

/// Without words: these may quote what the person said.
impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Why::Said(_) => f.write_str("Retry(..)"),
            Why::Misfit(misfit) => f.debug_tuple("Retry").field(misfit).finish(),
        }
    }
}
