//! A step: a method under `#[ask(..)]`, `#[say(..)]`, `#[begin(..)]` or `#[end]`.

use proc_macro2::{Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{
    Attribute, Block, Error, Expr, Ident, ImplItemFn, LitInt, LitStr, Meta, Result, Signature, Token,
    bracketed,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
    punctuated::Punctuated,
};

use super::{Prompt, head, once, unknown};
use crate::parse::begins;

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Asks and waits for the answer.
    Ask,
    /// Says something and goes on at once.
    Say,
    /// Begins another flow, and goes on with what that came to.
    Begin,
    /// Says something, and the flow is over.
    End,
}

/// A step as it is written.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) kind: Kind,
    pub(crate) name: Ident,
    pub(crate) signature: Signature,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) prompt: Option<Prompt>,
    pub(crate) options: Vec<LitStr>,
    pub(crate) next: Vec<Ident>,
    /// How often the question is asked before the flow goes on with `otherwise`.
    pub(crate) attempts: Option<(u32, Span)>,
    pub(crate) otherwise: Option<Ident>,
    /// What its code says after `Next::`, each name once.
    pub(crate) taken: Vec<Ident>,
    /// The names of types that its code gives to `.begin(..)`.
    pub(crate) begins: Vec<Ident>,
}

impl Kind {
    const ALL: [(&'static str, Self); 4] = [
        ("ask", Self::Ask),
        ("say", Self::Say),
        ("begin", Self::Begin),
        ("end", Self::End),
    ];

    pub(crate) fn attribute(self) -> &'static str {
        Self::ALL[self as usize].0
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Ask => &["options", "next", "attempts", "otherwise"],
            Self::Say | Self::Begin => &["next"],
            Self::End => &[],
        }
    }
}

impl Step {
    /// Takes the step's attribute off the method; `None` where it has none and is no step.
    pub(crate) fn take(function: &mut ImplItemFn) -> Result<Option<Self>> {
        let mut steps = Vec::new();
        function.attrs.retain(|attribute| {
            let kind = Kind::ALL
                .into_iter()
                .find(|(name, _)| attribute.path().is_ident(name));
            steps.extend(kind.map(|(_, kind)| (kind, attribute.clone())));
            kind.is_none()
        });
        let mut steps = steps.into_iter();
        let Some((kind, attribute)) = steps.next() else {
            return Ok(None);
        };
        if let Some((_, second)) = steps.next() {
            return Err(Error::new_spanned(
                second,
                "a step asks, says, begins a flow or ends; keep one of the attributes",
            ));
        }
        let mut step = Self {
            kind,
            name: function.sig.ident.clone(),
            signature: function.sig.clone(),
            cfgs: function
                .attrs
                .iter()
                .filter(|attribute| attribute.path().is_ident("cfg"))
                .cloned()
                .collect(),
            prompt: None,
            options: Vec::new(),
            next: Vec::new(),
            attempts: None,
            otherwise: None,
            taken: taken(&function.block),
            begins: begins::found(&function.block.to_token_stream()),
        };
        match &attribute.meta {
            Meta::Path(_) => {}
            Meta::List(list) => {
                (|input: ParseStream<'_>| step.arguments(input)).parse2(list.tokens.clone())?;
            }
            Meta::NameValue(pair) => {
                return Err(Error::new_spanned(
                    &pair.value,
                    format!(
                        "write the arguments in parentheses: `#[{}(..)]`",
                        kind.attribute()
                    ),
                ));
            }
        }
        if kind == Kind::Ask && step.prompt.is_none() {
            return Err(Error::new_spanned(
                attribute,
                "a step that asks needs its question, as in `#[ask(\"How many?\", next = [address])]`",
            ));
        }
        if kind == Kind::Begin && step.prompt.is_none() {
            return Err(Error::new_spanned(
                attribute,
                "a step that begins a flow needs its value, as in `#[begin(Address::default(), next = [confirm])]`",
            ));
        }
        Ok(Some(step))
    }

    fn arguments(&mut self, input: ParseStream<'_>) -> Result<()> {
        let (mut options, mut next) = (None, None);
        let known = self.kind.arguments();
        while !input.is_empty() {
            if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
                let name = input.call(Ident::parse_any)?;
                input.parse::<Token![=]>()?;
                if !known.contains(&name.to_string().as_str()) {
                    return Err(self.no_argument(&name));
                }
                match name.to_string().as_str() {
                    "options" => once(
                        &mut options,
                        &name,
                        list(input, "options = [\"1\", \"2\"]", literal)?,
                    )?,
                    "next" => once(&mut next, &name, list(input, "next = [address]", head::step)?)?,
                    "attempts" => {
                        let number: LitInt = input.parse()?;
                        once(&mut self.attempts, &name, (number.base10_parse()?, number.span()))?;
                    }
                    _ => once(&mut self.otherwise, &name, head::step(input)?)?,
                }
            } else if self.prompt.is_none() {
                let given = input.parse::<Expr>()?;
                self.prompt = Some(if self.kind == Kind::Begin {
                    Prompt::Flow(given)
                } else {
                    Prompt::of(given)?
                });
            } else {
                return Err(input.error("expected `next = [..]` or another argument; a step has one prompt"));
            }
            if !input.is_empty() {
                input
                    .parse::<Token![,]>()
                    .map_err(|error| Error::new(error.span(), "expected `,` or the end of the arguments"))?;
            }
        }
        self.options = options.unwrap_or_default();
        self.next = next.unwrap_or_default();
        Ok(())
    }

