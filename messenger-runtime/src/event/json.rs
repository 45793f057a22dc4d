//! Reads JSON in place, without ever giving up on it.
//!
//! The grammar is checked once per body, by `serde_json`. What is left to do is to walk text known to be
//! sound, and to keep going where a strict reader stops: a lone surrogate, a number no type holds, five
//! thousand levels of nesting, the same key twice. Should the text be unsound after all (an item built by
//! hand), the walk ends early; it never panics and never loops.

use std::{borrow::Cow, fmt};

use memchr::memchr2;
use serde::de::DeserializeOwned;

/// A cursor over JSON text.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The first byte of what comes next, or 0 at the end.
    pub(super) fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return byte;
            }
            self.at += 1;
        }
        0
    }

    /// Enters the object that comes next; a value of another type is skipped.
    pub(super) fn enter_object(&mut self) -> bool {
        self.enter(b'{')
    }

    /// Enters the array that comes next; a value of another type is skipped.
    pub(super) fn enter_array(&mut self) -> bool {
        self.enter(b'[')
    }

    fn enter(&mut self, open: u8) -> bool {
        let entered = self.peek() == open;
        if entered {
            self.at += 1;
        } else {
            self.skip();
        }
        entered
    }

    /// The next key of the object that was entered. Its value comes next and must be read or skipped.
    pub(super) fn next_key(&mut self) -> Option<Cow<'a, str>> {
        if !self.next_in(b'}') {
            return None;
        }
        if self.peek() != b'"' {
            self.at = self.text.len();
            return None;
        }
        let key = self.string();
        if self.peek() == b':' {
            self.at += 1;
        }
        Some(key)
    }

    /// Whether the array that was entered has another element, which must then be read or skipped.
    pub(super) fn next_element(&mut self) -> bool {
        self.next_in(b']')
    }

    fn next_in(&mut self, close: u8) -> bool {
        let mut byte = self.peek();
        if byte == b',' {
            self.at += 1;
            byte = self.peek();
        }
        if byte == close {
            self.at += 1;
            return false;
        }
        byte != 0
    }

    /// A string or a number, as text. Anything else is skipped.
    pub(super) fn scalar(&mut self) -> Option<Cow<'a, str>> {
        match self.peek() {
            b'"' => Some(self.string()),
            b'-' | b'0'..=b'9' => Some(Cow::Borrowed(self.skip())),
            _ => {
                self.skip();
                None
            }
        }
    }

    /// Passes the value that comes next and returns its text.
    pub(super) fn skip(&mut self) -> &'a str {
        let first = self.peek();
        let start = self.at;
        match first {
            b'"' => {
                self.skip_string();
            }
            b'{' | b'[' => self.skip_nested(),
            b'}' | b']' | b',' | b':' => self.at = self.text.len(),
            _ => {
                let rest = self.text.as_bytes().get(start..).unwrap_or_default();
                let end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t');
                self.at += rest.iter().position(end).unwrap_or(rest.len());
            }
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Where the value that comes next begins.
    pub(super) fn mark(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// The text between a mark and here.
    pub(super) fn since(&self, mark: usize) -> &'a str {
        self.text.get(mark..self.at).unwrap_or_default()
    }

    fn skip_nested(&mut self) {
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.skip_string();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return;
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The string that comes next, decoded.
    fn string(&mut self) -> Cow<'a, str> {
        match self.skip_string() {
            (text, false) => Cow::Borrowed(text),
            (text, true) => Cow::Owned(decode(text)),
        }
    }

    /// Passes a string and returns what stands between its quotes, and whether there are escapes in it.
    fn skip_string(&mut self) -> (&'a str, bool) {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let (mut at, mut has_escapes) = (start, false);
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            match memchr2(b'"', b'\\', rest) {
                Some(stop) if rest[stop] == b'"' => {
                    at += stop;
                    break;
                }
                // What is escaped may itself be a quote.
                Some(escape) => {
                    at += escape + 2;
                    has_escapes = true;
                }
                None => {
                    self.at = bytes.len();
                    return (self.text.get(start..).unwrap_or_default(), has_escapes);
                }
            }
        }
        self.at = at + 1;
        (self.text.get(start..at).unwrap_or_default(), has_escapes)
    }
}

