//! Finds a text by the languages of a person, and tells once what is missing.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use super::{
    Arguments, Catalog,
    locale::{chain, normal},
};

/// Of how many texts is told at most that they are missing: a key may be made of what people say.
const TOLD: usize = 1_000;

/// The catalogue of a bot at work.
pub(crate) struct Interpreter {
    catalog: Box<dyn Catalog>,
    /// Its locales in the platform's form, and as it names them.
    locales: BTreeMap<String, String>,
    default: Option<String>,
    told: Mutex<HashSet<(String, String)>>,
}

/// A name that is no language, or none of the catalogue's.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoLanguage {
    #[error("the catalogue has the language {0:?}, which is none; name it like \"de\" or \"pt_BR\"")]
    Catalogue(String),
    #[error("the catalogue does not have the default language {0:?}; name one that it has, or none")]
    Default(String),
}

/// A text that is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'w> {
    pub(crate) key: &'w str,
    pub(crate) arguments: &'w Arguments<'w>,
    /// What is wrong with a text for the place where it is to stand.
    pub(crate) refuses: &'w dyn Fn(&str) -> Option<String>,
    /// Whether nothing is amiss where there is none.
    pub(crate) is_optional: bool,
}

/// What a catalogue said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Text(String),
    Nothing,
    /// It has a text that cannot be used, and why.
    Unusable(String),
}

impl Interpreter {
    pub(crate) fn new(catalog: Box<dyn Catalog>, default: Option<&str>) -> Result<Self, NoLanguage> {
        let locales = locales(&*catalog)?;
        let known = |default: &str| {
            let locale =
                normal(default).filter(|locale| chain(locale).any(|name| locales.contains_key(name)));
            locale.ok_or_else(|| NoLanguage::Default(default.to_owned()))
        };
        Ok(Self {
            default: default.map(known).transpose()?,
            locales,
            catalog,
            told: Mutex::default(),
        })
    }

    /// The locales it has texts in, in the platform's form.
    pub(crate) fn locales(&self) -> impl Iterator<Item = &str> {
        self.locales.keys().map(String::as_str)
    }

    /// The language of people whose own is not known.
    pub(crate) fn default_language(&self) -> Option<&str> {
        self.default.as_deref()
    }

    /// The text in the nearest language, or none.
    pub(crate) fn text(&self, locale: Option<&str>, wanted: Wanted<'_>) -> Option<String> {
        let of_person = locale.into_iter();
        let of_bot = self.default.as_deref().filter(|default| locale != Some(default));
        of_person
            .chain(of_bot)
            .find_map(|locale| self.text_in(locale, wanted))
    }

    fn text_in(&self, locale: &str, wanted: Wanted<'_>) -> Option<String> {
        let mut lacks = None;
        for (name, own_name) in chain(locale).filter_map(|name| self.locales.get_key_value(name)) {
            match ask(&*self.catalog, own_name, wanted) {
                Said::Text(text) => return Some(text),
                Said::Nothing => lacks = Some(name),
                Said::Unusable(why) => self.tell(wanted.key, name, Some(&why)),
            }
        }
        if let Some(name) = lacks.filter(|_| !wanted.is_optional) {
            self.tell(wanted.key, name, None);
        }
        None
    }

    fn tell(&self, key: &str, locale: &str, why: Option<&str>) {
        let is_new = {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            told.len() < TOLD && told.insert((key.to_owned(), locale.to_owned()))
        };
        if !is_new {
            return;
        }
        match why {
            None => tracing::warn!(
                key,
                locale,
                cause = "MSG331",
                "MSG331: the catalogue has no text `{key}` in `{locale}`; people get that of another language or of \
                 the code"
            ),
            Some(why) => tracing::error!(
                key,
                locale,
                cause = "MSG332",
                "MSG332: the text `{key}` in `{locale}` cannot be used: {why}; people get that of another language or \
                 of the code"
            ),
        }
    }
}

impl fmt::Debug for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interpreter")
            .field("locales", &self.locales)
            .field("default", &self.default)
            .finish_non_exhaustive()
    }
}

/// The locales of a catalogue in the platform's form, and as it names them.
fn locales(catalog: &dyn Catalog) -> Result<BTreeMap<String, String>, NoLanguage> {
    let named = catalog.locales().into_iter();
    named
        .map(|name| match normal(&name) {
            Some(locale) => Ok((locale, name)),
            None => Err(NoLanguage::Catalogue(name)),
        })
        .collect()
}

