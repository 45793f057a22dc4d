//! `"{qty} x {sku}?"`: what a step says, with fields of the flow.

use syn::{Error, Expr, ExprLit, Ident, Lit, LitStr, Result};

use crate::parse::payload::capture_name;

/// What a step says.
#[derive(Debug)]
pub(crate) enum Prompt {
    /// A text, and the pieces that it is made of.
    Text { text: LitStr, pieces: Vec<Piece> },
    /// A function of the flow's value that gives a reply.
    Function(Expr),
    /// The flow that the step begins.
    Flow(Expr),
}

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Words, without doubled braces.
    Words(String),
    /// A field of the flow, and the format in which it is shown: `{}` or `{:.2}`.
    Field { name: Ident, format: String },
}

impl Prompt {
    pub(crate) fn of(given: Expr) -> Result<Self> {
        match given {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) => {
                let pieces = pieces(&text)?;
                Ok(Self::Text { text, pieces })
            }
            Expr::Lit(other) => Err(Error::new_spanned(
                other,
                "a prompt is a text, or a function that gives a `Reply`",
            )),
            function => Ok(Self::Function(function)),
        }
    }
}

/// The words of a text and the fields in its braces. What stands behind a `:` is the business of `format!`.
fn pieces(text: &LitStr) -> Result<Vec<Piece>> {
    let value = text.value();
    if value.trim().is_empty() {
        return Err(Error::new(
            text.span(),
            "a prompt cannot be empty: people would see nothing to answer",
        ));
    }
    let error = |message: String| Error::new(text.span(), format!("in the prompt: {message}"));
    let (mut pieces, mut words, mut rest) = (Vec::new(), String::new(), value.as_str());
    while let Some(at) = rest.find(['{', '}']) {
        words.push_str(&rest[..at]);
        let (brace, after) = rest[at..].split_at(1);
        // Doubled, it stands for itself.
        if let Some(after) = after.strip_prefix(brace) {
            words.push_str(brace);
            rest = after;
            continue;
        }
        if brace == "}" {
            return Err(error(
                "a `}` closes nothing; double it to have it in the text".to_owned(),
            ));
        }
        let Some((inside, after)) = after.split_once('}') else {
            return Err(error(
                "a `{` is not closed; double it to have it in the text".to_owned(),
            ));
        };
        let (name, format) = inside.split_at(inside.find(':').unwrap_or(inside.len()));
        let field = capture_name(name, text.span())
            .ok_or_else(|| error(format!("`{{{inside}}}` names no field; write one like `{{qty}}`")))?;
        if !words.is_empty() {
            pieces.push(Piece::Words(std::mem::take(&mut words)));
        }
        pieces.push(Piece::Field {
            name: field,
            format: format!("{{{format}}}"),
        });
        rest = after;
    }
    words.push_str(rest);
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::LitStr;

    use super::{Piece, pieces};

    fn read(text: &str) -> Result<Vec<String>, String> {
        let pieces = pieces(&LitStr::new(text, Span::call_site())).map_err(|error| error.to_string())?;
        let piece = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Field { name, format } => format!("{name} as {format}"),
        };
        Ok(pieces.iter().map(piece).collect())
    }

    #[test]
    fn a_text_is_words_and_fields() {
        assert_eq!(
            read("{qty} x {sku}, {qty:>3}, {{literal}}").expect("pieces"),
            [
                "qty as {}",
                " x ",
                "sku as {}",
                ", ",
                "qty as {:>3}",
                ", {literal}"
            ]
        );
        assert_eq!(read("How many?").expect("words"), ["How many?"]);
        assert_eq!(read("{type}").expect("a keyword"), ["r#type as {}"]);
    }

    #[test]
    fn what_is_no_field_is_refused() {
        for (text, said) in [
            (" ", "cannot be empty"),
            ("{", "not closed"),
            ("}", "closes nothing"),
            ("{}", "names no field"),
            ("{0}", "names no field"),
            ("{a.b}", "names no field"),
        ] {
            let error = read(text).expect_err(said);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
