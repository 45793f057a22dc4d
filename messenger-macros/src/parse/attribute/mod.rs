//! One attribute: its kind and what stands between its parentheses; one file per family.

mod event;
mod payload;
mod referral;
mod text;

use proc_macro2::{Span, TokenStream};
use syn::{
    Error, Ident, LitStr, Path, Result,
    parse::{ParseStream, Parser as _},
};

use super::{
    begins,
    kind::{Arguments, Kind},
    payload::Pattern,
    regex::Regex,
    template::Template,
};

/// A parsed attribute.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    pub(crate) kind: &'static Kind,
    /// Where it stands.
    pub(crate) span: Span,
    pub(crate) matches: Matches,
    /// Whether it may cut into a running flow.
    pub(crate) interrupts: bool,
    /// The flows that it says its handler begins.
    pub(crate) begins: Vec<Path>,
}

/// What an attribute matches.
#[derive(Debug, Clone)]
pub(crate) enum Matches {
    /// Every event of its kind.
    Any,
    /// Events with one of these words.
    OneOf(Vec<Word>),
    /// A payload, and the patterns it had before.
    Payload { now: Pattern, was: Vec<Pattern> },
    /// A `ref`.
    Template(Template),
    /// A text in which the regex is found.
    Regex(Regex),
    /// A whole text, in any case.
    Words(Vec<Word>),
}

/// A word and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Attribute {
    /// Parses `arguments`, the tokens between the parentheses; empty where there are none.
    pub(crate) fn parse(kind: &'static Kind, span: Span, arguments: TokenStream) -> Result<Self> {
        let (arguments, begins) = begins::take(arguments)?;
        let mut attribute = Self {
            kind,
            span,
            matches: Matches::Any,
            interrupts: false,
            begins,
        };
        if !arguments.is_empty() {
            (|input: ParseStream<'_>| match kind.arguments {
                Arguments::None => Err(input.error(format!(
                    "`#[{0}]` takes no arguments; write `#[{0}]`",
                    kind.attribute
                ))),
                Arguments::Payload => payload::payload(&mut attribute, input),
                Arguments::QuickReply => payload::quick_reply(&mut attribute, input),
                Arguments::GetStarted => payload::get_started(&mut attribute, input),
                Arguments::Text => text::text(&mut attribute, input),
                Arguments::Referral => referral::referral(&mut attribute, input),
                Arguments::Words(known) => event::words(&mut attribute, known, input),
                Arguments::Names { example } => event::names(&mut attribute, example, input),
            })
            .parse2(arguments)?;
        } else if matches!(kind.arguments, Arguments::GetStarted) {
            payload::default_get_started(&mut attribute)?;
        }
        Ok(attribute)
    }

    /// The names of the captures, pattern by pattern; the patterns a payload had before are left out.
    pub(crate) fn captures(&self) -> Vec<&str> {
        match &self.matches {
            Matches::Payload { now, .. } => now.names().collect(),
            Matches::Template(template) => template.captures.iter().map(String::as_str).collect(),
            Matches::Regex(regex) => regex.groups.iter().map(|group| group.name.as_str()).collect(),
            Matches::Any | Matches::OneOf(_) | Matches::Words(_) => Vec::new(),
        }
    }

    /// The pattern's place, or the attribute's where it has none.
    pub(crate) fn pattern_span(&self) -> Span {
        match &self.matches {
            Matches::Payload { now, .. } => now.span,
            Matches::Template(template) => template.span,
            Matches::Regex(regex) => regex.span,
            Matches::Words(words) | Matches::OneOf(words) => {
                words.first().map_or(self.span, |word| word.span)
            }
            Matches::Any => self.span,
        }
    }
}

/// Refuses what follows the last argument.
fn end(input: ParseStream<'_>) -> Result<()> {
    if input.is_empty() {
        Ok(())
    } else {
        Err(input.error("expected `,` or the end of the arguments"))
    }
}

/// `, ` between arguments; whether another follows.
fn another(input: ParseStream<'_>) -> Result<bool> {
    if input.is_empty() {
        return Ok(false);
    }
    if !input.peek(syn::Token![,]) {
        return Err(input.error("expected `,` or the end of the arguments"));
    }
    input.parse::<syn::Token![,]>()?;
    Ok(!input.is_empty())
}

fn unknown_argument(name: &Ident, kind: &Kind, known: &[&str]) -> Error {
    let known = &[known, &["begins"]].concat();
    let hint = crate::error::did_you_mean(&name.to_string(), known);
    let hint = if hint.is_empty() {
        format!("; it takes {}", crate::error::list(known))
    } else {
        hint
    };
    Error::new(
        name.span(),
        format!("`#[{}]` has no argument `{name}`{hint}", kind.attribute),
    )
}

/// A string that holds something, trimmed of nothing.
fn phrase(literal: &LitStr) -> Result<Word> {
    let text = literal.value();
    if text.trim().is_empty() {
        return Err(Error::new(
            literal.span(),
            "this is empty, so nothing could ever match it",
        ));
    }
    Ok(Word {
        text,
        span: literal.span(),
    })
}
