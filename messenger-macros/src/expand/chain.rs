//! The chain of handlers' macros that gathers their records for `bot!`.
//!
//! A macro cannot look at an item elsewhere, but it can call that item's macro and be called back.
//! Each handler's macro appends its record and calls the next; a group opens into its members. Each call
//! nests in the one before, and the compiler allows 128 levels: so a long list is gathered in chunks,
//! each of which becomes a macro that hands on its records at once.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Ident, Path, Token, bracketed, parenthesized,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::parse::list::{Entry, List, name, show};

/// The most members of a chunk.
const CHUNK: usize = 20;
/// The most levels that are spent on handlers one by one. Up to here a wrong entry is the only error; in chunks
/// it leaves a chunk unmade, which is a second one.
const FLAT: usize = 80;
/// About the levels that an entry still to come takes when it is a group in chunks.
const GROUP_LEVELS: usize = 3;

/// Items that the chain needs, and the macros it goes through.
pub(super) struct Links {
    pub(super) items: TokenStream,
    pub(super) macros: Vec<Path>,
    /// About the levels that they take.
    levels: usize,
}

/// The macros to call for `entries`; an entry under `#[cfg]` gets one that may do nothing.
pub(super) fn links(entries: &[Entry], place: &str) -> Links {
    let mut items = TokenStream::new();
    let macros = entries.iter().enumerate().map(|(at, entry)| {
        if entry.cfgs.is_empty() {
            return entry.macro_path();
        }
        let name = format_ident!("__{place}_entry_{at}", span = Span::call_site());
        let path = entry.macro_path();
        let conditions: Vec<TokenStream> = entry
            .cfgs
            .iter()
            .filter_map(|cfg| cfg.meta.require_list().ok().map(|list| list.tokens.clone()))
            .collect();
        items.extend(quote! {
            #[cfg(all(#(#conditions),*))]
            macro_rules! #name {
                (@list $me:path) => { #path! { @list #path } };
                ($done:tt $me:path, $($rest:tt)*) => { #path! { $done #path, $($rest)* } };
            }
            #[cfg(not(all(#(#conditions),*)))]
            macro_rules! #name {
                (@list $me:path) => {};
                ($done:tt $me:path, $next:path, $($todo:tt)*) => { $next! { $done $next, $($todo)* } };
            }
        });
        Path::from(name)
    });
    let macros = macros.collect();
    let levels = entries
        .iter()
        .map(|entry| if entry.is_group() { GROUP_LEVELS } else { 1 })
        .sum();
    Links {
        items,
        macros,
        levels,
    }
}

