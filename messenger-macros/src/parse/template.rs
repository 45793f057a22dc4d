//! `table-{n}`: what a `ref` looks like, literals and captures in turn.

use proc_macro2::Span;
use syn::{Error, LitStr, Result};

use super::payload::capture_name;

/// The template of a `ref`.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// One more than there are captures.
    pub(crate) literals: Vec<String>,
    pub(crate) captures: Vec<String>,
}

impl Template {
    pub(crate) fn parse(literal: &LitStr) -> Result<Self> {
        let text = literal.value();
        let (literals, captures) = pieces(&text)
            .map_err(|fault| Error::new(literal.span(), format!("in the ref `{text}`: {fault}")))?;
        Ok(Self {
            span: literal.span(),
            text,
            literals,
            captures,
        })
    }
}

fn pieces(text: &str) -> std::result::Result<(Vec<String>, Vec<String>), String> {
    if text.is_empty() {
        return Err("it is empty; `#[on_referral]` alone takes every referral".to_owned());
    }
    let (mut literals, mut captures, mut rest) = (Vec::new(), Vec::<String>::new(), text);
    loop {
        let (literal, tail) = match rest.split_once('{') {
            Some((literal, tail)) => (literal, Some(tail)),
            None => (rest, None),
        };
        if literal.contains('}') {
            return Err("a `}` closes nothing".to_owned());
        }
        let allowed = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '=');
        if let Some(char) = literal.chars().find(|char| !allowed(*char)) {
            return Err(format!(
                "`{char}` cannot be part of a ref; it holds letters, digits, `-`, `_` and `=`"
            ));
        }
        literals.push(literal.to_owned());
        let Some(tail) = tail else {
            return Ok((literals, captures));
        };
        let (name, after) = tail
            .split_once('}')
            .ok_or_else(|| format!("the `{{` of `{{{tail}` is not closed"))?;
        if capture_name(name, Span::call_site()).is_none() {
            return Err(format!(
                "`{name}` cannot be the name of a capture; write one like `{{n}}`"
            ));
        }
        if captures.iter().any(|capture| capture == name) {
            return Err(format!(
                "the capture `{name}` appears twice; give each a name of its own"
            ));
        }
        if after.starts_with('{') {
            return Err("two captures need something literal between them".to_owned());
        }
        captures.push(name.to_owned());
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn literals_and_captures_take_turns() {
        let (literals, captures) = pieces("table-{n}_of={room}").expect("a template");
        assert_eq!(literals, ["table-", "_of=", ""]);
        assert_eq!(captures, ["n", "room"]);
        assert_eq!(pieces("{n}").expect("a template").0, ["", ""]);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "{", "}", "a{n", "a}n", "{n}{m}", "{n}-{n}", "table n", "a/b", "{a b}", "{}",
        ] {
            assert!(pieces(text).is_err(), "{text}");
        }
    }
}