    fn no_argument(&self, name: &Ident) -> Error {
        match (self.kind, name.to_string().as_str()) {
            (Kind::End, "next") => Error::new(
                name.span(),
                "the flow is over after an `#[end]`; make it `#[say(..)]` to go on",
            ),
            (Kind::Say, "options") => Error::new(
                name.span(),
                "nobody answers what is only said; make it `#[ask(..)]` to offer options",
            ),
            (Kind::End, _) => Error::new(
                name.span(),
                format!("`#[end]` takes no `{name}`, only what to say"),
            ),
            (kind, _) => unknown(name, kind.arguments(), &format!("`#[{}(..)]`", kind.attribute())),
        }
    }
}

/// The names after `Next::`, each once.
fn taken(block: &Block) -> Vec<Ident> {
    fn walk(tokens: TokenStream, names: &mut Vec<Ident>) {
        // `Next`, and the two colons behind it.
        let mut seen = 0;
        let mut is_path = false;
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    walk(group.stream(), names);
                    (seen, is_path) = (0, false);
                }
                TokenTree::Ident(ident) => {
                    if seen == 3 && !names.contains(&ident) {
                        names.push(ident.clone());
                    }
                    seen = usize::from(ident == "Next" && !is_path);
                    is_path = false;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    is_path = punct.spacing() == Spacing::Alone;
                    seen = if seen == 1 || seen == 2 { seen + 1 } else { 0 };
                }
                _ => (seen, is_path) = (0, false),
            }
        }
    }
    let mut names = Vec::new();
    walk(block.to_token_stream(), &mut names);
    names
}

/// `[a, b]`, read item by item.
fn list<T>(input: ParseStream<'_>, example: &str, item: fn(ParseStream<'_>) -> Result<T>) -> Result<Vec<T>> {
    if !input.peek(syn::token::Bracket) {
        return Err(input.error(format!("expected a list, as in `{example}`")));
    }
    let inside;
    bracketed!(inside in input);
    Ok(Punctuated::<T, Token![,]>::parse_terminated_with(&inside, item)?
        .into_iter()
        .collect())
}

fn literal(input: ParseStream<'_>) -> Result<LitStr> {
    input.parse().map_err(|error| {
        Error::new(
            error.span(),
            "an option is a text, as in `options = [\"1\", \"2\"]`",
        )
    })
}
