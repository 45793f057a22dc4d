//! `"{qty} x {sku}?"`: what a step says, with fields of the flow.

use syn::{Error, Expr, ExprLit, Ident, Lit, LitStr, Result};

use crate::parse::payload::capture_name;

/// What a step says.
#[derive(Debug)]
pub(crate) enum Prompt {
    /// A text, and the fields that stand in it.
    Text { text: LitStr, fields: Vec<Ident> },
    /// A function of the flow's value that gives a reply.
    Function(Expr),
    /// The flow that the step begins.
    Flow(Expr),
}

impl Prompt {
    pub(crate) fn of(given: Expr) -> Result<Self> {
        match given {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) => {
                let fields = fields(&text)?;
                Ok(Self::Text { text, fields })
            }
            Expr::Lit(other) => Err(Error::new_spanned(
                other,
                "a prompt is a text, or a function that gives a `Reply`",
            )),
            function => Ok(Self::Function(function)),
        }
    }
}

/// The fields in the braces of a text, each once. Everything else is the business of `format!`.
fn fields(text: &LitStr) -> Result<Vec<Ident>> {
    let value = text.value();
    if value.trim().is_empty() {
        return Err(Error::new(
            text.span(),
            "a prompt cannot be empty: people would see nothing to answer",
        ));
    }
    let error = |message: String| Error::new(text.span(), format!("in the prompt: {message}"));
    let (mut fields, mut rest) = (Vec::<Ident>::new(), value.as_str());
    while let Some(at) = rest.find(['{', '}']) {
        let (brace, after) = rest[at..].split_at(1);
        // Doubled, it stands for itself.
        if let Some(after) = after.strip_prefix(brace) {
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
        let name = inside.split(':').next().unwrap_or_default();
        let field = capture_name(name, text.span())
            .ok_or_else(|| error(format!("`{{{inside}}}` names no field; write one like `{{qty}}`")))?;
        if !fields.contains(&field) {
            fields.push(field);
        }
        rest = after;
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::LitStr;

    use super::fields;

    fn names(text: &str) -> Result<Vec<String>, String> {
        let fields = fields(&LitStr::new(text, Span::call_site())).map_err(|error| error.to_string())?;
        Ok(fields.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn each_field_is_found_once() {
        assert_eq!(
            names("{qty} x {sku}, {qty:>3}, {{literal}}").expect("fields"),
            ["qty", "sku"]
        );
        assert_eq!(names("How many?").expect("none"), Vec::<String>::new());
        assert_eq!(names("{type}").expect("a keyword"), ["r#type"]);
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
            let error = names(text).expect_err(said);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
