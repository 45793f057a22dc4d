//! Texts in several languages: what a bot says, in the language of the person it says it to.
//!
//! The texts in the code stay where they are, checked by the compiler. A [`Catalog`] has the same texts in other
//! languages, each under a key:
//!
//! | text | key |
//! |---|---|
//! | what a step of a [flow](mod@crate::flow) says | the flow and the step: `Checkout-quantity` |
//! | one of its `options` | these and the option: `Checkout-quantity-Pick-up`, see below |
//! | a variant of a `#[derive(Choice)]` enum | the enum and the variant: `Confirm-Yes` |
//! | a quick reply of your own | what [`QuickReply::key`](crate::message::QuickReply::key) says |
//! | what the library says itself | `Flow-cancelled`, `Flow-unreadable`, and `Misfit-` with a variant of [`Misfit`](crate::flow::Misfit): `Misfit-NoNumber` |
//! | everything else | what [`Texts::get`](crate::Texts::get) says |
//!
//! In the key of an option its letters, digits and `_` stand as they are, all else between them is one `-`, and where
//! two of a step have the same key, the later one has a `-2` behind it. The `{fields}` of a question are arguments of
//! the same names; `least` and `most` are those of `Misfit-OutOfRange`, `titles` that of `Misfit-NoneOf`.
//!
//! A bot gets its catalogue by [`BotBuilder::catalog`](crate::BotBuilder::catalog).
//!
//! # Whose language
//!
//! The one that the person has chosen ([`Texts::set_language`](crate::Texts::set_language)), else the locale of their
//! profile. It is looked up only where a bot has a catalogue and is about to say something, once in a turn and from the
//! cache where it is fresh; where that fails or takes longer than three seconds, the turn goes on without. The platform
//! tells an app the locale that has the permission `pages_user_locale`; Instagram has none.
//!
//! A text is looked for in `de_DE`, then in `de`, then in the
//! [default language](crate::BotBuilder::default_language) of the bot, and after that the one in the code stands. So it
//! does where a text of the catalogue is empty, too long, or cannot be made of its arguments. The log says so once for
//! each key and language (MSG331, MSG332), and [`Bot::missing_texts`](crate::Bot::missing_texts) tells it to a test.
//!
//! # Where the texts come from
#![cfg_attr(
    feature = "fluent",
    doc = "\nFrom files of <https://projectfluent.org>: a [`FluentCatalog`]. From anywhere else: a [`Catalog`] of your own."
)]
#![cfg_attr(
    not(feature = "fluent"),
    doc = "\nThe feature `fluent` has a catalogue of <https://projectfluent.org> files. From anywhere else: a [`Catalog`] of your own."
)]

mod arguments;
#[cfg(feature = "fluent")]
mod fluent;
mod interpreter;
pub(crate) mod locale;

pub use arguments::{Argument, Arguments};
#[cfg(feature = "fluent")]
pub use fluent::{FluentCatalog, FluentError, FluentProblem};
pub(crate) use interpreter::{Interpreter, Said, Wanted, ask};

use crate::message::BoxError;

/// Texts in several languages, each by its key.
///
/// It is asked in the middle of a turn, so it has its texts at hand: what it must read, it reads before the bot starts.
///
/// ```
/// use messenger_runtime::catalog::{Arguments, Catalog};
///
/// struct German;
///
/// impl Catalog for German {
///     fn locales(&self) -> Vec<String> {
///         vec!["de".to_owned()]
///     }
///
///     fn text(&self, _locale: &str, key: &str, arguments: &Arguments<'_>) -> Option<String> {
///         match key {
///             "greeting" => Some(format!("Hallo {}!", arguments.get("name")?)),
///             "Confirm-Yes" => Some("Ja".to_owned()),
///             _ => None,
///         }
///     }
/// }
/// let mut arguments = Arguments::new();
/// arguments.set("name", "Ann");
/// assert_eq!(German.text("de", "greeting", &arguments).as_deref(), Some("Hallo Ann!"));
/// ```
pub trait Catalog: Send + Sync + 'static {
    /// The languages and locales that it has texts in, as the platform writes them: `de`, `pt_BR`. It is asked for no
    /// other.
    fn locales(&self) -> Vec<String>;

    /// The text of `key` in exactly this one of its locales; `None` where it has none, and never an empty one in its
    /// place.
    fn text(&self, locale: &str, key: &str, arguments: &Arguments<'_>) -> Option<String>;

    /// Why there is none, where it has the text and cannot make it of the arguments; asked after
    /// [`text`](Self::text) gave `None`. It is logged, so it says nothing of what the arguments are.
    fn fault(&self, locale: &str, key: &str, arguments: &Arguments<'_>) -> Option<String> {
        let _ = (locale, key, arguments);
        None
    }

    /// The keys that it has in this locale, so that [`Bot::missing_texts`](crate::Bot::missing_texts) finds what one
    /// language has and another has not; empty where it cannot tell.
    fn keys(&self, locale: &str) -> Vec<String> {
        let _ = locale;
        Vec::new()
    }
}

/// What [`BotBuilder::catalog`](crate::BotBuilder::catalog) takes: a catalogue, or a `Result` with it.
pub trait IntoCatalog {
    /// The catalogue, or why there is none.
    fn into_catalog(self) -> Result<Box<dyn Catalog>, BoxError>;
}

impl<C: Catalog> IntoCatalog for C {
    fn into_catalog(self) -> Result<Box<dyn Catalog>, BoxError> {
        Ok(Box::new(self))
    }
}

impl<C: Catalog, E: Into<BoxError>> IntoCatalog for Result<C, E> {
    fn into_catalog(self) -> Result<Box<dyn Catalog>, BoxError> {
        match self {
            Ok(catalog) => Ok(Box::new(catalog)),
            Err(error) => Err(error.into()),
        }
    }
}
