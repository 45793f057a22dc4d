//! How wide a text is, and where it is broken into lines.
//!
//! Nobody knows which font a picture is shown in, so the widths are those of `DejaVu Sans`, which is among the widest that
//! a `sans-serif` may be, rounded up by kinds of letters.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

/// What a text is set in, and how large, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Font {
    pub(super) face: Face,
    pub(super) size: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Plain,
    Bold,
    Code,
}

impl Font {
    /// The width of a text without line breaks, in pixels; rather too much than too little.
    pub(super) fn width(self, text: &str) -> f64 {
        let em: f64 = text.chars().map(|char| self.em(char)).sum();
        (em * self.size).ceil()
    }

    /// The height of a line.
    pub(super) fn line(self) -> f64 {
        (self.size * 1.35).ceil()
    }

    /// How far the baseline is above the bottom of a line.
    pub(super) fn base(self) -> f64 {
        self.size * 0.35
    }

    /// The width of a letter in parts of the size.
    fn em(self, char: char) -> f64 {
        let of_face = match self.face {
            Face::Plain => 1.0,
            Face::Bold => 1.12,
            Face::Code => {
                return match char.width() {
                    Some(0) => 0.0,
                    Some(2) => 1.3,
                    _ => 0.62,
                };
            }
        };
        let em = match char {
            'i' | 'j' | 'l' | 'I' | '|' | '\'' | '.' | ',' | ':' | ';' | '!' => 0.41,
            'f' | 't' | 'r' | ' ' | '-' | '(' | ')' | '[' | ']' | '/' | '\\' | '"' => 0.47,
            'm' | 'w' | 'M' | 'W' | '%' | '@' => 1.01,
            '+' | '=' | '<' | '>' | '~' | '^' | '#' => 0.85,
            'A'..='Z' | '&' => 0.8,
            ' '..='~' => 0.65,
            // One letter as wide as a line.
            '\u{fdfd}' => 12.0,
            _ => match char.width() {
                Some(0) => 0.0,
                Some(2) => 1.3,
                _ => 1.01,
            },
        };
        em * of_face
    }

    /// The text in lines of at most this width. What does not fit into so many lines ends with an ellipsis.
    pub(super) fn wrap(self, text: &str, most: f64, lines: usize) -> Vec<String> {
        let mut wrapped: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in clean(text).split(' ').filter(|word| !word.is_empty()) {
            let joined = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if self.width(&joined) <= most {
                line = joined;
                continue;
            }
            if !line.is_empty() {
                wrapped.push(std::mem::take(&mut line));
            }
            for grapheme in word.graphemes(true) {
                if !line.is_empty() && self.width(&line) + self.width(grapheme) > most {
                    wrapped.push(std::mem::take(&mut line));
                }
                line.push_str(grapheme);
            }
        }
        if !line.is_empty() {
            wrapped.push(line);
        }
        if wrapped.len() > lines {
            wrapped.truncate(lines);
            if let Some(last) = wrapped.last_mut() {
                *last = self.shortened(last, most);
            }
        }
        wrapped
    }

    /// The text with an ellipsis at its end, within this width.
    fn shortened(self, text: &str, most: f64) -> String {
        let mut graphemes: Vec<&str> = text.graphemes(true).collect();
        while !graphemes.is_empty() && self.width(&graphemes.concat()) + self.width("…") > most {
            graphemes.pop();
        }
        format!("{}…", graphemes.concat().trim_end())
    }
}

/// The text on one line, without what no XML may hold and what would turn the text around it.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .filter(|char| !matches!(char, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .map(|char| match char {
            char if char.is_control() || char.is_whitespace() => ' ',
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            char => char,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FONT: Font = Font {
        face: Face::Plain,
        size: 12.0,
    };

    #[test]
    fn a_text_is_broken_between_words_and_a_long_word_within() {
        assert_eq!(FONT.wrap("one two\nthree", 60.0, 9), ["one two", "three"]);
        assert_eq!(FONT.wrap("aaaaaaaaaaaaaaa", 60.0, 9), ["aaaaaaa", "aaaaaaa", "a"]);
        assert_eq!(FONT.wrap("one two three four", 60.0, 2), ["one two", "three…"]);
        assert_eq!(FONT.wrap(" \n\u{202e}", 60.0, 2), [""; 0]);
    }

    #[test]
    fn wide_letters_count_double_and_families_stay_together() {
        assert!(FONT.width("日本") >= 2.0 * FONT.width("ab"));
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(FONT.wrap(&family.repeat(2), 50.0, 9), [family, family]);
    }

    proptest! {
        #[test]
        fn every_line_is_within_its_width(text in any::<String>(), most in 30.0..300.0) {
            for line in FONT.wrap(&text, most, 4) {
                // A grapheme that is wider by itself cannot be broken.
                prop_assert!(FONT.width(&line) <= most || line.graphemes(true).count() <= 2, "{line:?}");
                prop_assert!(!line.chars().any(char::is_control));
            }
        }
    }
}
