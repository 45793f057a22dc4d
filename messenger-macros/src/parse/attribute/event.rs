//! The attributes that take words of the platform: `on_attachment(image | video)`, `on_change("feed")`.

use syn::{Error, Ident, LitStr, Result, Token, ext::IdentExt as _, parse::ParseStream};

use super::{Attribute, Matches, Word, phrase};
use crate::error::{did_you_mean, list};

/// The platform's limit on the characters of a command's name.
const COMMAND_NAME: usize = 32;

pub(super) fn words(attribute: &mut Attribute, known: &[&str], input: ParseStream<'_>) -> Result<()> {
    let mut words: Vec<Word> = Vec::new();
    loop {
        if input.peek(LitStr) {
            let literal: LitStr = input.parse()?;
            return Err(Error::new(
                literal.span(),
                format!("write it without quotes: `{}`", literal.value()),
            ));
        }
        let name = input.call(Ident::parse_any).map_err(|error| {
            Error::new(
                error.span(),
                format!("`#[{}]` takes {}", attribute.kind.attribute, list(known)),
            )
        })?;
        let word = Word {
            text: name.to_string(),
            span: name.span(),
        };
        if !known.contains(&word.text.as_str()) {
            let hint = did_you_mean(&word.text, known);
            let hint = if hint.is_empty() {
                format!("; there are {}", list(known))
            } else {
                hint
            };
            return Err(Error::new(
                word.span,
                format!(
                    "`{}` is no kind that `#[{}]` knows{hint}",
                    word.text, attribute.kind.attribute
                ),
            ));
        }
        push(&mut words, word)?;
        if !separator(input)? {
            break;
        }
    }
    attribute.matches = Matches::OneOf(words);
    Ok(())
}

pub(super) fn names(attribute: &mut Attribute, example: &str, input: ParseStream<'_>) -> Result<()> {
    let mut words = Vec::new();
    loop {
        if !input.peek(LitStr) {
            return Err(input.error(format!(
                "expected a name in quotes, as in `#[{}(\"{example}\")]`",
                attribute.kind.attribute
            )));
        }
        let word = phrase(&input.parse()?)?;
        if attribute.kind.variant == "Command" {
            command(&word)?;
        }
        push(&mut words, word)?;
        if !separator(input)? {
            break;
        }
    }
    attribute.matches = Matches::OneOf(words);
    Ok(())
}

/// Refuses what can be no command's name.
fn command(word: &Word) -> Result<()> {
    if let Some(name) = word.text.strip_prefix('/') {
        let message = format!("a command is named without its `/`: write `\"{name}\"`");
        return Err(Error::new(word.span, message));
    }
    if word.text.encode_utf16().count() > COMMAND_NAME {
        let message = format!("the name is longer than the {COMMAND_NAME} characters that Messenger allows");
        return Err(Error::new(word.span, message));
    }
    Ok(())
}

fn push(words: &mut Vec<Word>, word: Word) -> Result<()> {
    if words.iter().any(|known| known.text == word.text) {
        return Err(Error::new(word.span, format!("`{}` is named twice", word.text)));
    }
    words.push(word);
    Ok(())
}

/// `|` or `,`; whether another word follows.
fn separator(input: ParseStream<'_>) -> Result<bool> {
    if input.is_empty() {
        return Ok(false);
    }
    if input.peek(Token![|]) {
        input.parse::<Token![|]>()?;
        return Ok(true);
    }
    super::another(input)
}
