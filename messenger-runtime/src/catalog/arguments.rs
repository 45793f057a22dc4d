//! What stands in a text and differs each time.

use std::fmt::{self, Display};

/// The named arguments of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments<'a> {
    named: Vec<(&'a str, Argument)>,
}

/// One of them: a text, which may be a number.
///
/// `Debug` shows how long it is, not what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Argument(String);

/// How many digits a number has at most, so that an `f64` has it exactly.
const DIGITS: usize = 15;

impl<'a> Arguments<'a> {
    /// None.
    #[must_use]
    pub const fn new() -> Self {
        Self { named: Vec::new() }
    }

    /// Adds one, or gives one that is there another value.
    pub fn set(&mut self, name: &'a str, value: impl Display) {
        let value = Argument(value.to_string());
        match self.named.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.named.push((name, value)),
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Argument> {
        let mut named = self.named.iter();
        named.find_map(|(known, value)| (*known == name).then_some(value))
    }

    /// All of them, in the order in which they were set.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &Argument)> {
        self.named.iter().map(|(name, value)| (*name, value))
    }
}

impl Argument {
    /// As a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a number, where it is written as one: digits without a leading zero, with or without a fraction, at most 15
    /// of them. `007` and `1e9` are texts.
    ///
    /// ```
    /// use messenger_runtime::catalog::Arguments;
    ///
    /// let mut arguments = Arguments::new();
    /// arguments.set("count", 3);
    /// arguments.set("code", "007");
    /// assert_eq!(arguments.get("count").and_then(|count| count.number()), Some(3.0));
    /// assert_eq!(arguments.get("code").and_then(|code| code.number()), None);
    /// ```
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        let unsigned = self.0.strip_prefix('-').unwrap_or(&self.0);
        let (whole, fraction) = match unsigned.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (unsigned, None),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_plain = digits(whole) && (whole == "0" || !whole.starts_with('0'));
        let has_room = whole.len() + fraction.map_or(0, str::len) <= DIGITS;
        if is_plain && has_room && fraction.is_none_or(digits) {
            self.0.parse().ok()
        } else {
            None
        }
    }
}

impl Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Argument({} characters)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_as_a_number_is_one() {
        for (text, number) in [
            ("0", 0.0),
            ("-3", -3.0),
            ("1.50", 1.5),
            ("123456789012345", 123_456_789_012_345.0),
        ] {
            assert_eq!(Argument(text.to_owned()).number(), Some(number), "{text}");
        }
        for text in [
            "",
            "-",
            "007",
            "1.",
            ".5",
            "1e9",
            "+1",
            "inf",
            "NaN",
            "1 000",
            "١",
            "1234567890123456",
            "1.2.3",
        ] {
            assert_eq!(Argument(text.to_owned()).number(), None, "{text}");
        }
    }

    #[test]
    fn the_last_value_of_a_name_counts() {
        let mut arguments = Arguments::new();
        arguments.set("name", "Ann");
        arguments.set("count", 1);
        arguments.set("name", "Bob");
        let all: Vec<_> = arguments
            .iter()
            .map(|(name, value)| (name, value.as_str()))
            .collect();
        assert_eq!(all, [("name", "Bob"), ("count", "1")]);
        assert!(
            !format!("{arguments:?}").contains("Bob"),
            "it may be what a person said"
        );
    }
}
