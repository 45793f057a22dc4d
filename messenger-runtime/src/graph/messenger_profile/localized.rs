//! What each locale has.

use std::collections::BTreeMap;

use super::{Command, IceBreaker, IntoMenu as _, Menu, MenuItem};

/// A value for each locale, such as `fr_FR`; that of `default` is for everybody else.
///
/// ```
/// use messenger_runtime::graph::Localized;
///
/// let mut greeting = Localized::from("Hello!");
/// greeting.set("fr_FR", "Bonjour !".to_owned());
/// assert_eq!(greeting.get("fr_FR").map(String::as_str), Some("Bonjour !"));
/// let locales: Vec<_> = greeting.iter().map(|(locale, _)| locale).collect();
/// assert_eq!(locales, ["default", "fr_FR"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Localized<T>(BTreeMap<String, T>);

impl<T> Localized<T> {
    /// The locale of everybody who has none of their own here.
    pub const DEFAULT: &'static str = "default";

    /// Sets the value of a locale, in place of the one that it had.
    pub fn set(&mut self, locale: impl Into<String>, value: T) {
        self.0.insert(locale.into(), value);
    }

    /// The value of this very locale.
    #[must_use]
    pub fn get(&self, locale: &str) -> Option<&T> {
        self.0.get(locale)
    }

    /// The locales and their values: `default` first, the others by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        let others = self.0.iter().filter(|(locale, _)| *locale != Self::DEFAULT);
        self.0
            .get_key_value(Self::DEFAULT)
            .into_iter()
            .chain(others)
            .map(|(locale, value)| (locale.as_str(), value))
    }

    /// The values, to be changed.
    #[cfg(feature = "cli")]
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.values_mut()
    }

    /// Whether there is no locale at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many locales there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<T> Default for Localized<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// For the default locale.
impl<T> From<T> for Localized<T> {
    fn from(value: T) -> Self {
        Self::from_iter([(Self::DEFAULT, value)])
    }
}

impl<T, L: Into<String>> FromIterator<(L, T)> for Localized<T> {
    fn from_iter<I: IntoIterator<Item = (L, T)>>(values: I) -> Self {
        Self(
            values
                .into_iter()
                .map(|(locale, value)| (locale.into(), value))
                .collect(),
        )
    }
}

impl From<&str> for Localized<String> {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Vec<MenuItem>> for Localized<Menu> {
    fn from(items: Vec<MenuItem>) -> Self {
        items.into_menu().into()
    }
}

impl<const N: usize> From<[MenuItem; N]> for Localized<Menu> {
    fn from(items: [MenuItem; N]) -> Self {
        Vec::from(items).into()
    }
}

impl<const N: usize> From<[IceBreaker; N]> for Localized<Vec<IceBreaker>> {
    fn from(questions: [IceBreaker; N]) -> Self {
        Vec::from(questions).into()
    }
}

impl<const N: usize> From<[Command; N]> for Localized<Vec<Command>> {
    fn from(commands: [Command; N]) -> Self {
        Vec::from(commands).into()
    }
}
