//! Two regexes over the smallest alphabet that tells apart whatever they tell apart.
//!
//! Characters that every class of both treats alike are one letter. Letters are ASCII, and word characters stay word
//! characters, so that automata over them are small and know `\b` exactly.

use std::collections::BTreeMap;

use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look,
    Repetition,
};

/// Both regexes rewritten, and what their letters are.
pub(super) struct Alphabet {
    pub(super) inner: Hir,
    pub(super) outer: Hir,
    pub(super) letters: Vec<Letter>,
}

/// A letter, standing for many characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    pub(super) byte: u8,
    /// Whether it is trimmed at the ends of a text.
    pub(super) space: bool,
}

/// Letters for word characters and for others, none of which is special to a look-around.
const WORD: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
const OTHER: &[u8] =
    b" !\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~\x01\x02\x03\x04\x05\x06\x07\x08\x0E\x0F\x10\x11\x12\x13\x14";

impl Alphabet {
    /// `None` where the regexes need more letters than there are, or speak of bytes.
    pub(super) fn of(inner: &Hir, outer: &Hir) -> Option<Self> {
        let mut classes = vec![class(r"\w")?, class(r"\s")?, class(r"\n")?, class(r"\r")?];
        collect(inner, &mut classes)?;
        collect(outer, &mut classes)?;
        let map = Map::new(&classes)?;
        Some(Self {
            inner: map.rewrite(inner)?,
            outer: map.rewrite(outer)?,
            letters: map.letters,
        })
    }
}

fn class(pattern: &str) -> Option<ClassUnicode> {
    match regex_syntax::parse(pattern).ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(ClassUnicode::new(
                text.chars().map(|char| ClassUnicodeRange::new(char, char)),
            ))
        }
        _ => None,
    }
}

/// Every class of `hir`; each character of a literal is one.
fn collect(hir: &Hir, classes: &mut Vec<ClassUnicode>) -> Option<()> {
    let mut push = |class: ClassUnicode| {
        if !classes.contains(&class) {
            classes.push(class);
        }
    };
    match hir.kind() {
        HirKind::Literal(literal) => {
            for char in std::str::from_utf8(&literal.0).ok()?.chars() {
                push(ClassUnicode::new([ClassUnicodeRange::new(char, char)]));
            }
        }
        HirKind::Class(class) => push(unicode(class)?),
        HirKind::Look(_) | HirKind::Empty => {}
        HirKind::Repetition(repetition) => collect(&repetition.sub, classes)?,
        HirKind::Capture(capture) => collect(&capture.sub, classes)?,
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            for part in parts {
                collect(part, classes)?;
            }
        }
    }
    Some(())
}

fn unicode(class: &Class) -> Option<ClassUnicode> {
    match class {
        Class::Unicode(class) => Some(class.clone()),
        Class::Bytes(class) => class.to_unicode_class(),
    }
}

/// From characters to letters: the first character of each stretch, and the letter of the stretch.
struct Map {
    stretches: Vec<(u32, u8)>,
    letters: Vec<Letter>,
}

impl Map {
    fn new(classes: &[ClassUnicode]) -> Option<Self> {
        // Each class changes at the ends of its ranges; between two changes all characters are alike.
        let mut changes: BTreeMap<u32, Vec<usize>> = BTreeMap::from([(0, Vec::new())]);
        for (index, class) in classes.iter().enumerate() {
            for range in class.ranges() {
                changes.entry(u32::from(range.start())).or_default().push(index);
                changes.entry(u32::from(range.end()) + 1).or_default().push(index);
            }
        }
        let mut within = vec![false; classes.len()];
        let mut known: BTreeMap<Vec<bool>, u8> = BTreeMap::new();
        let (mut words, mut others) = (WORD.iter(), OTHER.iter());
        let (mut stretches, mut letters) = (Vec::new(), Vec::new());
        for (start, changed) in changes {
            for index in changed {
                within[index] = !within[index];
            }
            if start > u32::from(char::MAX) {
                break;
            }
            let byte = match known.get(&within) {
                Some(byte) => *byte,
                None => {
                    let byte = match (within[0], within[2], within[3]) {
                        (_, true, _) => b'\n',
                        (_, _, true) => b'\r',
                        (true, ..) => *words.next()?,
                        (false, ..) => *others.next()?,
                    };
                    known.insert(within.clone(), byte);
                    letters.push(Letter {
                        byte,
                        space: within[1],
                    });
                    byte
                }
            };
            stretches.push((start, byte));
        }
        Some(Self { stretches, letters })
    }

    fn letter(&self, char: char) -> u8 {
        let after = self
            .stretches
            .partition_point(|(start, _)| *start <= u32::from(char));
        self.stretches[after - 1].1
    }

    fn class(&self, class: &ClassUnicode) -> Hir {
        let mut bytes = Vec::new();
        for range in class.ranges() {
            let (start, end) = (u32::from(range.start()), u32::from(range.end()));
            let first = self.stretches.partition_point(|(at, _)| *at < start);
            let within = self.stretches[first..].iter().take_while(|(at, _)| *at <= end);
            bytes.extend(within.map(|(_, byte)| ClassBytesRange::new(*byte, *byte)));
        }
        Hir::class(Class::Bytes(ClassBytes::new(bytes)))
    }

    fn rewrite(&self, hir: &Hir) -> Option<Hir> {
        Some(match hir.kind() {
            HirKind::Empty => Hir::empty(),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                Hir::literal(text.chars().map(|char| self.letter(char)).collect::<Vec<u8>>())
            }
            HirKind::Class(class) => self.class(&unicode(class)?),
            HirKind::Look(look) => Hir::look(over_letters(*look)?),
            HirKind::Repetition(repetition) => Hir::repetition(Repetition {
                sub: Box::new(self.rewrite(&repetition.sub)?),
                ..repetition.clone()
            }),
            HirKind::Capture(capture) => Hir::capture(Capture {
                sub: Box::new(self.rewrite(&capture.sub)?),
                ..capture.clone()
            }),
            HirKind::Concat(parts) => Hir::concat(
                parts
                    .iter()
                    .map(|part| self.rewrite(part))
                    .collect::<Option<_>>()?,
            ),
            HirKind::Alternation(parts) => Hir::alternation(
                parts
                    .iter()
                    .map(|part| self.rewrite(part))
                    .collect::<Option<_>>()?,
            ),
        })
    }
}

/// The same look-around over letters. One that heeds ASCII words alone has no counterpart: there, letters that stand
/// for other words would count.
fn over_letters(look: Look) -> Option<Look> {
    Some(match look {
        Look::Start | Look::End | Look::StartLF | Look::EndLF | Look::StartCRLF | Look::EndCRLF => look,
        Look::WordUnicode => Look::WordAscii,
        Look::WordUnicodeNegate => Look::WordAsciiNegate,
        Look::WordStartUnicode => Look::WordStartAscii,
        Look::WordEndUnicode => Look::WordEndAscii,
        Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
        Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
        _ => return None,
    })
}
