//! Text routes that can never run, because an earlier one takes every text they match.
//!
//! Never a false alarm: only a route that cannot decline hides another, only where it runs whenever the other does,
//! and only where that is proved. Samples settle almost every pair of routes; a proof is left for the few that they
//! cannot tell apart.

mod alphabet;
mod inclusion;
pub(crate) mod matcher;
mod sample;

use std::fmt::Write as _;

use proc_macro2::Span;
use regex_syntax::hir::Hir;

use crate::{
    error::{Errors, list},
    parse::{
        attribute::{Attribute, Matches, Word},
        record::{Reading, Record},
        regex::Regex,
    },
};

/// A text route.
struct Text<'r> {
    record: &'r Record,
    attribute: &'r Attribute,
    /// Whether it takes every text that it matches.
    certain: bool,
    /// At least what it matches, as a route that may be hidden.
    wide: Hir,
    /// At most what it matches, as a route that may hide others.
    narrow: Hir,
    samples: Vec<String>,
}

pub(super) fn check(records: &[Record], errors: &mut Errors) {
    let texts: Vec<Text<'_>> = records.iter().flat_map(texts).collect();
    let mut states = inclusion::STATES;
    for (at, text) in texts.iter().enumerate() {
        if text.samples.is_empty() && inclusion::included(&text.wide, &Hir::fail(), &mut states) {
            errors.at(
                text.span(),
                "this text route can never run: its regex matches no text; a text comes without the spaces around it",
            );
            continue;
        }
        let earlier = || {
            texts[..at]
                .iter()
                .filter(|other| other.stands_before(text) && !other.record.is_listed_again(text.record))
        };
        if same(earlier(), text, errors) {
            continue;
        }
        let hidden_by = earlier().find(|other| {
            let suspicious = text
                .samples
                .iter()
                .all(|sample| matcher::found(&other.narrow, sample) != Some(false));
            suspicious && inclusion::included(&text.wide, &other.narrow, &mut states)
        });
        if let Some(other) = hidden_by {
            unreachable(other, text, errors);
        }
    }
}

fn texts(record: &Record) -> Vec<Text<'_>> {
    let of_texts = record
        .routes
        .iter()
        .filter(|attribute| attribute.kind.attribute == "on_text");
    of_texts
        .filter_map(|attribute| Text::new(record, attribute))
        .collect()
}

impl<'r> Text<'r> {
    fn new(record: &'r Record, attribute: &'r Attribute) -> Option<Self> {
        let (wide, narrow) = match &attribute.matches {
            Matches::Regex(regex) => (regex.hir.clone(), regex.hir.clone()),
            Matches::Words(words) => (
                regex_syntax::parse(&folded(words)).ok()?,
                regex_syntax::parse(&in_latin_case(words)).ok()?,
            ),
            Matches::Any => {
                let any = regex_syntax::parse("(?s)^.").ok()?;
                (any.clone(), any)
            }
            _ => return None,
        };
        let samples = sample::samples(&wide)
            .into_iter()
            .filter(|sample| sample.trim() == sample && matcher::found(&wide, sample) == Some(true))
            .collect();
        let certain = match &attribute.matches {
            Matches::Regex(regex) => certain(regex, record),
            _ => true,
        };
        Some(Self {
            record,
            attribute,
            certain,
            wide,
            narrow,
            samples,
        })
    }

    /// Whether it takes its texts before `other` can, wherever `other` runs: inside of flows only routes that
    /// interrupt run, outside all do.
    fn stands_before(&self, other: &Self) -> bool {
        self.certain && (self.attribute.interrupts || !other.attribute.interrupts)
    }

    fn span(&self) -> Span {
        self.attribute.pattern_span()
    }
}

/// Whether no capture of the regex can make its route decline.
fn certain(regex: &Regex, record: &Record) -> bool {
    regex
        .groups
        .iter()
        .all(|group| match record.reading(&group.name) {
            Some(Reading::Never) => true,
            Some(Reading::IfAbsent) => group.always,
            Some(Reading::Maybe) | None => false,
        })
}

/// The words in any case, by the widest notion of case: a text is folded before it is compared.
fn folded(words: &[Word]) -> String {
    let words: Vec<String> = words.iter().map(|word| folded_word(&word.text)).collect();
    format!("(?i)^(?:{})$", words.join("|"))
}

/// Whether a class of a regex knows all that `char` folds from.
fn is_latin(char: char) -> bool {
    char <= '\u{17F}' && !"ßŉİ".contains(char)
}

fn folded_word(word: &str) -> String {
    // Other scripts have foldings from one character to several that no class of a regex knows.
    if !word
        .chars()
        .all(|char| is_latin(char) || matches!(char, '\u{400}'..='\u{4FF}'))
    {
        return "(?s:.+)".to_owned();
    }
    let mut pattern = String::new();
    let word = word.replace('ſ', "s");
    let mut rest = word.as_str();
    while let Some(first) = rest.chars().next() {
        let run = rest
            .find(|char: char| !"filst".contains(char.to_ascii_lowercase()))
            .unwrap_or(rest.len());
        let letters = rest[..run].to_lowercase();
        if ["ff", "fi", "fl", "ss", "st"]
            .iter()
            .any(|pair| letters.contains(pair))
        {
            // `ß` folds to `ss`, and a ligature to its letters.
            write!(pattern, "[filst\u{DF}\u{1E9E}\u{FB00}-\u{FB06}]{{1,{run}}}")
                .expect("writing to a String cannot fail");
            rest = &rest[run..];
        } else {
            let (letter, after) = rest.split_at(first.len_utf8());
            pattern.push_str(&regex_syntax::escape(letter));
            rest = after;
        }
    }
    pattern
}

