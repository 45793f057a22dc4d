//! Case folding: when two texts count as the same words.
//!
//! A person types `MENU`, `Menu` or `menu` and means one thing. [`fold`] brings a text into the one form in
//! which such spellings are equal bytes; [`eq_folded`] compares two texts in that form. The words of a text
//! route and the titles of quick replies are compared like this, and the literals of a regex route are looked
//! for like this before the regex itself decides.
//!
//! The form is Unicode's full case folding, one character at a time and the same in every language:
//!
//! | typed | folds to | so |
//! |---|---|---|
//! | `A`, `É`, `Я` | `a`, `é`, `я` | upper and lower case are equal |
//! | `Σ`, `σ`, `ς` | `σ` | the final sigma is a sigma |
//! | `ß`, `ẞ` | `ss` | `Straße` equals `STRASSE` |
//! | `ﬁ`, `ŉ` | `fi`, `ʼn` | ligatures equal their letters |
//! | `K` (Kelvin), `ſ` (long s), `µ` (micro) | `k`, `s`, `μ` | as the `i` flag of a regex has it |
//! | `İ` | `i` and U+0307 | it does not equal `i`: only Turkish would say so |
//! | `ı` | `ı` | it does not equal `i` |
//!
//! Accents are kept, and nothing is composed or decomposed: `é` as one character does not equal `e` followed
//! by U+0301. White space is kept too; the caller trims.

use std::borrow::Cow;
use std::sync::LazyLock;

/// Characters below this have their folding in [`TABLE`]; the alphabets people type are below it.
const TABLE_END: usize = 0x2D30;

/// The folding of each character below [`TABLE_END`], or [`SEVERAL`].
///
/// Asking the standard library thrice for every character would cost more than the whole search for a route.
static TABLE: LazyLock<Box<[u16]>> = LazyLock::new(|| {
    (0..TABLE_END as u32)
        .map(|code| {
            let mut folded = char::from_u32(code).into_iter().flat_map(fold_by_rule);
            match (folded.next(), folded.next()) {
                (Some(one), None) => u16::try_from(u32::from(one)).unwrap_or(SEVERAL),
                _ => SEVERAL,
            }
        })
        .collect()
});

/// In [`TABLE`]: this character folds to several, or to one that does not fit. No character folds to it.
const SEVERAL: u16 = 0xFFFF;

/// The text in the form in which spellings that differ only in case are equal.
///
/// Borrows a text that is ASCII without capitals, which is already in that form.
#[must_use]
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    let mut folded = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        fold_char(c, |c| folded.push(c));
    }
    Cow::Owned(folded)
}

/// Whether two texts are the same but for case, as [`fold`] has it.
#[must_use]
pub(crate) fn eq_folded(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    fold(a) == fold(b)
}

/// Gives the folding of one character to `push`: one to three characters.
#[inline]
pub(crate) fn fold_char(c: char, mut push: impl FnMut(char)) {
    if c.is_ascii() {
        return push(c.to_ascii_lowercase());
    }
    if has_no_case(c) {
        return push(c);
    }
    if let Some(&folded) = TABLE.get(c as usize)
        && folded != SEVERAL
        && let Some(folded) = char::from_u32(folded.into())
    {
        return push(folded);
    }
    fold_by_rule(c).for_each(push);
}

/// The large caseless scripts above the table (CJK, kana, Yi; Hangul, emoji): they fold to themselves.
fn has_no_case(c: char) -> bool {
    matches!(c, '\u{2E00}'..'\u{A640}' | '\u{AC00}'..'\u{FB00}' | '\u{1F000}'..='\u{10FFFF}')
}

/// The folding by the standard library's case tables.
///
/// To upper case between two steps to lower case: the first brings `ẞ` to `ß` and `İ` to its two characters,
/// the second joins what has one capital (`ς`, `ſ`, `µ`), the third is the form itself.
fn fold_by_rule(c: char) -> impl Iterator<Item = char> {
    // Its capital is the plain `I`, though it is not a spelling of `i`.
    let dotless = (c == 'ı').then_some(c);
    let rule = dotless.is_none().then(|| {
        c.to_lowercase()
            .flat_map(char::to_uppercase)
            .flat_map(char::to_lowercase)
    });
    dotless.into_iter().chain(rule.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

    fn folded(c: char) -> String {
        let mut folded = String::new();
        fold_char(c, |c| folded.push(c));
        folded
    }

    #[test]
    fn spellings_of_a_word() {
        for (a, b) in [
            ("MENU", "menu"),
            ("Crème Brûlée", "CRÈME BRÛLÉE"),
            ("МЕНЮ", "меню"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
            ("Straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("ﬁn", "FIN"),
            ("\u{212A}elvin", "kelvin"),
            ("\u{17F}top", "Stop"),
            ("İptal", "i\u{307}ptal"),
            ("ԵՒ", "և"),
            ("კარგი", "ᲙᲐᲠᲒᲘ"),
            ("ꭰ", "Ꭰ"),
            ("𐐀", "𐐨"),
            ("メニュー", "メニュー"),
        ] {
            assert!(eq_folded(a, b), "{a} and {b}");
        }
        for (a, b) in [
            ("İ", "i"),
            ("ı", "i"),
            ("é", "e"),
            ("é", "e\u{301}"),
            ("menu", "menu "),
            ("", "a"),
        ] {
            assert!(!eq_folded(a, b), "{a} and {b}");
        }
    }

    #[test]
    fn borrows_what_is_folded_ascii() {
        assert!(matches!(fold("track my order 7!"), Cow::Borrowed(_)));
        assert!(matches!(fold("Track"), Cow::Owned(_)));
    }

    #[test]
    fn every_character_follows_the_rule_and_stays() {
        for c in '\0'..=char::MAX {
            let once = folded(c);
            assert_eq!(once, fold_by_rule(c).collect::<String>(), "{c:?}");
            assert_eq!(fold(&once), once, "{c:?} folds once and for all");
        }
    }

    #[test]
    fn agrees_with_the_case_of_a_regex() {
        for c in '\0'..=char::MAX {
            let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
            class.case_fold_simple();
            for other in class.iter().flat_map(|range| range.start()..=range.end()) {
                assert_eq!(
                    folded(other),
                    folded(c),
                    "{c:?} and {other:?} are one letter to a regex"
                );
            }
        }
    }
}
