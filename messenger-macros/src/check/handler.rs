//! One handler by itself: its signature, and how captures and parameters fit.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use regex_automata::nfa::thompson;
use regex_syntax::hir::{Class, Hir, HirKind};
use syn::{
    Error, FnArg, GenericParam, Ident, Pat, Result, ReturnType, Signature, Type, ext::IdentExt as _,
    spanned::Spanned as _,
};

use super::{names::reserved, texts::matcher};
use crate::{
    error::{Errors, list},
    parse::{
        attribute::{Attribute, Matches},
        payload::capture_name,
        record::{Captured, Parameter, Reading},
        regex::Regex,
    },
};

/// The size from which the `regex` crate refuses a regex, in bytes.
const REGEX_SIZE: usize = 10 << 20;
/// The weight from which a regex might be that large.
const SUSPICIOUS_WEIGHT: usize = 20_000;

/// A handler that is right by itself.
pub(crate) struct Handler {
    pub(crate) parameters: Vec<Parameter>,
    /// The captures, in the order of the parameters that take them.
    pub(crate) captures: Vec<(Ident, Type)>,
    pub(crate) returns: Span,
}

/// The shape of the function: what no pattern has a say in.
pub(crate) fn signature(signature: &Signature) -> Result<()> {
    let mut errors = Errors::default();
    if signature.asyncness.is_none() {
        errors.at(
            signature.fn_token.span,
            format!("a handler is `async`; write `async fn {}`", signature.ident),
        );
    }
    let generic = signature
        .generics
        .params
        .iter()
        .find(|it| !matches!(it, GenericParam::Lifetime(_)));
    if let Some(parameter) = generic {
        errors.at(
            parameter.span(),
            "a handler cannot be generic, because `bot!` needs one function to call; name the type",
        );
    }
    for argument in &signature.inputs {
        if let FnArg::Typed(argument) = argument
            && let Some(span) = of_impl(argument.ty.to_token_stream())
        {
            errors.at(
                span,
                "a handler cannot be generic, because `bot!` needs one function to call; name the type",
            );
        }
    }
    if let Some(reason) = reserved(&signature.ident) {
        errors.at(signature.ident.span(), reason);
    }
    errors.finish()
}

/// The first `impl` among the tokens of a type.
fn of_impl(ty: TokenStream) -> Option<Span> {
    ty.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => (ident == "impl").then(|| ident.span()),
        TokenTree::Group(group) => of_impl(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    })
}

