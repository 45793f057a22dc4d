//! The function under an attribute, its body left as it is.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Error, Ident, Meta, Path, Result, Signature, Visibility,
    parse::{Parse, ParseStream},
};

use super::{
    begins,
    kind::{Kind, similar_attribute},
};

/// A function with its outer attributes.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Ok(Self {
            attributes: input.call(Attribute::parse_outer)?,
            visibility: input.parse()?,
            signature: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attribute in &self.attributes {
            attribute.to_tokens(tokens);
        }
        self.visibility.to_tokens(tokens);
        self.signature.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}

/// An attribute of this crate that is still to be parsed.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) kind: &'static Kind,
    pub(crate) span: Span,
    pub(crate) arguments: TokenStream,
}

impl Function {
    /// The `#[cfg(..)]` under which the function exists.
    pub(crate) fn cfgs(&self) -> Vec<Attribute> {
        self.attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
            .cloned()
            .collect()
    }

    /// The `#[allow(..)]` by which the function may stay unused.
    pub(crate) fn may_be_unused(&self) -> impl Iterator<Item = &Attribute> {
        self.attributes.iter().filter(|attribute| {
            attribute.path().is_ident("allow")
                && matches!(&attribute.meta, Meta::List(list) if list.tokens.clone().into_iter().any(|token| {
                    matches!(&token, TokenTree::Ident(lint) if lint == "dead_code" || lint == "unused")
                }))
        })
    }

    /// The names of types that its code gives to `.begin(..)`.
    pub(crate) fn begins(&self) -> Vec<Ident> {
        begins::found(&self.body)
    }

    /// Takes this crate's other attributes off the function: the outermost expands all of them.
    pub(crate) fn take_routes(&mut self) -> (Vec<Raw>, Vec<Error>) {
        let (mut routes, mut errors) = (Vec::new(), Vec::new());
        self.attributes.retain(|attribute| {
            let Some(name) = ours(attribute.path()) else {
                return true;
            };
            let text = name.to_string();
            let Some(kind) = Kind::named(&text) else {
                let hint = if text.starts_with("on_") {
                    similar_attribute(&text)
                } else {
                    String::new()
                };
                if hint.is_empty() {
                    return true;
                }
                errors.push(Error::new(
                    name.span(),
                    format!("there is no attribute `#[{text}]`{hint}"),
                ));
                return false;
            };
            match &attribute.meta {
                Meta::Path(_) => routes.push(Raw {
                    kind,
                    span: name.span(),
                    arguments: TokenStream::new(),
                }),
                Meta::List(list) => routes.push(Raw {
                    kind,
                    span: name.span(),
                    arguments: list.tokens.clone(),
                }),
                Meta::NameValue(pair) => errors.push(Error::new_spanned(
                    &pair.value,
                    format!(
                        "write the argument in parentheses: `#[{text}({})]`",
                        pair.value.to_token_stream()
                    ),
                )),
            }
            false
        });
        (routes, errors)
    }
}

/// The attribute's name, where its path can be one of this crate's.
fn ours(path: &Path) -> Option<&Ident> {
    let last = &path.segments.last()?.ident;
    let crate_name = |ident: &Ident| ident == "messenger_runtime" || ident == "messenger_macros";
    // Under another name of the crate only what is an attribute without doubt.
    let known = || Kind::named(&last.to_string()).is_some();
    (path.segments.len() == 1 || crate_name(&path.segments[0].ident) || known()).then_some(last)
}

/// The name of whatever item stands under an attribute, the function's or another's.
pub(crate) fn item_name(item: &TokenStream) -> Option<Ident> {
    let mut tokens = item.clone().into_iter().skip_while(|token| {
        !matches!(token, TokenTree::Ident(ident) if
            ["fn", "struct", "enum", "mod", "const", "static", "trait", "type", "union"].iter().any(|word| ident == word))
    });
    tokens.next()?;
    tokens.find_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident),
        _ => None,
    })
}
