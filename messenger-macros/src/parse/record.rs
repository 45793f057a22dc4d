//! What a handler tells `bot!`: tokens that its attribute writes and the end of the chain reads.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Ident, Path, Result, braced, bracketed, parenthesized,
    parse::{Parse, ParseStream},
};

use super::{attribute::Attribute, function::Raw, kind::Kind, list::show};

/// A handler, seen from `bot!`.
pub(crate) struct Record {
    pub(crate) name: Ident,
    pub(crate) routes: Vec<Attribute>,
    pub(crate) parameters: Vec<Parameter>,
    /// Where its return type stands.
    pub(crate) returns: Span,
    /// The names of types that its code gives to `.begin(..)`.
    pub(crate) begins: Vec<Ident>,
    pub(crate) path: Path,
}

/// A parameter, seen from `bot!`.
pub(crate) struct Parameter {
    /// Where its type stands.
    pub(crate) span: Span,
    pub(crate) capture: Option<Captured>,
}

/// A parameter that takes a capture.
#[derive(Debug, Clone)]
pub(crate) struct Captured {
    pub(crate) name: String,
    pub(crate) reading: Reading,
}

/// Whether a capture can fail to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// `Option<String>`: never.
    Never,
    /// `String`: only where its group took no part in the match.
    IfAbsent,
    /// Anything else.
    Maybe,
}

impl Reading {
    const WORDS: [(Self, &'static str); 3] = [
        (Self::Never, "never"),
        (Self::IfAbsent, "if_absent"),
        (Self::Maybe, "maybe"),
    ];

    fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(reading, _)| *reading == self)
            .map_or("maybe", |(_, word)| word)
    }
}

/// Writes a record, without the path that only the list knows.
pub(crate) fn write(
    name: &Ident,
    routes: &[Raw],
    parameters: &[Parameter],
    returns: Span,
    begins: &[Ident],
) -> TokenStream {
    let routes = routes.iter().map(|raw| {
        let (kind, arguments) = (Ident::new(raw.kind.attribute, raw.span), &raw.arguments);
        quote!((#kind (#arguments)))
    });
    let parameters = parameters.iter().map(|parameter| {
        let mark = quote_spanned!(parameter.span=> _);
        match &parameter.capture {
            Some(captured) => {
                let name = &captured.name;
                let reading = Ident::new(captured.reading.word(), parameter.span);
                quote!((capture #reading #name #mark))
            }
            None => quote!((extract #mark)),
        }
    });
    let returns = quote_spanned!(returns=> _);
    quote!(#name [#(#routes)*] [#(#parameters)*] #returns [#(#begins)*])
}

impl Parse for Record {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let record;
        braced!(record in input);
        let name = record.parse()?;
        let list;
        bracketed!(list in record);
        let mut routes = Vec::new();
        while !list.is_empty() {
            let route;
            parenthesized!(route in list);
            let kind: Ident = route.parse()?;
            let arguments;
            parenthesized!(arguments in route);
            let known = Kind::named(&kind.to_string()).ok_or_else(|| route.error("an unknown kind"))?;
            routes.push(Attribute::parse(known, kind.span(), arguments.parse()?)?);
        }
        let list;
        bracketed!(list in record);
        let mut parameters = Vec::new();
        while !list.is_empty() {
            let parameter;
            parenthesized!(parameter in list);
            let capture = if parameter.parse::<Ident>()? == "capture" {
                let word: Ident = parameter.parse()?;
                let known = Reading::WORDS.iter().find(|(_, known)| word == known);
                Some(Captured {
                    reading: known.map_or(Reading::Maybe, |(reading, _)| *reading),
                    name: parameter.parse::<syn::LitStr>()?.value(),
                })
            } else {
                None
            };
            parameters.push(Parameter {
                span: parameter.parse::<syn::Token![_]>()?.span,
                capture,
            });
        }
        let returns = record.parse::<syn::Token![_]>()?.span;
        let list;
        bracketed!(list in record);
        let mut begins = Vec::new();
        while !list.is_empty() {
            begins.push(list.parse()?);
        }
        let path;
        bracketed!(path in record);
        Ok(Self {
            name,
            routes,
            parameters,
            returns,
            begins,
            path: path.parse()?,
        })
    }
}

impl Record {
    /// The handler's path as `bot!` sees it.
    pub(crate) fn shown(&self) -> String {
        show(&self.path)
    }

    /// Whether `other` is the same handler, listed a second time.
    pub(crate) fn is_listed_again(&self, other: &Self) -> bool {
        !std::ptr::eq(self, other) && self.shown() == other.shown()
    }

    /// The parameter that takes the capture `name`.
    pub(crate) fn reading(&self, name: &str) -> Option<Reading> {
        self.parameters
            .iter()
            .filter_map(|it| it.capture.as_ref())
            .find(|it| it.name == name)
            .map(|it| it.reading)
    }
}
