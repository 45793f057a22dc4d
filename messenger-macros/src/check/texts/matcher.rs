//! Tries a regex on a short text, without building an automaton for it.

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look, Repetition};

/// The most steps of one attempt.
const FUEL: u32 = 20_000;

/// Whether `hir` is found anywhere in `text`; `None` where that would take too long to say.
pub(crate) fn found(hir: &Hir, text: &str) -> Option<bool> {
    let chars: Vec<char> = text.chars().collect();
    let mut attempt = Attempt {
        text: &chars,
        fuel: FUEL,
    };
    let found = (0..=chars.len()).any(|start| attempt.at(hir, start, &mut |_, _| true));
    (found || attempt.fuel > 0).then_some(found)
}

struct Attempt<'t> {
    text: &'t [char],
    fuel: u32,
}

/// What must hold after a part has matched up to a place.
type Then<'k, 't> = &'k mut dyn FnMut(&mut Attempt<'t>, usize) -> bool;

impl<'t> Attempt<'t> {
    fn at(&mut self, hir: &Hir, at: usize, then: Then<'_, 't>) -> bool {
        let Some(fuel) = self.fuel.checked_sub(1) else {
            return false;
        };
        self.fuel = fuel;
        match hir.kind() {
            HirKind::Empty => then(self, at),
            HirKind::Literal(literal) => {
                let Ok(literal) = std::str::from_utf8(&literal.0) else {
                    return false;
                };
                let mut end = at;
                for char in literal.chars() {
                    if self.text.get(end) != Some(&char) {
                        return false;
                    }
                    end += 1;
                }
                then(self, end)
            }
            HirKind::Class(class) => match self.text.get(at) {
                Some(char) if holds(class, *char) => then(self, at + 1),
                _ => false,
            },
            HirKind::Look(look) => self.look(*look, at) && then(self, at),
            HirKind::Repetition(repetition) => self.repeat(repetition, 0, at, then),
            HirKind::Capture(capture) => self.at(&capture.sub, at, then),
            HirKind::Concat(parts) => self.all(parts, at, then),
            HirKind::Alternation(parts) => parts.iter().any(|part| self.at(part, at, then)),
        }
    }

    fn all(&mut self, parts: &[Hir], at: usize, then: Then<'_, 't>) -> bool {
        match parts.split_first() {
            None => then(self, at),
            Some((first, rest)) => self.at(first, at, &mut |attempt, at| attempt.all(rest, at, then)),
        }
    }

    fn repeat(&mut self, repetition: &Repetition, done: u32, at: usize, then: Then<'_, 't>) -> bool {
        let more = repetition.max.is_none_or(|max| done < max)
            && self.at(&repetition.sub, at, &mut |attempt, end| {
                // A round that took nothing would only be repeated.
                (end > at || done < repetition.min) && attempt.repeat(repetition, done + 1, end, then)
            });
        more || (done >= repetition.min && then(self, at))
    }

    fn look(&self, look: Look, at: usize) -> bool {
        let before = at.checked_sub(1).map(|before| self.text[before]);
        let after = self.text.get(at).copied();
        let unicode = (before.is_some_and(is_word), after.is_some_and(is_word));
        let ascii_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let ascii = (before.is_some_and(ascii_word), after.is_some_and(ascii_word));
        match look {
            Look::Start => before.is_none(),
            Look::End => after.is_none(),
            Look::StartLF => matches!(before, None | Some('\n')),
            Look::EndLF => matches!(after, None | Some('\n')),
            Look::StartCRLF => {
                matches!(before, None | Some('\n')) || (before == Some('\r') && after != Some('\n'))
            }
            Look::EndCRLF => {
                matches!(after, None | Some('\r')) || (after == Some('\n') && before != Some('\r'))
            }
            Look::WordAscii => ascii.0 != ascii.1,
            Look::WordAsciiNegate => ascii.0 == ascii.1,
            Look::WordUnicode => unicode.0 != unicode.1,
            Look::WordUnicodeNegate => unicode.0 == unicode.1,
            Look::WordStartAscii => !ascii.0 && ascii.1,
            Look::WordEndAscii => ascii.0 && !ascii.1,
            Look::WordStartUnicode => !unicode.0 && unicode.1,
            Look::WordEndUnicode => unicode.0 && !unicode.1,
            Look::WordStartHalfAscii => !ascii.0,
            Look::WordEndHalfAscii => !ascii.1,
            Look::WordStartHalfUnicode => !unicode.0,
            Look::WordEndHalfUnicode => !unicode.1,
        }
    }
}

fn is_word(char: char) -> bool {
    regex_syntax::is_word_character(char)
}

fn holds(class: &Class, char: char) -> bool {
    match class {
        Class::Unicode(class) => contains(class, char),
        Class::Bytes(class) => u8::try_from(char).is_ok_and(|byte| {
            byte.is_ascii()
                && class
                    .ranges()
                    .iter()
                    .any(|it| (it.start()..=it.end()).contains(&byte))
        }),
    }
}

/// Whether `class` has `char`.
pub(super) fn contains(class: &ClassUnicode, char: char) -> bool {
    class
        .ranges()
        .binary_search_by(|range| {
            if range.end() < char {
                std::cmp::Ordering::Less
            } else if range.start() > char {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            }
        })
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_regex_engine() {
        use regex_automata::nfa::thompson::pikevm::PikeVM;
        let patterns = [
            r"(?i)^order (?<qty>\d{1,2}) (?<sku>\w+)$",
            r"\bmenu\b",
            "a*b|^$",
            r"(?m)^x$",
            "(a|ab)(c|bcd)(d*)",
            r"\Bé",
            "(?s)^.+$",
            r"(x+x+)+y",
            r"\b{start}hi",
            "(?R)(?m)a$",
        ];
        let texts = [
            "",
            "order 12 moka",
            "ORDER 1 é",
            "order 123 x",
            "the menu",
            "menus",
            "aab",
            "x\ny",
            "abcd",
            "café",
            "oé",
            "xxxxxxy",
            "a\r\n",
            "hi",
            "ohi",
        ];
        for pattern in patterns {
            let (hir, vm) = (
                regex_syntax::parse(pattern).expect("a regex"),
                PikeVM::new(pattern).expect("a regex"),
            );
            for text in texts {
                let expected = vm.is_match(&mut vm.create_cache(), text);
                assert_eq!(found(&hir, text), Some(expected), "{pattern} on {text:?}");
            }
        }
    }

    #[test]
    fn gives_up_on_what_takes_too_long() {
        let hir = regex_syntax::parse("(x+x+)+(x+x+)+y").expect("a regex");
        assert_eq!(found(&hir, &"x".repeat(60)), None);
    }
}