/// Binds the captures of every pattern to the parameters of their names.
pub(crate) fn bind(signature: &Signature, routes: &[Attribute]) -> Result<Handler> {
    let names = same_captures(&signature.ident, routes)?;
    let mut errors = Errors::default();
    let (mut parameters, mut captures) = (Vec::new(), Vec::<(Ident, Type)>::new());
    for argument in &signature.inputs {
        let FnArg::Typed(argument) = argument else {
            continue;
        };
        let ty = &*argument.ty;
        let capture = match &*argument.pat {
            Pat::Ident(pattern) => captured(&pattern.ident, &names),
            _ => None,
        };
        if let Some(name) = &capture {
            if let Type::Reference(reference) = ty {
                errors.at(
                    ty.span(),
                    format!("a capture is owned; write `{}`", owned(&reference.elem)),
                );
            }
            if captures.iter().any(|(known, _)| known == name) {
                errors.at(
                    argument.pat.span(),
                    format!("two parameters take the capture `{name}`; keep one"),
                );
                continue;
            }
            captures.push((name.clone(), ty.clone()));
        }
        parameters.push(Parameter {
            span: ty.span(),
            capture: capture.map(|name| Captured {
                name: name.unraw().to_string(),
                reading: reading(ty),
            }),
        });
    }
    for route in routes {
        let missing = route
            .captures()
            .into_iter()
            .find(|name| !captures.iter().any(|(known, _)| known.unraw() == **name));
        if let Some(name) = missing {
            errors.push(without_parameter(name, route, signature));
            break;
        }
    }
    for route in routes {
        if let Matches::Regex(regex) = &route.matches {
            regex_size(regex, &mut errors);
            empty(regex, &mut errors);
        }
        defaults(route, &captures, &mut errors);
    }
    errors.finish()?;
    let returns = match &signature.output {
        ReturnType::Default => signature.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    Ok(Handler {
        parameters,
        captures,
        returns,
    })
}

/// The capture `name` has no parameter of its own.
fn without_parameter(name: &str, route: &Attribute, signature: &Signature) -> Error {
    let taken_apart = signature.inputs.iter().find_map(|argument| match argument {
        FnArg::Typed(argument) if !matches!(*argument.pat, Pat::Ident(_)) => {
            names_it(argument.pat.to_token_stream(), name).then_some(argument)
        }
        _ => None,
    });
    let parameter =
        capture_name(name, Span::call_site()).map_or_else(|| name.to_owned(), |name| name.to_string());
    match taken_apart {
        Some(argument) => {
            let ty = argument.ty.to_token_stream();
            Error::new(
                argument.pat.span(),
                format!(
                    "a capture is a parameter of its name; write `{parameter}: {ty}` and take it apart in the body"
                ),
            )
        }
        None => Error::new(
            route.pattern_span(),
            format!(
                "the capture `{name}` has no parameter; add `{parameter}: String` to `fn {}`",
                signature.ident
            ),
        ),
    }
}

/// Whether the identifier `name` is among `tokens`.
fn names_it(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident.unraw() == name,
        TokenTree::Group(group) => names_it(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The captures that all patterns of the handler have.
fn same_captures(handler: &Ident, routes: &[Attribute]) -> Result<Vec<String>> {
    let sorted = |route: &Attribute| {
        let mut names: Vec<String> = route.captures().into_iter().map(str::to_owned).collect();
        names.sort_unstable();
        names
    };
    let Some((first, others)) = routes.split_first() else {
        return Ok(Vec::new());
    };
    let names = sorted(first);
    for other in others {
        let others = sorted(other);
        if others != names {
            let describe = |names: &[String]| match names {
                [] => "captures nothing".to_owned(),
                names => {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    format!("captures {}", list(&names))
                }
            };
            return Err(Error::new(
                other.pattern_span(),
                format!(
                    "this pattern {}, but the first pattern of `{handler}` {}; all patterns of a handler capture the same",
                    describe(&others),
                    describe(&names),
                ),
            ));
        }
    }
    Ok(names)
}

/// The capture that the parameter `name` takes; a leading `_` marks one that is not used.
pub(crate) fn captured(name: &Ident, captures: &[String]) -> Option<Ident> {
    let text = name.unraw().to_string();
    let known = captures.iter().find(|known| **known == text).or_else(|| {
        captures
            .iter()
            .find(|known| *known == text.trim_start_matches('_'))
    })?;
    Some(capture_name(known, name.span()).unwrap_or_else(|| name.clone()))
}

fn reading(ty: &Type) -> Reading {
    match ty.to_token_stream().to_string().replace(' ', "").as_str() {
        "String" => Reading::IfAbsent,
        "Option<String>" => Reading::Never,
        _ => Reading::Maybe,
    }
}

fn owned(ty: &Type) -> String {
    match ty.to_token_stream().to_string().as_str() {
        "str" => "String".to_owned(),
        other => other.to_owned(),
    }
}

/// Refuses a regex that is found in the empty text: it would take every message.
fn empty(regex: &Regex, errors: &mut Errors) {
    if matcher::found(&regex.hir, "") != Some(false) {
        errors.at(
            regex.span,
            format!(
                "the regex `{}` matches the empty text, so it takes every message; demand something, as in `.+`, \
                 or write `#[on_text]` to take every text",
                regex.text
            ),
        );
    }
}

/// Refuses a regex that `regex::Regex` refuses for its size when the bot starts.
fn regex_size(regex: &Regex, errors: &mut Errors) {
    // Building it takes a while, and hardly any needs it.
    if weight(&regex.hir) < SUSPICIOUS_WEIGHT {
        return;
    }
    let config = thompson::Config::new().nfa_size_limit(Some(REGEX_SIZE));
    if thompson::Compiler::new()
        .configure(config)
        .build_from_hir(&regex.hir)
        .is_err()
    {
        errors.at(
            regex.span,
            format!(
                "the regex `{}` is too large once its repetitions are written out; repeat less",
                regex.text
            ),
        );
    }
}

/// About how many states a regex has.
fn weight(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().len(),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            weight(&repetition.sub).saturating_mul(usize::try_from(times).unwrap_or(usize::MAX))
        }
        HirKind::Capture(capture) => weight(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(weight).fold(0, usize::saturating_add)
        }
    }
}

/// Whether each default is a value of its parameter's type, as far as its name tells.
fn defaults(route: &Attribute, captures: &[(Ident, Type)], errors: &mut Errors) {
    let Matches::Payload { now, .. } = &route.matches else {
        return;
    };
    for capture in &now.captures {
        let Some(default) = &capture.default else { continue };
        let Some((_, ty)) = captures.iter().find(|(name, _)| name.unraw() == capture.name) else {
            continue;
        };
        let ty = ty.to_token_stream();
        if readable(&ty, default) == Some(false) {
            errors.at(
                now.span,
                format!(
                    "the default `{default}` of the capture `{}` is no `{ty}`; write one that is",
                    capture.name
                ),
            );
        }
    }
}

/// Whether `text` is a value of the primitive type `ty`; `None` for any other type.
fn readable(ty: &TokenStream, text: &str) -> Option<bool> {
    macro_rules! parses {
        ($($name:ident)*) => {
            match ty.to_string().as_str() {
                $(stringify!($name) => Some(text.parse::<$name>().is_ok()),)*
                _ => None,
            }
        };
    }
    parses!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool char f32 f64)
}
