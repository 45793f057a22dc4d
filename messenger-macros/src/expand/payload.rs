//! The payload of a handler: the struct of its name, and how its captures are read and written.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute as SynAttribute, Ident, Visibility, ext::IdentExt as _, spanned::Spanned as _};

use crate::{
    check::handler::Handler,
    parse::{
        attribute::{Attribute, Matches},
        payload::Pattern,
        template::Template,
    },
};

/// The struct and its impls.
pub(super) fn items(
    name: &Ident,
    visibility: &Visibility,
    cfgs: &[SynAttribute],
    routes: &[Attribute],
    handler: &Handler,
) -> TokenStream {
    let (fields, types): (Vec<_>, Vec<_>) = handler.captures.iter().map(|(name, ty)| (name, ty)).unzip();
    let doc = format!("What a button or link carries to come to the handler [`{name}`](fn@{name}).");
    let docs = fields.iter().map(|field| format!("The capture `{field}`."));
    // One place alone asks for the trait, so that a type without it is one error.
    let codecs = types.iter().map(|ty| {
        let span = Span::call_site().located_at(ty.span());
        quote_spanned!(span=> ::messenger_runtime::__private::codec::<#ty>())
    });
    let indexes: Vec<syn::Index> = (0..fields.len()).map(syn::Index::from).collect();
    let keys = fields.iter().map(|field| field.unraw().to_string());
    let shown = name.to_string();
    let impls = impls(name, routes, handler);
    quote! {
        #(#cfgs)*
        #[doc = #doc]
        #[allow(non_camel_case_types, dead_code, clippy::module_name_repetitions, clippy::struct_field_names)]
        #visibility struct #name { #(#[doc = #docs] #visibility #fields: #types),* }

        #(#cfgs)*
        #[doc(hidden)]
        const _: () = {
            const CODECS: (#(::messenger_runtime::__private::Codec<#types>,)*) = (#(#codecs,)*);

            #[automatically_derived]
            impl ::core::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(#shown).finish_non_exhaustive()
                }
            }

            #[automatically_derived]
            impl ::messenger_runtime::__private::Handler for #name {
                const FILE: &'static str = ::core::file!();
                const LINE: u32 = ::core::line!();
                type Values = (#(#types,)*);

                #[allow(unused_variables, clippy::unused_unit)]
                fn read(
                    captures: &::messenger_runtime::__private::Captures<'_>,
                ) -> ::core::result::Result<Self::Values, ::messenger_runtime::__private::Declined> {
                    ::core::result::Result::Ok((#(CODECS.#indexes.read(captures, #keys)?,)*))
                }
            }

            #impls
        };
    }
}

/// How the struct becomes a payload: the first pattern of each kind is what new buttons carry.
fn impls(name: &Ident, routes: &[Attribute], handler: &Handler) -> TokenStream {
    let pattern = |takes: fn(&Attribute) -> bool| {
        routes
            .iter()
            .filter(|route| takes(route))
            .find_map(|route| match &route.matches {
                Matches::Payload { now, .. } => Some(now),
                _ => None,
            })
    };
    let postback = pattern(|route| route.kind.takes_postbacks());
    let quick_reply = pattern(|route| route.kind.takes_quick_replies());
    let mut tokens = in_the_profile(name, routes);
    if let Some(pattern) = postback {
        tokens.extend(payload(&quote!(Postback), name, pattern, handler));
        tokens.extend(limit(pattern, handler));
    }
    if let Some(pattern) = quick_reply {
        tokens.extend(payload(&quote!(QuickReplyPayload), name, pattern, handler));
        if postback.is_none_or(|postback| postback.text != pattern.text) {
            tokens.extend(limit(pattern, handler));
        }
    }
    let template = routes.iter().find_map(|route| match &route.matches {
        Matches::Template(template) => Some(template),
        _ => None,
    });
    tokens.extend(template.map(|template| reference(name, template, handler)));
    tokens
}

/// What the struct stands for in the page's profile: the get-started payload, and a command by its first name.
fn in_the_profile(name: &Ident, routes: &[Attribute]) -> TokenStream {
    let get_started = routes
        .iter()
        .find_map(|route| match (&route.matches, route.kind.variant) {
            (Matches::Payload { now, .. }, "GetStarted") => Some(&now.head),
            _ => None,
        });
    let get_started = get_started.map(|payload| {
        quote! {
            #[automatically_derived]
            impl ::messenger_runtime::__private::GetStarted for #name {
                type Handler = Self;

                fn payload(&self) -> ::std::string::String {
                    ::std::string::String::from(#payload)
                }
            }
        }
    });
    let command = routes
        .iter()
        .find_map(|route| match (&route.matches, route.kind.variant) {
            (Matches::OneOf(names), "Command") => names.first().map(|first| &first.text),
            _ => None,
        });
    let command = command.map(|command| {
        quote! {
            #[automatically_derived]
            impl ::messenger_runtime::__private::CommandName for #name {
                type Handler = Self;

                fn name(&self) -> ::std::string::String {
                    ::std::string::String::from(#command)
                }
            }
        }
    });
    quote!(#get_started #command)
}

/// The `ref` that a link to the handler carries.
fn reference(name: &Ident, template: &Template, handler: &Handler) -> TokenStream {
    let (first, literals) = template
        .literals
        .split_first()
        .expect("a template has one literal more than captures");
    let pushes = template
        .captures
        .iter()
        .zip(literals)
        .filter_map(|(capture, literal)| {
            let (index, field) = captured(capture, handler)?;
            Some(quote! {
                CODECS.#index.push_plain(&mut reference, &self.#field);
                reference.push_str(#literal);
            })
        });
    quote! {
        #[automatically_derived]
        impl ::messenger_runtime::__private::ReferralRef for #name {
            type Handler = Self;

            #[allow(unused_mut)]
            fn reference(&self) -> ::std::string::String {
                let mut reference = ::std::string::String::from(#first);
                #(#pushes)*
                reference
            }
        }
    }
}

fn payload(of: &TokenStream, name: &Ident, pattern: &Pattern, handler: &Handler) -> TokenStream {
    let head = &pattern.head;
    let pushes = ordered(pattern, handler).map(|(index, field, rest)| {
        let push = if rest { quote!(push_rest) } else { quote!(push) };
        quote!(CODECS.#index.#push(&mut payload, &self.#field);)
    });
    quote! {
        #[automatically_derived]
        impl ::messenger_runtime::__private::#of for #name {
            type Handler = Self;

            #[allow(unused_mut)]
            fn payload(&self) -> ::std::string::String {
                let mut payload = ::std::string::String::from(#head);
                #(#pushes)*
                payload
            }
        }
    }
}

/// Fails to compile where the captures, all bounded, can make the payload too long.
fn limit(pattern: &Pattern, handler: &Handler) -> TokenStream {
    if pattern.captures.is_empty() {
        return TokenStream::new();
    }
    let (head, text) = (pattern.head.chars().count(), &pattern.text);
    let most = ordered(pattern, handler).map(|(index, ..)| quote!(CODECS.#index.max));
    let message = format!("the payload `{text}` can grow past the 1000 characters that Messenger allows");
    let span = Span::call_site().located_at(pattern.span);
    quote_spanned! {span=>
        const _: () = if ::messenger_runtime::__private::exceeds(#head, &[#(#most),*]) {
            ::core::panic!("{}", #message)
        };
    }
}

/// The captures in the order of the pattern: index of the codec, field, and whether it takes the rest.
fn ordered<'h>(
    pattern: &'h Pattern,
    handler: &'h Handler,
) -> impl Iterator<Item = (syn::Index, &'h Ident, bool)> {
    pattern.captures.iter().filter_map(|capture| {
        let (index, field) = captured(&capture.name, handler)?;
        Some((index, field, capture.rest))
    })
}

/// The index of the codec of `capture`, and its field.
fn captured<'h>(capture: &str, handler: &'h Handler) -> Option<(syn::Index, &'h Ident)> {
    let index = handler
        .captures
        .iter()
        .position(|(name, _)| name.unraw() == *capture)?;
    Some((syn::Index::from(index), &handler.captures[index].0))
}
