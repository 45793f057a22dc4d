//! `on_text`.

use syn::{Error, Ident, LitStr, Result, Token, bracketed, ext::IdentExt as _, parse::ParseStream};

use super::{Attribute, Matches, Word, another, phrase, unknown_argument};
use crate::parse::regex::Regex;

pub(super) fn text(attribute: &mut Attribute, input: ParseStream<'_>) -> Result<()> {
    loop {
        if input.peek(LitStr) {
            let literal: LitStr = input.parse()?;
            once(attribute, literal.span())?;
            attribute.matches = Matches::Regex(Regex::parse(&literal)?);
        } else if input.peek(Ident::peek_any) {
            let name = input.call(Ident::parse_any)?;
            if name == "interrupts" {
                attribute.interrupts = true;
            } else if name == "words" {
                once(attribute, name.span())?;
                input.parse::<Token![=]>()?;
                attribute.matches = Matches::Words(words(input)?);
            } else {
                return Err(unknown_argument(&name, attribute.kind, &["words", "interrupts"]));
            }
        } else {
            return Err(input.error(
                "expected a regex, as in `#[on_text(r\"(?i)^hello\")]`, or `words = [\"hello\", \"hi\"]`",
            ));
        }
        if !another(input)? {
            return Ok(());
        }
    }
}

fn once(attribute: &Attribute, span: proc_macro2::Span) -> Result<()> {
    if matches!(attribute.matches, Matches::Any) {
        return Ok(());
    }
    Err(Error::new(
        span,
        "one attribute holds one regex or one list of words; write a second `#[on_text(..)]`",
    ))
}

fn words(input: ParseStream<'_>) -> Result<Vec<Word>> {
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        return Err(Error::new(
            literal.span(),
            format!("`words` is a list; write `words = [\"{}\"]`", literal.value()),
        ));
    }
    let list;
    let brackets = bracketed!(list in input);
    let mut words: Vec<Word> = Vec::new();
    while !list.is_empty() {
        let literal: LitStr = list.parse()?;
        let word = phrase(&literal)?;
        if word.text.trim() != word.text {
            return Err(Error::new(
                word.span,
                format!(
                    "a text is trimmed before it is compared; write `\"{}\"`",
                    word.text.trim()
                ),
            ));
        }
        if words
            .iter()
            .any(|known| known.text.to_lowercase() == word.text.to_lowercase())
        {
            return Err(Error::new(
                word.span,
                format!("`{}` is in this list twice; case makes no difference", word.text),
            ));
        }
        words.push(word);
        if !list.is_empty() {
            list.parse::<Token![,]>()?;
        }
    }
    if words.is_empty() {
        return Err(Error::new(
            brackets.span.join(),
            "the list of words is empty, so nothing could ever match it",
        ));
    }
    Ok(words)
}
