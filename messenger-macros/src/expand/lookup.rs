//! Which entry a payload belongs to: tables that are built while the bot compiles.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::parse::payload::Pattern;

/// A pattern and its entry.
#[derive(Clone, Copy)]
pub(super) struct Key<'p> {
    pub(super) pattern: &'p Pattern,
    pub(super) entry: usize,
}

/// Texts, each with what is to be done where it is the payload or its head.
type Texts<'p> = BTreeMap<&'p str, TokenStream>;

/// A closure from a payload to its entry.
pub(super) fn function(keys: &[Key<'_>]) -> TokenStream {
    if keys.is_empty() {
        return quote!(|_| ::core::option::Option::None);
    }
    let mut whole: Texts<'_> = BTreeMap::new();
    let mut by_depth: BTreeMap<usize, Texts<'_>> = BTreeMap::new();
    for Key { pattern, entry } in keys {
        if pattern.captures.is_empty() {
            whole.insert(&pattern.head, quote!(#entry));
            continue;
        }
        let fewest = pattern.fewest();
        let range = match pattern.most() {
            Some(most) if most == fewest => quote!(#fewest),
            Some(most) => quote!(#fewest..=#most),
            None => quote!(#fewest..),
        };
        by_depth
            .entry(pattern.head.split(':').count())
            .or_default()
            .entry(&pattern.head)
            .or_default()
            .extend(quote!(#range => return ::core::option::Option::Some(#entry),));
    }
    let whole = (!whole.is_empty()).then(|| find_whole(&whole));
    let by_depth = by_depth.iter().map(|(depth, heads)| find_head(*depth, heads));
    quote! {
        |payload| {
            #whole
            #(#by_depth)*
            ::core::option::Option::None
        }
    }
}

/// Returns the entry where the whole payload is one of the texts.
fn find_whole(texts: &Texts<'_>) -> TokenStream {
    let (table, entries) = (table(texts), texts.values());
    quote! {
        {
            #table
            static ENTRIES: &[usize] = &[#(#entries),*];
            if let ::core::option::Option::Some(at) = TABLE.find(payload) {
                return ::core::option::Option::Some(ENTRIES[at]);
            }
        }
    }
}

/// Returns the entry where the first `depth` segments are one of the heads and the others are as many as it takes.
fn find_head(depth: usize, heads: &Texts<'_>) -> TokenStream {
    let (table, arms) = (table(heads), heads.values());
    let places = 0..heads.len();
    quote! {
        if let ::core::option::Option::Some((head, rest)) = ::messenger_runtime::__private::split(payload, #depth) {
            #table
            match TABLE.find(head) {
                #(
                    ::core::option::Option::Some(#places) => {
                        match ::messenger_runtime::__private::segments(rest) { #arms _ => {} }
                    }
                )*
                _ => {}
            }
        }
    }
}

/// The table of the texts, in their order.
fn table(texts: &Texts<'_>) -> TokenStream {
    // Full to a quarter at most, so that hardly any two texts meet.
    let slots = (texts.len() * 4).next_power_of_two();
    let texts = texts.keys();
    quote! {
        static TABLE: ::messenger_runtime::__private::Lookup<#slots> =
            ::messenger_runtime::__private::Lookup::new(&[#(#texts),*]);
    }
}