/// The words in any case, by the narrowest notion of case: that of the letters whose case a regex knows as well.
fn in_latin_case(words: &[Word]) -> String {
    let word = |word: &Word| {
        word.text.chars().fold(String::new(), |mut pattern, char| {
            let letter = regex_syntax::escape(char.encode_utf8(&mut [0; 4]));
            if is_latin(char) {
                write!(pattern, "(?i:{letter})").expect("writing to a String cannot fail");
            } else {
                pattern.push_str(&letter);
            }
            pattern
        })
    };
    let words: Vec<String> = words.iter().map(word).collect();
    format!("^(?:{})$", words.join("|"))
}

/// Reports what both routes name in the same words; whether there was something.
fn same<'t>(earlier: impl Iterator<Item = &'t Text<'t>>, text: &Text<'_>, errors: &mut Errors) -> bool {
    let mut found = false;
    for other in earlier {
        let twin = match (&other.attribute.matches, &text.attribute.matches) {
            (Matches::Any, Matches::Any) => Some(("every text is".to_owned(), other.span(), text.span())),
            (Matches::Regex(first), Matches::Regex(second)) if first.text == second.text => Some((
                format!("the text `{}` is", second.text),
                other.span(),
                text.span(),
            )),
            (Matches::Words(first), Matches::Words(second)) => same_words(first, second),
            _ => None,
        };
        if let Some((what, first, second)) = twin {
            let handler = other.record.shown();
            errors.at(
                second,
                format!("{what} handled twice: `{handler}` answers it as well; keep one"),
            );
            errors.at(first, format!("{what} first handled here, by `{handler}`"));
            found = true;
        }
    }
    found
}

/// The words that are in both lists, and where the first of them stands in each.
fn same_words(first: &[Word], second: &[Word]) -> Option<(String, Span, Span)> {
    let twins: Vec<(&Word, &Word)> = second
        .iter()
        .filter_map(|word| {
            let twin = first
                .iter()
                .find(|it| it.text.to_lowercase() == word.text.to_lowercase())?;
            Some((twin, word))
        })
        .collect();
    let (twin, word) = twins.first()?;
    let texts: Vec<&str> = twins.iter().map(|(_, word)| word.text.as_str()).collect();
    let what = match texts.as_slice() {
        [text] => format!("the text `{text}` is"),
        texts => format!("the texts {} are", list(texts)),
    };
    Some((what, twin.span, word.span))
}

fn unreachable(other: &Text<'_>, text: &Text<'_>, errors: &mut Errors) {
    let (by, of) = (other.record.shown(), text.record.shown());
    errors.at(
        text.span(),
        format!(
            "this text route can never run: every text it matches is taken by `{by}`, which is listed first"
        ),
    );
    let advice = if by == of {
        "remove one of them".to_owned()
    } else {
        format!("list `{of}` before `{by}`")
    };
    errors.at(other.span(), format!("`{by}` takes those texts here; {advice}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<Word> {
        let word = |text: &&str| Word {
            text: (*text).to_owned(),
            span: Span::call_site(),
        };
        words.iter().map(word).collect()
    }

    fn hides(outer: &str, inner: &str) -> bool {
        let parse = |pattern| regex_syntax::parse(pattern).expect("a regex");
        inclusion::included(&parse(inner), &parse(outer), &mut inclusion::STATES.clone())
    }

    #[test]
    fn words_take_what_folds_to_them() {
        assert!(hides(&in_latin_case(&words(&["stop"])), "(?i)^stop$"));
        assert!(hides(
            &in_latin_case(&words(&["kaffee", "über"])),
            "(?i)^(?:kaffee|über)$"
        ));
        assert!(!hides(&in_latin_case(&words(&["stop"])), "(?i)^sto$"));
    }

    #[test]
    fn letters_that_a_regex_takes_for_one_fold_to_one() {
        let fold = |char: char| -> String {
            let upper = char.to_string().to_lowercase().to_uppercase();
            upper.to_lowercase()
        };
        for char in ('\0'..='\u{17F}').filter(|char| char.is_alphabetic() && is_latin(*char)) {
            let alike = regex_syntax::parse(&format!("(?i:{char})")).expect("a regex");
            let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) = alike.kind()
            else {
                continue;
            };
            for other in class
                .ranges()
                .iter()
                .flat_map(|range| range.start()..=range.end())
            {
                assert_eq!(fold(other), fold(char), "{other} {char}");
            }
        }
    }

    #[test]
    fn nothing_that_words_take_is_left_out() {
        // All of these fold to `ss`.
        for word in ["ſs", "sſ", "ss", "ſſ"] {
            let folded = folded(&words(&[word]));
            for text in ["ss", "SS", "ſs", "ß", "ẞ"] {
                assert!(hides(&folded, &format!("^{text}$")), "{word} {text}");
            }
        }
        assert!(!hides("^(?i:ss)$", &folded(&words(&["ſs"]))));
    }

    #[test]
    fn a_regex_may_match_nothing_that_is_trimmed() {
        let never = |pattern: &str| {
            let hir = regex_syntax::parse(pattern).expect("a regex");
            inclusion::included(&hir, &Hir::fail(), &mut inclusion::STATES.clone())
        };
        assert!(never("^hello $"));
        assert!(never(r"^\s+x"));
        assert!(never("x^y"));
        assert!(!never("hello "));
        assert!(!never(r"^\s*x"));
    }
}
