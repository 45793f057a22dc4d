//! What an attribute becomes: the function as it is, its payload, and the record for `bot!`.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute as SynAttribute, Error, FnArg, Ident, ext::IdentExt as _};

use super::{payload, stub};
use crate::{
    check,
    error::Errors,
    parse::{
        attribute::Attribute,
        function::{Function, Raw, item_name},
        kind::Kind,
        record,
    },
};

/// Expands the attribute `kind` on `item`.
///
/// After a mistake the function and its name stay, so that the mistake is the only error.
pub(crate) fn attribute(kind: &'static Kind, arguments: TokenStream, item: &TokenStream) -> TokenStream {
    let Ok(mut function) = syn::parse2::<Function>(item.clone()) else {
        return no_function(kind, item);
    };
    if let Some(FnArg::Receiver(receiver)) = function.signature.inputs.first() {
        // The function stands in an `impl`, where none of a handler's other items may stand.
        let error = Error::new_spanned(
            receiver,
            "a handler takes no `self`; write it as a function of its own, outside of any `impl`",
        )
        .into_compile_error();
        function.take_routes();
        return quote!(#error #function);
    }
    let (others, faults) = function.take_routes();
    let mut raw = vec![Raw {
        kind,
        span: Span::call_site(),
        arguments,
    }];
    raw.extend(others);
    let mut errors = Errors::default();
    for fault in faults {
        errors.push(fault);
    }
    let routes: Vec<Option<Attribute>> = raw
        .iter()
        .map(|raw| errors.take(Attribute::parse(raw.kind, raw.span, raw.arguments.clone())))
        .collect();
    errors.take(check::handler::signature(&function.signature));
    let whole: Option<Vec<Attribute>> = routes.into_iter().collect();
    let checked = whole.and_then(|routes| {
        let handler = errors.take(check::handler::bind(&function.signature, &routes))?;
        Some((routes, handler))
    });
    let errors = errors.finish();
    match (checked, errors) {
        (Some((routes, handler)), Ok(())) => whole_handler(&function, &raw, &routes, &handler),
        (_, Err(error)) => {
            let (error, stub) = (error.into_compile_error(), stub::handler(&mut function, &raw));
            quote!(#error #function #stub)
        }
        (None, Ok(())) => quote!(#function),
    }
}

fn no_function(kind: &Kind, item: &TokenStream) -> TokenStream {
    let message = format!(
        "`#[{}]` goes on an async function, as in `async fn menu() -> Reply {{ .. }}`",
        kind.attribute
    );
    match item_name(item) {
        Some(name) => {
            let (error, stub) = (
                Error::new(name.span(), message).into_compile_error(),
                stub::other(&name),
            );
            quote!(#error #item #stub)
        }
        None => {
            let error = Error::new_spanned(item, message).into_compile_error();
            quote!(#error #item)
        }
    }
}

fn whole_handler(
    function: &Function,
    raw: &[Raw],
    routes: &[Attribute],
    handler: &check::handler::Handler,
) -> TokenStream {
    let (name, cfgs) = (&function.signature.ident, function.cfgs());
    let (marker, begins) = (marker(function), function.begins());
    let function = quiet(function);
    let payload = payload::items(name, &function.visibility, &cfgs, routes, handler);
    let record = record::write(name, raw, &handler.parameters, handler.returns, &begins);
    let macros = record_macro(name, &cfgs, &record);
    quote! {
        #function
        #(#cfgs)* #marker
        #payload
        #macros
    }
}

/// The function, silent about what is so because it is a handler.
pub(super) fn quiet(function: &Function) -> Function {
    let mut function = Function::clone(function);
    function.attributes.push(syn::parse_quote! {
        #[allow(
            dead_code,
            clippy::unused_async,
            clippy::needless_pass_by_value,
            clippy::too_many_arguments,
            reason = "a handler is called by the bot that lists it"
        )]
    });
    function
}

/// A function of the handler's struct that only the list of a bot uses: where no bot lists the handler, rustc warns at
/// its name.
fn marker(function: &Function) -> TokenStream {
    let name = &function.signature.ident;
    let (marker, silent) = (marker_name(name), function.may_be_unused());
    // Wholly in the user's span, or the compiler would take it for generated code and stay silent.
    quote_spanned!(name.span()=> impl #name { #(#silent)* pub(crate) const fn #marker() {} })
}

pub(super) fn marker_name(name: &Ident) -> Ident {
    let text = name.unraw().to_string();
    format_ident!("{}_is_in_no_bot", text.trim_end_matches('_'), span = name.span())
}

/// The macro of the handler's name that hands its record on.
pub(super) fn record_macro(name: &Ident, cfgs: &[SynAttribute], record: &TokenStream) -> TokenStream {
    let hidden = unique(name);
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(unused_macros, unused_macro_rules)]
        macro_rules! #hidden {
            (@list $me:path) => { ::messenger_runtime::__listed! { $me } };
            ([$($done:tt)*] $me:path, $next:path, $($todo:tt)*) => {
                $next! { [$($done)* { #record [$me] }] $next, $($todo)* }
            };
        }
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(unused_imports)]
        pub(crate) use #hidden as #name;
    }
}

/// A name for the macro behind `name` that no other module in scope has.
pub(super) fn unique(name: &Ident) -> Ident {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    let span = name.span().unwrap();
    (span.file(), span.line(), span.column()).hash(&mut hasher);
    format_ident!("__{}_{:x}", name, hasher.finish(), span = Span::call_site())
}
