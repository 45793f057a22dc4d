//! Numbers, in digits.

use super::{Answer, Misfit, Retry, Said};

/// The text of a number without what people put between its digits.
fn digits(said: &Said<'_>) -> Option<String> {
    let text = said.words()?;
    let space = |char: char| matches!(char, ' ' | '\u{a0}' | '\u{202f}' | '_' | '\'' | '’');
    let is_between = |(at, char): (usize, char)| {
        let digit = |char: Option<char>| char.is_some_and(|char| char.is_ascii_digit());
        space(char)
            && digit(text[..at].chars().next_back())
            && digit(text[at + char.len_utf8()..].chars().next())
    };
    Some(
        text.char_indices()
            .filter(|of| !is_between(*of))
            .map(|(_, char)| char)
            .collect(),
    )
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {
        $(impl Answer for $type {
            fn read(said: &Said<'_>) -> Result<Self, Retry> {
                let text = digits(said).ok_or(Misfit::NoWholeNumber)?;
                if let Ok(number) = text.parse() {
                    return Ok(number);
                }
                let number = text.strip_prefix(['-', '+']).unwrap_or(&text);
                let is_number = !number.is_empty() && number.chars().all(|char| char.is_ascii_digit());
                Err(if is_number {
                    Misfit::OutOfRange { least: Self::MIN.to_string(), most: Self::MAX.to_string() }.into()
                } else {
                    Misfit::NoWholeNumber.into()
                })
            }

            fn misfits() -> &'static [&'static str] {
                &["Misfit-NoWholeNumber", "Misfit-OutOfRange"]
            }
        })*
    };
}

whole_numbers!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);

macro_rules! numbers {
    ($($type:ty),*) => {
        $(impl Answer for $type {
            /// With a point or a comma before its fraction.
            fn read(said: &Said<'_>) -> Result<Self, Retry> {
                let text = digits(said).ok_or(Misfit::NoNumber)?;
                // `inf`, `nan` and `1e9` are words.
                let is_plain = text.chars().all(|char| char.is_ascii_digit() || "+-.,".contains(char));
                let number = is_plain.then(|| text.replacen(',', ".", 1).parse().ok()).flatten();
                number.filter(|number: &Self| number.is_finite()).ok_or_else(|| Misfit::NoNumber.into())
            }

            fn misfits() -> &'static [&'static str] {
                &["Misfit-NoNumber"]
            }
        })*
    };
}

numbers!(f32, f64);

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Answer>(text: &str) -> Result<T, Misfit> {
        T::read(&Said::typed(text)).map_err(|retry| retry.misfit().expect("a misfit").clone())
    }

    #[test]
    fn digits_are_read_with_what_stands_between_them() {
        for text in [
            "1200",
            " 1200 ",
            "1 200",
            "1'200",
            "1_200",
            "+1200",
            "1\u{202f}200",
        ] {
            assert_eq!(read::<u32>(text), Ok(1200), "{text}");
        }
        assert_eq!(read::<i8>("-5"), Ok(-5));
        assert_eq!(read::<f64>("1,5"), Ok(1.5));
        assert_eq!(read::<f32>("-.25"), Ok(-0.25));
        assert_eq!(u32::read(&Said::tapped("A dozen", "12")).expect("a tap"), 12);
    }

    #[test]
    fn what_is_no_number_says_what_one_is() {
        for text in ["two", "1.5", "", "1 2 x", "--1", "²", "1,2,3", "5 ", "1e3"] {
            let whole = read::<u32>(text);
            assert!(
                text == "5 " || whole == Err(Misfit::NoWholeNumber),
                "{text}: {whole:?}"
            );
        }
        for text in ["inf", "NaN", "1e400", "1,2,3", "", "-"] {
            assert_eq!(read::<f64>(text), Err(Misfit::NoNumber), "{text}");
        }
        let range = Misfit::OutOfRange {
            least: "0".to_owned(),
            most: "255".to_owned(),
        };
        for text in ["256", "-1", "99999999999999999999999999999999999999999999"] {
            assert_eq!(read::<u8>(text), Err(range.clone()), "{text}");
        }
        assert_eq!(range.to_string(), "Please send a number from 0 to 255.");
    }
}
