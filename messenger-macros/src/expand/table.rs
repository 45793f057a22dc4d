//! The table of a bot: an entry for each pattern, and the functions that call the handlers.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Type, ext::IdentExt};

use super::lookup::{self, Key};
use crate::parse::{
    attribute::{Attribute, Matches},
    list::{self, Entry},
    payload::Pattern,
    record::Record,
};

/// The associated constants `__ROUTES` and `__TABLE`.
pub(super) fn table(records: &[Record], flows: &[Entry], state: &Type, here: Span) -> TokenStream {
    let private = quote!(::messenger_runtime::__private);
    let (mut routes, mut entries, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    let (mut postbacks, mut quick_replies) = (Vec::new(), Vec::new());
    for (at, record) in records.iter().enumerate() {
        let begins = begins(record, flows, &private);
        for decides in [false, true] {
            let of_kind: Vec<&Attribute> = record
                .routes
                .iter()
                .filter(|route| (route.kind.attribute == "before") == decides)
                .collect();
            if of_kind.is_empty() {
                continue;
            }
            let call_name = format_ident!("__call_{at}{}", if decides { "_before" } else { "" });
            calls.push(call(record, &call_name, decides, state, here));
            for attribute in of_kind {
                for (pattern, shown, payload) in patterns(attribute, &private) {
                    if let Some(payload) = payload {
                        let key = Key {
                            pattern: payload,
                            entry: routes.len(),
                        };
                        if attribute.kind.takes_postbacks() {
                            postbacks.push(key);
                        }
                        if attribute.kind.takes_quick_replies() {
                            quick_replies.push(key);
                        }
                    }
                    let index = routes.len();
                    routes.push(route(record, attribute, &shown, &begins));
                    let path = &record.path;
                    entries.push(quote! {
                        #private::Entry {
                            route: Self::__ROUTES[#index],
                            pattern: #pattern,
                            fits: |captures| <#path as #private::Handler>::read(captures).map(|_| ()),
                            call: #call_name,
                        }
                    });
                }
            }
        }
    }
    let (postback, quick_reply) = (lookup::function(&postbacks), lookup::function(&quick_replies));
    quote_spanned! {here=>
        const __ROUTES: &'static [::messenger_runtime::Route] = {
            #[allow(unused_imports)]
            use #private::Nameless as _;
            &[#(#routes),*]
        };

        #[allow(
            unused_variables,
            unreachable_patterns,
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::restriction,
        )]
        const __TABLE: #private::Table<#state> = {
            #(#calls)*
            #private::Table {
                entries: &[#(#entries),*],
                postback: #postback,
                quick_reply: #quick_reply,
            }
        };
    }
}