/// Asks for a text in one of the catalogue's locales. The code of the catalogue may be the user's and panic; the turn
/// goes on without the text.
pub(crate) fn ask(catalog: &dyn Catalog, locale: &str, wanted: Wanted<'_>) -> Said {
    let Wanted { key, arguments, .. } = wanted;
    let asked = catch_unwind(AssertUnwindSafe(|| match catalog.text(locale, key, arguments) {
        Some(text) => Ok(text),
        None => Err(catalog.fault(locale, key, arguments)),
    }));
    match asked {
        Err(_panic) => Said::Unusable("the catalogue panicked".to_owned()),
        Ok(Err(None)) => Said::Nothing,
        Ok(Err(Some(why))) => Said::Unusable(why),
        Ok(Ok(text)) if text.trim().is_empty() => Said::Unusable("it is empty".to_owned()),
        Ok(Ok(text)) => match (wanted.refuses)(&text) {
            None => Said::Text(text),
            Some(why) => Said::Unusable(why),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Table(&'static [(&'static str, &'static str, &'static str)]);

    impl Catalog for Table {
        fn locales(&self) -> Vec<String> {
            let mut locales: Vec<_> = self.0.iter().map(|(locale, ..)| (*locale).to_owned()).collect();
            locales.dedup();
            locales
        }

        fn text(&self, locale: &str, key: &str, _: &Arguments<'_>) -> Option<String> {
            assert_ne!(key, "panics");
            let found = self.0.iter().find(|row| (row.0, row.1) == (locale, key));
            found.map(|row| row.2.to_owned())
        }
    }

    const TABLE: Table = Table(&[
        ("de", "bread", "Brot"),
        ("de", "roll", "Brötchen"),
        ("de", "nothing", " "),
        ("de-AT", "roll", "Semmel"),
        ("fr", "bread", "pain"),
    ]);

    fn text(interpreter: &Interpreter, locale: Option<&str>, key: &str) -> Option<String> {
        let wanted = Wanted {
            key,
            arguments: &Arguments::new(),
            refuses: &|text| (text.len() > 8).then(|| "too long".to_owned()),
            is_optional: false,
        };
        interpreter.text(locale, wanted)
    }

    fn told(interpreter: &Interpreter) -> Vec<(String, String)> {
        let told = interpreter.told.lock().expect("no panic under the lock");
        let mut told: Vec<_> = told.iter().cloned().collect();
        told.sort();
        told
    }

    #[test]
    fn a_text_is_looked_for_from_the_locale_to_the_default() {
        let interpreter = Interpreter::new(Box::new(TABLE), Some("fr-fr")).expect("languages");
        for (locale, key, found) in [
            (Some("de_AT"), "roll", Some("Semmel")),
            (Some("de_AT"), "bread", Some("Brot")),
            (Some("de_CH"), "bread", Some("Brot")),
            (Some("it_IT"), "bread", Some("pain")),
            (None, "bread", Some("pain")),
        ] {
            assert_eq!(
                text(&interpreter, locale, key).as_deref(),
                found,
                "{locale:?} {key}"
            );
        }
        assert_eq!(
            told(&interpreter),
            [],
            "a locale may leave to its language what is the same"
        );
        assert_eq!(text(&interpreter, Some("it_IT"), "roll"), None);
        assert_eq!(told(&interpreter), [("roll".to_owned(), "fr".to_owned())]);
    }

    #[test]
    fn what_is_missing_in_a_language_is_told_once() {
        let interpreter = Interpreter::new(Box::new(TABLE), None).expect("languages");
        for _ in 0..3 {
            assert_eq!(text(&interpreter, Some("fr_CA"), "cake"), None);
            assert_eq!(text(&interpreter, Some("de_AT"), "cake"), None);
            assert_eq!(text(&interpreter, Some("it"), "cake"), None);
        }
        let cake = |locale: &str| ("cake".to_owned(), locale.to_owned());
        assert_eq!(
            told(&interpreter),
            [cake("de"), cake("fr")],
            "of Italian it has nothing at all"
        );
        for number in 0..2 * TOLD {
            text(&interpreter, Some("fr"), &number.to_string());
        }
        assert_eq!(told(&interpreter).len(), TOLD);
    }

    #[test]
    fn what_cannot_be_used_is_as_good_as_missing() {
        let interpreter = Interpreter::new(Box::new(TABLE), None).expect("languages");
        assert_eq!(text(&interpreter, Some("de"), "nothing"), None, "empty");
        assert_eq!(text(&interpreter, Some("de"), "roll"), None, "nine bytes");
        assert_eq!(text(&interpreter, Some("de"), "panics"), None);
        let keys: Vec<_> = told(&interpreter).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["nothing", "panics", "roll"]);
    }

    #[test]
    fn a_language_that_is_none_is_refused() {
        for default in ["it", "german", ""] {
            let error = Interpreter::new(Box::new(TABLE), Some(default)).expect_err("no Italian");
            assert!(
                error.to_string().contains("does not have the default language"),
                "{error}"
            );
        }
        let misnamed = Table(&[("german", "bread", "Brot")]);
        let error = Interpreter::new(Box::new(misnamed), None).expect_err("no language");
        assert!(error.to_string().contains("\"german\", which is none"), "{error}");
    }
}
