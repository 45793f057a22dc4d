//! Why a question is asked again.

use std::fmt;

use super::{Misfit, steps::title_in};
use crate::{Texts, message::Reply};

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
    /// One of a choice's titles was asked for; their keys are those of the choice and its variants.
    NoneOf(Misfit, Vec<String>),
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
    /// None of the titles that have these keys.
    pub(super) fn none_of(titles: Vec<&'static str>, keys: Vec<String>) -> Self {
        Self {
            why: Why::NoneOf(Misfit::NoneOf { titles }, keys),
        }
    }

    /// What did not fit, where no step has put it into words of its own.
    #[must_use]
    pub fn misfit(&self) -> Option<&Misfit> {
        match &self.why {
            Why::Misfit(misfit) | Why::NoneOf(misfit, _) => Some(misfit),
            Why::Said(_) => None,
        }
    }

    /// What the person is told.
    pub fn into_reply(self) -> Reply {
        match self.why {
            Why::Said(reply) => reply,
            Why::Misfit(misfit) | Why::NoneOf(misfit, _) => Reply::text(misfit.to_string()),
        }
    }

    /// What the person is told, in their language.
    pub(crate) fn in_words_of(self, texts: &Texts) -> Reply {
        let (misfit, keys) = match &self.why {
            Why::Said(_) => return self.into_reply(),
            Why::Misfit(misfit) => (misfit, [].as_slice()),
            Why::NoneOf(misfit, keys) => (misfit, keys.as_slice()),
        };
        let phrase = texts.get(misfit.key());
        let phrase = match misfit {
            Misfit::OutOfRange { least, most } => phrase.with("least", least).with("most", most),
            Misfit::NoneOf { titles } => {
                let mut keys = keys.iter();
                let titles = titles.iter().map(|title| title_of(texts, keys.next(), title));
                phrase.with("titles", titles.collect::<Vec<_>>().join(", "))
            }
            _ => phrase,
        };
        match phrase.find() {
            Some(said) => Reply::text(said),
            None => self.into_reply(),
        }
    }
}

/// The title of a quick reply in the person's language.
fn title_of(texts: &Texts, key: Option<&String>, title: &str) -> String {
    match key {
        Some(key) => title_in(texts, key, title).unwrap_or_else(|| title.to_owned()),
        None => title.to_owned(),
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
            Why::Misfit(misfit) | Why::NoneOf(misfit, _) => f.debug_tuple("Retry").field(misfit).finish(),
        }
    }
}
