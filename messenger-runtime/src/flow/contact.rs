//! E-mail addresses and phone numbers, typed or by the quick reply that has the person's own.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Answer, Misfit, Retry, Said};
use crate::message::QuickReply;

/// The most characters of an address. <https://www.rfc-editor.org/errata/eid1690>
const LONGEST_ADDRESS: usize = 254;

/// How many digits a phone number has, its country code included, by ITU-T E.164. Numbers within a country may be short.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

macro_rules! contact {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// As a text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// As a text.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        /// How long it is, never what it says.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} characters)"), self.0.chars().count())
            }
        }
    };
}

contact! {
    /// An e-mail address, as it was given. Whether it exists only a message to it can tell.
    EmailAddress
}

contact! {
    /// A phone number: its digits, behind a `+` where it was given with one. A leading `00` is that `+`.
    PhoneNumber
}

impl Answer for EmailAddress {
    fn read(said: &Said<'_>) -> Result<Self, Retry> {
        let text = said.words().unwrap_or_default();
        let text = text.strip_prefix("mailto:").unwrap_or(text);
        if is_address(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Misfit::NoEmailAddress.into())
        }
    }

    fn quick_replies() -> Vec<QuickReply> {
        vec![QuickReply::email()]
    }

    fn misfits() -> &'static [&'static str] {
        &["Misfit-NoEmailAddress"]
    }
}

/// Something, an `@`, and a name with a dot: anything stricter refuses addresses that work.
fn is_address(text: &str) -> bool {
    let Some((person, host)) = text.rsplit_once('@') else {
        return false;
    };
    let in_one_piece =
        |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let labels_are_whole = host.split('.').all(|label| !label.is_empty());
    text.len() <= LONGEST_ADDRESS
        && in_one_piece(person)
        && !person.contains('@')
        && in_one_piece(host)
        && host.contains('.')
        && labels_are_whole
}

impl Answer for PhoneNumber {
    fn read(said: &Said<'_>) -> Result<Self, Retry> {
        let text = said.words().unwrap_or_default();
        let misfit = || Retry::from(Misfit::NoPhoneNumber);
        let (mut number, rest) = match text.strip_prefix('+').or_else(|| text.strip_prefix("00")) {
            Some(rest) => ("+".to_owned(), rest),
            None => (String::new(), text),
        };
        if !rest
            .chars()
            .all(|c| c.is_ascii_digit() || " -./()\u{a0}".contains(c))
        {
            return Err(misfit());
        }
        let digits = rest.chars().filter(char::is_ascii_digit);
        let plus = number.len();
        number.extend(digits);
        if DIGITS.contains(&(number.len() - plus)) {
            Ok(Self(number))
        } else {
            Err(misfit())
        }
    }

    fn quick_replies() -> Vec<QuickReply> {
        vec![QuickReply::phone()]
    }

    fn misfits() -> &'static [&'static str] {
        &["Misfit-NoPhoneNumber"]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_work_are_taken_and_others_are_not() {
        let read = |text| EmailAddress::read(&Said::typed(text)).map(EmailAddress::into_string);
        for text in [
            "ann@example.com",
            "a.b+c@sub.example.co",
            "müller@exämple.de",
            "o'hara@example.com",
        ] {
            assert_eq!(read(text).expect("an address"), text);
        }
        assert_eq!(read("mailto:ann@example.com").expect("a link"), "ann@example.com");
        let long = format!("{}@example.com", "a".repeat(250));
        for text in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "ann@example",
            "a b@example.com",
            "a@b@example.com",
            "ann@.com",
            "ann@example..com",
            "ann@exam ple.com",
            &long,
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn phone_numbers_are_kept_as_digits() {
        let read = |text| PhoneNumber::read(&Said::typed(text)).map(PhoneNumber::into_string);
        for text in [
            "+33 1 23 45 67 89",
            "+33123456789",
            "0033 1.23.45.67.89",
            "+33 (1) 23-45-67-89",
        ] {
            assert_eq!(read(text).expect("a number"), "+33123456789", "{text}");
        }
        assert_eq!(read("030/123456").expect("within a country"), "030123456");
        for text in [
            "",
            "1234",
            "call me",
            "+1234567890123456",
            "12345x",
            "+",
            "++33123456789",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn neither_shows_what_it_says() {
        let address = EmailAddress::read(&Said::typed("ann@example.com")).expect("an address");
        assert_eq!(format!("{address:?}"), "EmailAddress(15 characters)");
    }
}