/// The names of the flows that a handler begins, as it says itself and as its code shows.
fn begins(record: &Record, flows: &[Entry], private: &TokenStream) -> TokenStream {
    let said = record
        .routes
        .iter()
        .flat_map(|route| &route.begins)
        .map(list::name);
    let named: Vec<_> = said.chain(&record.begins).map(IdentExt::unraw).collect();
    let begun = flows.iter().filter(|flow| named.contains(&flow.name().unraw()));
    let names: Vec<TokenStream> = begun
        .map(|Entry { path, cfgs }| quote!(#(#cfgs)* #private::Named::<#path>::NAME))
        .collect();
    if names.is_empty() {
        return TokenStream::new();
    }
    quote!(.__begins(&[#(#names),*]))
}

fn route(record: &Record, attribute: &Attribute, shown: &str, begins: &TokenStream) -> TokenStream {
    let (path, handler) = (&record.path, record.shown());
    let kind = format_ident!("{}", attribute.kind.variant);
    let interrupts = attribute.interrupts;
    quote! {
        ::messenger_runtime::Route::__new(
            ::messenger_runtime::RouteKind::#kind,
            #shown,
            #handler,
            <#path as ::messenger_runtime::__private::Handler>::FILE,
            <#path as ::messenger_runtime::__private::Handler>::LINE,
            #interrupts,
        )
        #begins
    }
}

/// The patterns of an attribute: the code, the text, and the payload pattern where it is one.
fn patterns<'a>(
    attribute: &'a Attribute,
    private: &TokenStream,
) -> Vec<(TokenStream, String, Option<&'a Pattern>)> {
    let words = |words: &[crate::parse::attribute::Word]| -> (Vec<String>, String) {
        let words: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
        let joined = words.join("|");
        (words, joined)
    };
    match &attribute.matches {
        Matches::Any => vec![(quote!(#private::Pattern::Any), String::new(), None)],
        Matches::OneOf(list) => {
            let (list, joined) = words(list);
            vec![(quote!(#private::Pattern::OneOf(&[#(#list),*])), joined, None)]
        }
        Matches::Words(list) => {
            let (list, joined) = words(list);
            vec![(quote!(#private::Pattern::Words(&[#(#list),*])), joined, None)]
        }
        Matches::Regex(regex) => {
            let (text, groups) = (&regex.text, regex.groups.iter().map(|group| &group.name));
            let code = quote!(#private::Pattern::Regex { pattern: #text, captures: &[#(#groups),*] });
            vec![(code, text.clone(), None)]
        }
        Matches::Template(template) => {
            let (literals, captures) = (&template.literals, &template.captures);
            let code = quote! {
                #private::Pattern::Template { literals: &[#(#literals),*], captures: &[#(#captures),*] }
            };
            vec![(code, template.text.clone(), None)]
        }
        Matches::Payload { now, was } => std::iter::once(now)
            .chain(was)
            .map(|pattern| {
                (
                    payload(pattern, now, private),
                    pattern.text.clone(),
                    Some(pattern),
                )
            })
            .collect(),
    }
}

/// The captures of `pattern`, and those that only `now` has: their defaults stand for them.
fn payload(pattern: &Pattern, now: &Pattern, private: &TokenStream) -> TokenStream {
    let added = now
        .captures
        .iter()
        .filter(|capture| !pattern.names().any(|name| name == capture.name));
    let captures = pattern.captures.iter().chain(added).map(|capture| {
        let (name, rest) = (&capture.name, capture.rest);
        let default = match &capture.default {
            Some(default) => quote!(::core::option::Option::Some(#default)),
            None => quote!(::core::option::Option::None),
        };
        quote!(#private::CaptureSpec { name: #name, default: #default, rest: #rest })
    });
    let head = &pattern.head;
    quote!(#private::Pattern::Payload { head: #head, captures: &[#(#captures),*] })
}

/// The function that reads the captures and starts the handler.
///
/// The call under `if false` fixes the type of every argument, so that no type is named here and a wrong one is
/// an error at its own place.
fn call(record: &Record, name: &syn::Ident, decides: bool, state: &Type, here: Span) -> TokenStream {
    let private = quote!(::messenger_runtime::__private);
    let path = &record.path;
    let (mut arguments, mut captures, mut extracts) = (Vec::new(), Vec::new(), Vec::new());
    for (at, parameter) in record.parameters.iter().enumerate() {
        let span = here.located_at(parameter.span);
        let argument = format_ident!("argument_{at}", span = span);
        if parameter.capture.is_some() {
            captures.push(argument.clone());
        } else {
            extracts.push(quote_spanned! {span=>
                let #argument = match #argument.extract::<#state>(context).await {
                    ::core::result::Result::Ok(value) => value,
                    ::core::result::Result::Err(rejection) => return #private::rejected(rejection),
                };
            });
        }
        arguments.push(argument);
    }
    let returns = here.located_at(record.returns);
    let outcome = if decides {
        quote_spanned!(returns=> ::messenger_runtime::__private::decision(out))
    } else {
        quote_spanned!(returns=> ::messenger_runtime::__private::reply(out))
    };
    let at_name = here.located_at(record.name.span());
    let running = quote_spanned! {at_name=>
        ::std::boxed::Box::pin(async move {
            #(#extracts)*
            let out = #path(#(#arguments),*).await;
            #outcome
        })
    };
    quote_spanned! {here=>
        fn #name<'a>(
            context: &'a ::messenger_runtime::Context<'a, #state>,
            captures: &#private::Captures<'_>,
        ) -> ::core::result::Result<#private::Running<'a>, #private::Declined> {
            #(let #arguments = #private::Arg::new();)*
            if false {
                let _ = #path(#(#arguments.never()),*);
            }
            let (#(#captures,)*) = <#path as #private::Handler>::read(captures)?;
            ::core::result::Result::Ok(#running)
        }
    }
}