/// Undoes the escapes of a string. Half of a surrogate pair becomes U+FFFD.
fn decode(escaped: &str) -> String {
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let mut chars = rest[at + 1..].chars();
        match chars.next() {
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let (decoded, after) = decode_unicode(chars.as_str());
                text.push(decoded);
                chars = after.chars();
            }
            Some(other) => text.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    text.push_str(rest);
    text
}

/// Decodes what follows `\u`: one unit, or two that make a pair.
fn decode_unicode(rest: &str) -> (char, &str) {
    let Some((unit, after)) = code_unit(rest) else {
        return (char::REPLACEMENT_CHARACTER, rest);
    };
    if let Some(plain) = char::from_u32(u32::from(unit)) {
        return (plain, after);
    }
    if let Some((low, after_low)) = after.strip_prefix("\\u").and_then(code_unit)
        && let Some(Ok(pair)) = char::decode_utf16([unit, low]).next()
    {
        return (pair, after_low);
    }
    (char::REPLACEMENT_CHARACTER, after)
}

fn code_unit(rest: &str) -> Option<(u16, &str)> {
    let (digits, after) = rest.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, after))
}

/// The members of an object, in order; none for a value of another type.
pub(super) fn members(json: &str) -> impl Iterator<Item = (Cow<'_, str>, Raw<'_>)> {
    let mut reader = Reader::new(json);
    let entered = reader.enter_object();
    std::iter::from_fn(move || {
        let key = if entered { reader.next_key()? } else { return None };
        Some((key, Raw(Cow::Borrowed(reader.skip()))))
    })
}

/// The value of `name` in an object; the last one, should it stand there twice.
pub(super) fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let mut reader = Reader::new(json);
    let mut found = None;
    if reader.enter_object() {
        while let Some(key) = reader.next_key() {
            let value = reader.skip();
            if key == name {
                found = Some(value);
            }
        }
    }
    found
}

/// A JSON value exactly as it arrived.
///
/// This is how keys stay reachable that no type here knows. Its `Debug` gives the length alone, because
/// the value may hold what a person wrote.
///
/// ```
/// use messenger_runtime::event::Raw;
///
/// let value = Raw::from(r#"{"app_id": 498721317747541, "tags": ["a", "b"]}"#);
/// let app_id = value.get("app_id").and_then(|id| id.text().map(|id| id.into_owned()));
/// assert_eq!(app_id.as_deref(), Some("498721317747541"));
/// assert_eq!(value.get("tags").map(|tags| tags.elements().count()), Some(2));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Raw<'a>(pub(super) Cow<'a, str>);

impl Raw<'_> {
    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value of `key`, where this is an object that has it; the last one, should it stand there twice.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Raw<'_>> {
        self.members()
            .filter(|(name, _)| name == key)
            .last()
            .map(|(_, value)| value)
    }

    /// The members of an object, in order; none for a value of another type.
    pub fn members(&self) -> impl Iterator<Item = (Cow<'_, str>, Raw<'_>)> {
        members(&self.0)
    }

    /// The elements of an array, in order; none for a value of another type.
    pub fn elements(&self) -> impl Iterator<Item = Raw<'_>> {
        let mut reader = Reader::new(&self.0);
        let entered = reader.enter_array();
        std::iter::from_fn(move || {
            (entered && reader.next_element()).then(|| Raw(Cow::Borrowed(reader.skip())))
        })
    }

    /// A string, decoded, or a number as it is written; `None` for a value of another type.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        Reader::new(&self.0).scalar()
    }

    /// Reads the value into a type of your own.
    ///
    /// # Errors
    ///
    /// Where the value does not fit the type. `serde_json` is stricter than this module: it refuses lone
    /// surrogates, and nesting deeper than 128 levels.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

impl<'a> From<&'a str> for Raw<'a> {
    fn from(json: &'a str) -> Self {
        Self(Cow::Borrowed(json))
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({} bytes)", self.0.len())
    }
}
