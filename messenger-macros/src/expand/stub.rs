//! What stands for a handler that has a mistake, so that the mistake is the only error.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::{Attribute, FnArg, Ident, Pat};

use super::handler::{quiet, unique};
use crate::{
    check::{
        handler::captured,
        names::{hides_type, reserved},
    },
    parse::{
        function::{Function, Raw},
        payload::capture_name,
    },
};

/// Everything of a handler but its routes. The function is made silent as a handler's is.
pub(super) fn handler(function: &mut Function, raw: &[Raw]) -> TokenStream {
    let (name, cfgs) = (function.signature.ident.clone(), function.cfgs());
    *function = quiet(function);
    let (fields, parameters) = fields(function, raw);
    let macros = if reserved(&name).is_some() {
        TokenStream::new()
    } else {
        pass(&name, &cfgs, true)
    };
    if hides_type(&name) {
        return macros;
    }
    let visibility = &function.visibility;
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, missing_debug_implementations)]
        #visibility struct #name<#(#parameters = ()),*> { #(#visibility #fields),* }
        #(#cfgs)*
        const _: () = {
            impl<#(#parameters),*> ::messenger_runtime::__private::Postback for #name<#(#parameters),*> {
                type Handler = #name;

                fn payload(&self) -> ::std::string::String { ::std::string::String::new() }
            }
            impl<#(#parameters),*> ::messenger_runtime::__private::QuickReplyPayload for #name<#(#parameters),*> {
                type Handler = #name;

                fn payload(&self) -> ::std::string::String { ::std::string::String::new() }
            }
            impl<#(#parameters),*> ::messenger_runtime::__private::GetStarted for #name<#(#parameters),*> {
                type Handler = #name;

                fn payload(&self) -> ::std::string::String { ::std::string::String::new() }
            }
            impl<#(#parameters),*> ::messenger_runtime::__private::CommandName for #name<#(#parameters),*> {
                type Handler = #name;

                fn name(&self) -> ::std::string::String { ::std::string::String::new() }
            }
        };
        #macros
    }
}

/// The fields of the captures that its attributes seem to name, and type parameters for those whose type is unknown.
fn fields(function: &Function, raw: &[Raw]) -> (Vec<TokenStream>, Vec<Ident>) {
    let names = raw
        .iter()
        .flat_map(|raw| captures(&raw.arguments.to_string()))
        .collect::<BTreeSet<_>>();
    let names = names.into_iter().collect::<Vec<_>>();
    let (mut fields, mut parameters) = (Vec::new(), Vec::new());
    for name in &names {
        let Some(field) = capture_name(name, Span::call_site()) else {
            continue;
        };
        let ty = function
            .signature
            .inputs
            .iter()
            .find_map(|argument| match argument {
                FnArg::Typed(argument) => match &*argument.pat {
                    Pat::Ident(pattern) => {
                        let its = captured(&pattern.ident, std::slice::from_ref(name)).is_some();
                        (its && stands_alone(argument.ty.to_token_stream())).then_some(&*argument.ty)
                    }
                    _ => None,
                },
                FnArg::Receiver(_) => None,
            });
        if let Some(ty) = ty {
            fields.push(quote!(#field: #ty));
        } else {
            let parameter = format_ident!("Of{}", parameters.len());
            fields.push(quote!(#field: #parameter));
            parameters.push(parameter);
        }
    }
    (fields, parameters)
}

/// A guess that serves: whatever is named after a brace, or as a group, was meant to be a capture.
fn captures(arguments: &str) -> Vec<String> {
    let starts = arguments
        .match_indices('{')
        .chain(arguments.match_indices("(?<"))
        .chain(arguments.match_indices("(?P<"));
    starts
        .map(|(at, opening)| {
            arguments[at + opening.len()..]
                .chars()
                .take_while(|char| char.is_alphanumeric() || *char == '_')
                .collect()
        })
        .collect()
}

/// Whether a type means the same as the type of a field.
fn stands_alone(ty: TokenStream) -> bool {
    ty.into_iter().all(|token| match token {
        TokenTree::Ident(ident) => ident != "impl",
        TokenTree::Punct(punct) => !matches!(punct.as_char(), '&' | '\''),
        TokenTree::Group(group) => stands_alone(group.stream()),
        TokenTree::Literal(_) => true,
    })
}

/// For an item that is no function: only its name in the list.
pub(super) fn other(name: &Ident) -> TokenStream {
    pass(name, &[], false)
}

/// A macro that hands on what it was given.
fn pass(name: &Ident, cfgs: &[Attribute], listed: bool) -> TokenStream {
    let hidden = unique(name);
    let listed = listed.then(|| quote!(::messenger_runtime::__listed! { $me }));
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(unused_macros, unused_macro_rules)]
        macro_rules! #hidden {
            (@list $me:path) => { #listed };
            ($done:tt $me:path, $next:path, $($todo:tt)*) => { $next! { $done $next, $($todo)* } };
        }
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(unused_imports)]
        pub(crate) use #hidden as #name;
    }
}