impl Links {
    /// Gathers in chunks, each under a macro of its own.
    pub(super) fn in_chunks(self, place: &str) -> Self {
        let mut items = self.items;
        let mut chunks = Vec::new();
        for (at, members) in self.macros.chunks(CHUNK).enumerate() {
            let name = format_ident!("__{place}_chunk_{at}", span = Span::call_site());
            let first = &members[0];
            items.extend(quote!(#first! { [] #(#members,)* ::messenger_runtime::__chunk, @ #name }));
            chunks.push(Path::from(name));
        }
        Self {
            items,
            levels: chunks.len(),
            macros: chunks,
        }
    }

    /// In chunks where the list is long.
    pub(super) fn flat_or_chunks(self, place: &str) -> Self {
        if self.levels > FLAT {
            self.in_chunks(place)
        } else {
            self
        }
    }

    /// Tells each entry that it is listed.
    pub(super) fn listed(&self) -> TokenStream {
        let macros = &self.macros;
        quote!(#(#macros! { @list #macros })*)
    }
}

/// A group of `routes!`, asked for its records or told that it is listed:
/// `@list (catalog::routes) [show, buy]` or `[records] (catalog::routes) [show, buy] next, todo..`.
struct Opening {
    /// The records so far; `None` where the members are only to be told that they are listed.
    done: Option<TokenStream>,
    group: Path,
    members: List,
    todo: TokenStream,
}

impl Parse for Opening {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let done = if input.peek(Token![@]) {
            input.parse::<Token![@]>()?;
            input.parse::<Ident>()?;
            None
        } else {
            let records;
            bracketed!(records in input);
            Some(records.parse()?)
        };
        let (group, members);
        parenthesized!(group in input);
        bracketed!(members in input);
        Ok(Self {
            done,
            group: group.parse()?,
            members: members.parse()?,
            todo: input.parse()?,
        })
    }
}

/// Opens a group into its members.
pub(crate) fn open(input: TokenStream) -> syn::Result<TokenStream> {
    let Opening {
        done,
        group,
        members,
        todo,
    } = syn::parse2(input)?;
    let entries: Vec<Entry> = members
        .entries
        .into_iter()
        .map(|entry| Entry {
            path: within(&group, &entry.path),
            cfgs: entry.cfgs,
        })
        .collect();
    // Underscores double, so that `a::b_c` and `a_b::c` stay apart.
    let place = show(&group)
        .replace('_', "__")
        .replace("::", "_0_")
        .replace("r#", "");
    let Some(done) = done else {
        let links = links(&entries, &format!("{place}_listed"));
        let (items, listed) = (&links.items, links.listed());
        return Ok(quote!(#items #listed));
    };
    let gathered = done.clone().into_iter().count();
    let coming = todo
        .clone()
        .into_iter()
        .take_while(|token| !is(token, '@'))
        .filter(|token| is(token, ','))
        .count();
    let mut links = links(&entries, &place);
    if gathered + links.levels + coming * GROUP_LEVELS > FLAT {
        links = links.in_chunks(&place);
    }
    let Links { items, macros, .. } = links;
    Ok(match macros.first() {
        Some(first) => quote!(#items #first! { [#done] #(#macros,)* #todo }),
        None => {
            let next = next(&todo);
            quote!(#items #next! { [#done] #todo })
        }
    })
}

/// The path before the first comma.
fn next(todo: &TokenStream) -> TokenStream {
    todo.clone()
        .into_iter()
        .take_while(|token| !is(token, ','))
        .collect()
}

fn is(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

/// `path`, written in the module of `group`, as seen from where the group is listed.
fn within(group: &Path, path: &Path) -> Path {
    let first = path.segments.first().map(|segment| segment.ident.to_string());
    if path.leading_colon.is_some() || first.as_deref() == Some("crate") {
        return path.clone();
    }
    let mut segments: Vec<_> = group
        .segments
        .iter()
        .take(group.segments.len() - 1)
        .cloned()
        .collect();
    for segment in &path.segments {
        let to_parent = segment.ident == "super"
            && segments
                .last()
                .is_some_and(|last| last.ident != "super" && last.ident != "crate" && last.ident != "self");
        if to_parent {
            segments.pop();
        } else if segment.ident != "self" {
            segments.push(segment.clone());
        }
    }
    Path {
        leading_colon: group.leading_colon,
        segments: Punctuated::from_iter(segments),
    }
}

/// Says of one handler that a bot lists it, at its place in the list.
pub(crate) fn listed(input: TokenStream) -> syn::Result<TokenStream> {
    let path: Path = syn::parse2(input)?;
    let span = Span::call_site().located_at(name(&path).span());
    Ok(quote_spanned!(span=> impl ::messenger_runtime::__private::Listed for #path {}))
}

/// Makes a macro of gathered records: `[records] next, @ name`.
pub(crate) fn chunk(input: TokenStream) -> syn::Result<TokenStream> {
    let (records, name) = end(input)?;
    let name: Ident = syn::parse2(name)?;
    Ok(quote! {
        #[doc(hidden)]
        macro_rules! #name {
            ([$($done:tt)*] $me:path, $next:path, $($todo:tt)*) => {
                $next! { [$($done)* #records] $next, $($todo)* }
            };
        }
    })
}

/// What the chain's last call is given: the records, and what was written after `@`.
pub(super) fn end(input: TokenStream) -> syn::Result<(TokenStream, TokenStream)> {
    let mut tokens = input.into_iter();
    let Some(TokenTree::Group(records)) = tokens.next() else {
        return Err(syn::Error::new(
            Span::call_site(),
            "this macro belongs to `bot!`; do not call it",
        ));
    };
    let rest = tokens.skip_while(|token| !is(token, '@')).skip(1);
    Ok((records.stream(), rest.collect()))
}
