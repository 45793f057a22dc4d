//! `on_postback`, `on_quick_reply`, `on_payload`, `on_get_started`.

use syn::{
    Error, Ident, LitStr, Result, Token,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
};

use super::{Attribute, Matches, Word, another, end, unknown_argument};
use crate::parse::payload::Pattern;

/// What the button of a new thread sends, unless the page's profile says otherwise.
const GET_STARTED: &str = "GET_STARTED";

pub(super) fn payload(attribute: &mut Attribute, input: ParseStream<'_>) -> Result<()> {
    if !input.peek(LitStr) {
        let example = format!(
            "expected a payload, as in `#[{}(\"BUY:{{sku}}\")]`",
            attribute.kind.attribute
        );
        return Err(match input.fork().call(Ident::parse_any) {
            Ok(name) if name != "was" => {
                Error::new(name.span(), format!("{example}; put `{name}` in quotes"))
            }
            _ => input.error(example),
        });
    }
    let now = Pattern::parse(&input.parse()?)?;
    let mut was = Vec::new();
    while another(input)? {
        let name = input.call(Ident::parse_any)?;
        if name != "was" {
            return Err(unknown_argument(&name, attribute.kind, &["was"]));
        }
        input.parse::<Token![=]>()?;
        let before = Pattern::parse(&input.parse()?)?;
        fits(&before, &now)?;
        was.push(before);
    }
    attribute.matches = Matches::Payload { now, was };
    Ok(())
}

/// Whether everything `now` captures is in `before` or has a default.
fn fits(before: &Pattern, now: &Pattern) -> Result<()> {
    if let Some(name) = before
        .names()
        .find(|name| !now.names().any(|known| known == *name))
    {
        return Err(Error::new(
            before.span,
            format!(
                "the capture `{name}` is not in `{}`, so nothing would read it",
                now.text
            ),
        ));
    }
    let lacking = now
        .captures
        .iter()
        .find(|capture| capture.default.is_none() && !before.names().any(|name| name == capture.name));
    match lacking {
        Some(capture) => Err(Error::new(
            before.span,
            format!(
                "a payload like `{}` has no `{name}`; give it a default in `{}`: `{{{name}=..}}`",
                before.text,
                now.text,
                name = capture.name
            ),
        )),
        None => Ok(()),
    }
}

pub(super) fn quick_reply(attribute: &mut Attribute, input: ParseStream<'_>) -> Result<()> {
    let fork = input.fork();
    match fork.call(Ident::parse_any) {
        Ok(name) if name == "phone" || name == "email" => {
            input.call(Ident::parse_any)?;
            attribute.matches = Matches::OneOf(vec![Word {
                text: name.to_string(),
                span: name.span(),
            }]);
            end(input)
        }
        Ok(name) => {
            let hint = crate::error::did_you_mean(&name.to_string(), &["phone", "email"]);
            Err(Error::new(
                name.span(),
                format!(
                    "expected a payload in quotes, `phone` or `email`, as in `#[on_quick_reply(\"SIZE:{{value}}\")]`{hint}"
                ),
            ))
        }
        Err(_) => payload(attribute, input),
    }
}

pub(super) fn get_started(attribute: &mut Attribute, input: ParseStream<'_>) -> Result<()> {
    if !input.peek(LitStr) {
        return Err(
            input.error("expected the payload in quotes, as in `#[on_get_started(\"START\")]`, or nothing")
        );
    }
    let pattern = Pattern::parse(&input.parse()?)?;
    if !pattern.captures.is_empty() {
        return Err(Error::new(
            pattern.span,
            "the page has one get-started payload, so it captures nothing; write it without `{..}`",
        ));
    }
    attribute.matches = Matches::Payload {
        now: pattern,
        was: Vec::new(),
    };
    if another(input)? {
        let name = input.call(Ident::parse_any)?;
        return Err(unknown_argument(&name, attribute.kind, &[]));
    }
    Ok(())
}

pub(super) fn default_get_started(attribute: &mut Attribute) -> Result<()> {
    let literal = LitStr::new(GET_STARTED, attribute.span);
    (|input: ParseStream<'_>| get_started(attribute, input)).parse2(quote::quote!(#literal))
}
