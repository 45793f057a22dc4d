//! `BUY:{sku}:{qty=1}`: a literal head, then captures.

use proc_macro2::Span;
use syn::{Error, Ident, LitStr, Result, ext::IdentExt as _, parse::Parser as _};

/// What the payloads of flows' answers begin with.
const OF_FLOWS: &str = "%flow:";
/// The platform's limit on the characters of a payload.
const MAX: usize = 1000;

/// A payload pattern.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// The literal segments, joined by `:`.
    pub(crate) head: String,
    pub(crate) captures: Vec<Capture>,
}

/// One `{capture}`.
#[derive(Debug, Clone)]
pub(crate) struct Capture {
    pub(crate) name: String,
    pub(crate) default: Option<String>,
    pub(crate) rest: bool,
}

impl Pattern {
    pub(crate) fn parse(literal: &LitStr) -> Result<Self> {
        let text = literal.value();
        let error = |message: String| Error::new(literal.span(), message);
        if text.is_empty() {
            return Err(error(
                "the payload is empty; write one like `\"BUY\"` or `\"BUY:{sku}\"`".to_owned(),
            ));
        }
        if text.starts_with(OF_FLOWS) {
            return Err(error(format!(
                "payloads that begin with `{OF_FLOWS}` are those of flows and reach no handler; write another"
            )));
        }
        if text.chars().count() > MAX {
            return Err(error(format!(
                "the payload is longer than the {MAX} characters that Messenger allows"
            )));
        }
        let mut head: Vec<&str> = Vec::new();
        let mut captures: Vec<Capture> = Vec::new();
        for segment in split(&text) {
            match inner(segment).map_err(|fault| error(format!("in the payload `{text}`: {fault}")))? {
                Some(inside) => {
                    if head.is_empty() {
                        return Err(error(format!(
                            "the payload `{text}` must begin with a literal name, as in `BUY:{{sku}}`"
                        )));
                    }
                    let capture = Capture::parse(inside).map_err(error)?;
                    follows(&captures, &capture).map_err(error)?;
                    captures.push(capture);
                }
                None if captures.is_empty() => head.push(segment),
                None => {
                    return Err(error(format!(
                        "`{segment}` stands after a capture; literals come first, as in `{}:{segment}:{{..}}`",
                        head.join(":")
                    )));
                }
            }
        }
        Ok(Self {
            span: literal.span(),
            head: head.join(":"),
            captures,
            text,
        })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.captures.iter().map(|capture| capture.name.as_str())
    }

    /// The fewest segments that follow the head.
    pub(crate) fn fewest(&self) -> usize {
        self.captures
            .iter()
            .filter(|capture| capture.default.is_none())
            .count()
    }

    /// The most segments that follow the head; `None` where `{rest..}` takes any number.
    pub(crate) fn most(&self) -> Option<usize> {
        (!self.captures.last().is_some_and(|last| last.rest)).then_some(self.captures.len())
    }
}

/// The segments: `text` at every `:` that is not inside of braces, so that a default may hold one.
fn split(text: &str) -> Vec<&str> {
    let (mut segments, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, char) in text.char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                segments.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    segments.push(&text[start..]);
    segments
}

/// What stands between the braces of a capture; `None` for a literal segment.
fn inner(segment: &str) -> std::result::Result<Option<&str>, String> {
    if segment.is_empty() {
        return Err("a segment is empty; write something before and after each `:`".to_owned());
    }
    if let Some(inside) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
        && !inside.contains(['{', '}'])
    {
        return Ok(Some(inside));
    }
    match (segment.matches('{').count(), segment.matches('}').count()) {
        (0, 0) => Ok(None),
        (open, close) if open > close => Err(format!("the `{{` in `{segment}` is not closed")),
        (open, close) if open < close => Err(format!("the `}}` in `{segment}` closes nothing")),
        _ => Err(format!(
            "a capture is a whole segment between `:`; `{segment}` is none"
        )),
    }
}

/// The identifier of the capture `name`, raw where it is a keyword; `None` where it cannot be one.
pub(crate) fn capture_name(name: &str, span: Span) -> Option<Ident> {
    match Ident::parse_any.parse_str(name).ok()?.to_string().as_str() {
        "_" | "self" | "Self" | "super" | "crate" => None,
        name if name.starts_with("r#") => None,
        name if syn::parse_str::<Ident>(name).is_ok() => Some(Ident::new(name, span)),
        name => Some(Ident::new_raw(name, span)),
    }
}

impl Capture {
    fn parse(inside: &str) -> std::result::Result<Self, String> {
        let (name, default, rest) = if let Some((name, default)) = inside.split_once('=') {
            (name, Some(default.to_owned()), false)
        } else if let Some(name) = inside.strip_suffix("..") {
            (name, None, true)
        } else {
            (inside, None, false)
        };
        if capture_name(name, Span::call_site()).is_none() {
            return Err(format!(
                "`{name}` cannot be the name of a capture; write one like `{{sku}}`"
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            default,
            rest,
        })
    }
}

/// Whether `next` may stand after `before`.
fn follows(before: &[Capture], next: &Capture) -> std::result::Result<(), String> {
    let name = &next.name;
    if before.iter().any(|capture| capture.name == *name) {
        return Err(format!(
            "the capture `{name}` appears twice; give each a name of its own"
        ));
    }
    match before.last() {
        Some(last) if last.rest => Err(format!(
            "`{{{}..}}` takes everything that is left, so `{{{name}}}` can never be filled; write `{{{}..}}` last",
            last.name, last.name
        )),
        Some(last) if last.default.is_some() && next.rest => Err(format!(
            "`{{{}}}` cannot have a default in front of `{{{name}..}}`",
            last.name
        )),
        Some(last) if last.default.is_some() && next.default.is_none() => Err(format!(
            "`{{{name}}}` needs a default as well, because `{{{}}}` before it has one; write `{{{name}=..}}`",
            last.name
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Pattern> {
        Pattern::parse(&LitStr::new(text, Span::call_site()))
    }

    #[test]
    fn a_head_and_captures() {
        let pattern = parse("SHOP:BUY:{sku}:{at=10:30}").expect("a pattern");
        assert_eq!(pattern.head, "SHOP:BUY");
        assert_eq!(pattern.names().collect::<Vec<_>>(), ["sku", "at"]);
        assert_eq!(pattern.captures[1].default.as_deref(), Some("10:30"));
        assert_eq!((pattern.fewest(), pattern.most()), (1, Some(2)));
        let rest = parse("GO:{to}:{rest..}").expect("a pattern");
        assert_eq!((rest.fewest(), rest.most()), (2, None));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            ":",
            "A:",
            ":A",
            "A::B",
            "{a}",
            "A:{a",
            "A:a}",
            "A:{a}{b}",
            "A:x{a}",
            "A:{}",
            "A:{=1}",
            "A:{a b}",
            "A:{a}:{a}",
            "A:{a=1}:{b}",
            "A:{a..}:{b}",
            "A:{a=1}:{b..}",
            "A:{a}:B",
            "A:{{a}}",
            "A:{self}",
            "A:{r#fn}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse("A:{fn}:{type=1}").is_ok());
        assert!(parse(&"x".repeat(1000)).is_ok());
        assert!(parse(&"x".repeat(1001)).is_err());
    }
}
